"""The far side: keeps every message it accepted, and obeys its `Faults`."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Required, TypedDict

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.errors import Transient
from bot.ports import Answer, CannotTell, Clock, Commands, Found, LaneLimits, NotFound, Part, Receipt

from .answers import Patience, check_standing, lost_answer, raise_fault
from .faults import CommitLate, Fault, Faults, LoseAnswer, Refuse, Slow, Throttle, Vanish
from .messages import Message, OnItsWay, Request, Told
from .rates import Rate
from .rendering import text_parts

# https://docs.slack.dev/reference/methods/conversations.history: `oldest` is asked a little earlier than needed.
LOOK_BACK = timedelta(seconds=5)


class Settings(TypedDict, total=False):
    """What every fake platform is made with."""

    clock: Required[Clock]
    faults: Faults | None
    limits: LaneLimits | None  # instead of the platform's own
    papers_per_part: int
    history_lag: float  # seconds from accepted to found


class FakePlatform:
    """A chat adapter and the platform behind it in one.

    It takes everything once per request and forgets nothing. `FakeSlack`, `FakeDiscord` and `FakeSmtp` say what is
    special about each. A channel named "T1/C1" is in lane "T1"; all channels without a "/" share one lane.
    """

    platform = "fake"
    limits = LaneLimits()
    lane_rates: Sequence[Rate] = ()  # what is judged, per lane and
    channel_rates: Sequence[Rate] = ()  # per channel

    def __init__(
        self,
        *,
        clock: Clock,
        faults: Faults | None = None,
        limits: LaneLimits | None = None,
        papers_per_part: int = 3,
        history_lag: float = 0.0,
    ) -> None:
        """Take what `Settings` describes."""
        self.clock = clock
        self.faults = faults or Faults()
        self.limits = limits or self.limits
        self.papers_per_part = papers_per_part
        self.history_lag = history_lag
        self.requests: list[Request] = []
        self.refused = 0  # connections that were not even taken
        self.questions = 0
        self.told: list[Told] = []
        self._start = clock.monotonic()
        self._patience = Patience(clock)
        self._messages: list[Message] = []
        self._by_key: dict[tuple[str, str], list[Message]] = {}
        self._way: list[tuple[float, int, OnItsWay]] = []
        self._turn = count()

    # What a reader sees.

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message that was accepted by now, in the order it was."""
        self._arrive(self.clock.monotonic())
        return tuple(self._messages)

    def titles(self, channel: str | None = None) -> list[str]:
        """Every title that arrived (in one channel), in order."""
        mine = [message for message in self.messages if channel in {None, message.channel}]
        return [line for message in mine for line in message.text.splitlines()[1:]]

    @property
    def on_their_way(self) -> int:
        """How many requests are still to be accepted."""
        self._arrive(self.clock.monotonic())
        return len(self._way)

    def goes_down(self, seconds: float) -> None:
        """Refuse every connection from now on, for so long."""
        self.faults.outage(after=self._elapsed, seconds=seconds)

    # What an adapter does.

    async def run(self, commands: Commands) -> None:  # noqa: ARG002 - the port's signature
        """Nobody speaks here; ends when cancelled."""
        await asyncio.Event().wait()

    def render(self, digest: Digest) -> Sequence[Part]:
        """Draw a header and the titles."""
        return text_parts(digest, papers_per_part=self.papers_per_part)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Accept a part, or fail as the faults say."""
        fault = self._reached(part.channel)
        self._log(part.channel)
        check_standing(self.faults, part.channel)
        if isinstance(fault, Throttle):
            self._patience.ask(self.lane_of(part.channel), part.channel, fault)
        self._patience.check(self.lane_of(part.channel), part.channel)
        self.check(part, key)
        raise_fault(fault)
        return await self._take(part, key, fault)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Look for the key in the channel's history, which may lag."""
        self.questions += 1
        self._connect()
        check_standing(self.faults, part.channel)
        return self.look_up(part, key, since)

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Keep a private line to a person."""
        self._connect()
        check_standing(self.faults, "")
        self.told.append(Told(workspace=address.workspace, person=person, text=text))

    # What each platform does its own way.

    def lane_of(self, channel: str) -> str:
        """Whose rate limit a channel shares."""
        return channel.rpartition("/")[0]

    def check(self, part: Part, key: str) -> None:
        """Raise `Rejected` for what the platform would never take."""

    def accept(self, taken: OnItsWay, tick: float) -> str:
        """Take a message in and name it."""
        message = Message(
            remote_id=f"{self.platform}-{len(self._messages) + 1}",
            channel=taken.channel,
            key=taken.key,
            payload=taken.payload,
            repeated=taken.repeated,
            at=self.clock.now() - timedelta(seconds=self.clock.monotonic() - tick),
            tick=tick,
        )
        self._messages.append(message)
        self._by_key.setdefault((message.channel, message.key), []).append(message)
        return message.remote_id

    def look_up(self, part: Part, key: str, since: datetime) -> Answer:  # noqa: ARG002 - each platform uses others
        """What the platform can say about a key."""
        return CannotTell()

    def history(self, channel: str, key: str, since: datetime) -> Answer:
        """What a channel's history shows of a key by now."""
        now = self.clock.monotonic()
        self._arrive(now)
        for message in self.seen(channel, key):
            if message.tick <= now - self.history_lag and message.at >= since - LOOK_BACK:
                return Found(remote_id=message.remote_id)
        return NotFound()

    def seen(self, channel: str, key: str) -> Sequence[Message]:
        """The messages a channel was seen to have under a key, oldest first."""
        return self._by_key.get((channel, key), ())

    @property
    def _elapsed(self) -> float:
        return self.clock.monotonic() - self._start

    def _connect(self) -> None:
        if self.faults.is_down(self._elapsed):
            raise self._refusal()

    def _reached(self, channel: str) -> Fault | None:
        """What a request meets, once it gets through at all."""
        self._connect()
        fault = self.faults.draw(channel)
        if isinstance(fault, Refuse):
            raise self._refusal()
        return fault

    def _refusal(self) -> Transient:
        self.refused += 1
        return Transient("The connection was refused.")

    def _log(self, channel: str) -> None:
        lane, tick = self.lane_of(channel), self.clock.monotonic()
        early = self._patience.is_early(lane, channel)
        self.requests.append(Request(lane=lane, channel=channel, tick=tick, early=early))

    async def _take(self, part: Part, key: str, fault: Fault | None) -> Receipt:
        if isinstance(fault, Vanish):
            raise lost_answer(fault.how)
        slow = fault if isinstance(fault, Slow) else Slow()
        late = fault.seconds if isinstance(fault, CommitLate) else slow.before
        taken = self._set_out(part, key, late)
        if isinstance(fault, CommitLate):
            raise lost_answer(fault.how)
        await self._pass(slow.before)
        self._arrive(taken.due)
        if isinstance(fault, LoseAnswer):
            raise lost_answer(fault.how)
        await self._pass(slow.after)
        return Receipt(remote_id=taken.remote_id)

    async def _pass(self, seconds: float) -> None:
        if seconds:
            await self.clock.sleep(seconds)

    def _set_out(self, part: Part, key: str, late: float) -> OnItsWay:
        due = self.clock.monotonic() + late
        taken = OnItsWay(channel=part.channel, key=key, payload=part.payload, repeated=part.repeated, due=due)
        heapq.heappush(self._way, (due, next(self._turn), taken))
        return taken

    def _arrive(self, now: float) -> None:
        """Accept what is due: a late commit needs nobody waiting for it."""
        while self._way and self._way[0][0] <= now:
            due, _, taken = heapq.heappop(self._way)
            taken.remote_id = self.accept(taken, due)
