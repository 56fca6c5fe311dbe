"""A lane while it is drained: what is known of it, what is on its way, and whether to go on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil, inf
from typing import Any

from bot.domain.delivery import Lane
from bot.domain.schedule import CATCH_UP
from bot.errors import ConfigError
from bot.ports import ChatAdapter, Clock, LaneLimits, Paced

from .lane_lease import Lease
from .outgoing import Outgoing, Tools
from .pacer import AHEAD_SECONDS, Pacer

MOST_LOADED, LEAST_LOADED = 100, 20  # messages read ahead at once; the first time few, so that sending begins
LOADED_SECONDS = 2.5  # of the lane's pace: what is read long before its turn may be out of date by then
MOST_TURNS = 4  # in a row, when nobody needs the place and nothing is left for the next drain
LONGEST_TAT = timedelta(minutes=1)  # a stored turn further away than that was written by a wrong clock


@dataclass(kw_only=True)
class OpenLane:
    """One drain of one lane; everybody who works on it shares this."""

    tools: Tools
    lease: Lease
    adapter: ChatAdapter
    news: asyncio.Event  # something may be due now that was not a moment ago
    turn_seconds: float  # then the next lane's turn comes
    crowded: Callable[[], bool]  # whether no place is free for a next lane
    began: float = field(init=False)  # on the monotonic clock
    limits: LaneLimits = field(init=False)  # what the adapter allows
    pacer: Pacer = field(init=False)
    queue: asyncio.Queue[Outgoing] = field(init=False)
    busy: set[int] = field(default_factory=set)  # destinations with a message read ahead or on its way
    passed_over: set[int] = field(default_factory=set)  # deliveries the ledger refused in this drain
    load: int = LEAST_LOADED  # messages to read ahead at once
    done: Counter[str] = field(default_factory=Counter)
    more: bool = False
    closed: bool = False
    refused: bool = False  # the platform does not take the token
    proven: asyncio.Event = field(default_factory=asyncio.Event)  # the platform takes the token
    finished: bool = False  # a message came to its end since the lane was last gone through
    asking: bool = True  # what is uncertain is being asked about
    waiting: set[asyncio.Task[Any]] = field(default_factory=set)  # tasks in the midst of nothing
    calls: asyncio.Semaphore = field(init=False)  # places for calls to the platform
    ahead: asyncio.Semaphore = field(init=False)  # places for intents whose turn is near

    def __post_init__(self) -> None:
        self.began = self.tools.clock.monotonic()
        self.limits = _limits_of(self.adapter, self.lease.lane.workspace)
        self.calls = asyncio.Semaphore(self.concurrency)
        near = ceil(_rate_of(self.lease.lane, self.limits) * AHEAD_SECONDS)
        self.ahead = asyncio.Semaphore(max(1, min(self.concurrency, near)))
        self.pacer = _pacer_of(self.lease.lane, self.limits, self.tools.clock)
        self.queue = asyncio.Queue(self._most_loaded())
        if self.lease.lane.id in self.tools.proven:
            self.proven.set()

    @property
    def concurrency(self) -> int:
        """Messages on their way at once."""
        return max(1, self.lease.lane.concurrency or self.limits.concurrency)

    @property
    def workers(self) -> int:
        """Tasks that send: more than may call, so that some commit outcomes meanwhile.

        In a lane with one call at a time nothing else is on its way: at most one message is in doubt after a crash.
        """
        return self.concurrency if self.concurrency == 1 else self.concurrency * 2

    def _most_loaded(self) -> int:
        rate = _rate_of(self.lease.lane, self.limits)
        return int(max(LEAST_LOADED, min(MOST_LOADED, rate * LOADED_SECONDS)))

    def read_further(self) -> None:
        """From now on read further ahead."""
        self.load = min(self.load * 2, self._most_loaded())

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Here a task is in the midst of nothing: when the lane is closed, it leaves this block at once."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self.waiting.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self.closed:
                raise
        finally:
            self.waiting.discard(task)

    def goes_on(self) -> bool:
        """Whether to start anything else; when its time is over or the bot stops, the lane closes itself."""
        if not self.closed and (self.tools.stopping.is_set() or self._had_its_turn()):
            self.close(more=True)
        return not self.closed

    def _had_its_turn(self) -> bool:
        took = self.tools.clock.monotonic() - self.began
        left = self.crowded() or self.passed_over or self.done["uncertain"]  # to others, or to the next drain
        return took >= self.turn_seconds * (1 if left else MOST_TURNS)

    def close(self, *, more: bool) -> None:
        """Start nothing else; what is on its way comes to its end. `more`: there may be something left to send now."""
        if self.closed:
            return
        self.closed, self.more = True, more
        for task in self.waiting:
            if task is not asyncio.current_task():  # who closes it goes on to its own end
                task.cancel()

    def rests_for(self, destination_id: int) -> float:
        """The seconds a destination still rests after its last message."""
        return self.tools.rests.get(destination_id, 0.0) - self.tools.clock.monotonic()

    def forget_rests(self) -> None:
        """Forget the rests that are over."""
        now = self.tools.clock.monotonic()
        for destination_id in [one for one, until in self.tools.rests.items() if until <= now]:
            del self.tools.rests[destination_id]

    def finish(self, item: Outgoing, outcome: str) -> None:
        """Let the next message of its destination come, after the destination's rest."""
        if outcome and not self.refused:
            self.tools.proven.add(self.lease.lane.id)
            self.proven.set()
        destination_id = item.delivery.destination_id
        if outcome and (gap := self.limits.gap_ms):
            self.tools.rests[destination_id] = self.tools.clock.monotonic() + gap / 1000
        self.busy.discard(destination_id)
        self.finished = True
        if outcome:
            self.done[outcome] += 1
        if not self.busy:
            self.news.set()


def _limits_of(adapter: ChatAdapter, workspace: str) -> LaneLimits:
    """What an adapter allows there; raises ConfigError for what no lane can go by."""
    limits: object = adapter.limits_in(workspace) if isinstance(adapter, Paced) else adapter.limits
    if not isinstance(limits, LaneLimits):
        raise ConfigError(f"limits are {type(limits).__name__}, not LaneLimits")
    if not (0 < limits.rate_per_s < inf and 1 <= limits.concurrency < inf and 0 <= limits.gap_ms < inf):
        raise ConfigError(f"{limits} cannot be kept to")
    return limits


def _rate_of(lane: Lane, limits: LaneLimits) -> float:
    """Messages per second: the lane's own, or else the adapter's."""
    return lane.rate_per_s or limits.rate_per_s


def _pacer_of(lane: Lane, limits: LaneLimits, clock: Clock) -> Pacer:
    """A pacer that goes on where the lane's last owner stopped, as far as what it left can be true."""
    pacer, now = Pacer(_rate_of(lane, limits), clock=clock), clock.now()
    gap = timedelta(milliseconds=limits.gap_ms)  # its channels may have had a message just now
    pacer.begin_in(_until(lane.tat and lane.tat + gap, now, LONGEST_TAT))
    pacer.resume_in(_until(lane.blocked_until, now, CATCH_UP))
    return pacer


def _until(moment: datetime | None, now: datetime, longest: timedelta) -> float:
    if moment is None or not now < moment <= now + longest:
        return 0.0
    return (moment - now).total_seconds()
