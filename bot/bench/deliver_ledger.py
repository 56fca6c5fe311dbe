"""Our own way for `bench deliver`: planned slots, drained lane by lane through the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from bot.app.clock import SystemClock
from bot.domain.delivery import SlotPlan, SlotState
from bot.domain.digest import Digest
from bot.domain.schedule import CATCH_UP
from bot.domain.subscription import Address, Destination, Schedule
from bot.ports import Answer, Commands, LaneLimits, NotFound, Part, Receipt
from bot.storage import Store
from jobs.deliver import Sender

from .deliver_peers import IN_FLIGHT, PAYLOAD, Send, Took, sender, timed

LANES = 50  # one message in flight in each: as many as the other ways have
NO_LIMIT = 1e6  # messages a second
PLATFORM = "bench"


class Posting:
    """A chat whose messages are HTTP calls."""

    def __init__(self, send_one: Send) -> None:
        self.platform = PLATFORM
        self.limits = LaneLimits(rate_per_s=NO_LIMIT, concurrency=IN_FLIGHT // LANES)
        self._send_one = send_one

    async def run(self, commands: Commands) -> None:
        """Nobody speaks here."""

    def render(self, digest: Digest) -> Sequence[Part]:
        """The same message for everybody."""
        return [Part(number=0, payload=PAYLOAD, channel=digest.address.channel)]

    async def send(self, part: Part, *, key: str) -> Receipt:
        """One HTTP call."""
        del part
        await self._send_one()
        return Receipt(remote_id=key)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Nothing is ever uncertain here."""
        del part, key, since
        return NotFound()


async def through_the_ledger(url: str, database: str, messages: int) -> Took:
    """Plan one message for each of so many channels, then send what is due."""
    async with await Store.open(database) as store, sender(url) as send:
        clock = SystemClock()
        await _planned(store, messages, clock.now())
        posting = Sender(store, {PLATFORM: Posting(send)}, clock=clock)
        took = await timed(messages, posting.drain_due())
        _check(await store.counts(), messages)
        return took


def _check(counts: dict[str, int], messages: int) -> None:
    if counts["deliveries"] != messages:
        raise RuntimeError(f"{counts['deliveries']} messages instead of {messages}")


async def _planned(store: Store, messages: int, now: datetime) -> None:
    plans = [_plan(await _destination(store, number, now), now) for number in range(messages)]
    for start in range(0, messages, 1000):
        await store.plan_many(plans[start : start + 1000])


async def _destination(store: Store, number: int, now: datetime) -> Destination:
    address = Address(platform=PLATFORM, workspace=f"W{number % LANES}", channel=f"C{number}")
    schedule = Schedule(at=time(9), tz="UTC")
    return await store.ensure_destination(address, name="", schedule=schedule, next_due_at=None, now=now)


def _plan(destination: Destination, now: datetime) -> SlotPlan:
    day = now.astimezone(UTC).date()
    digest = Digest(
        address=destination.address, destination="", day=day, tz="UTC", groups=(), notes=("bench",)
    )
    return SlotPlan(
        destination_id=destination.id,
        slot_key=f"manual:{day}",
        due_at=now,
        state=SlotState.OPEN,
        digest=digest,
        expires_at=now + CATCH_UP,
    )
