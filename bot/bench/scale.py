"""`paperround bench scale`: a crowd due in one minute, planned and delivered; what one destination costs.

Every lane may send so many messages a second; the far side writes down when each came. From the costs of one
destination docs/scale.md works out what a million need; `--full` checks that by a hundred thousand.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, process_time
from typing import Any

from bot.app.memory import keep_pauses_short
from bot.domain.digest import Digest
from bot.ports import Answer, Commands, LaneLimits, NotFound, Part, Receipt
from bot.storage import Store
from jobs.deliver import Sender
from jobs.plan import plan_due

from .herd import NINE, PLATFORM, Herd, gather
from .postgres import HOW_TO_INSTALL, postgres

NAME = "scale"
HELP = "Plan and deliver to a crowd due in one minute."

LANES, CHANNELS, FULL_CHANNELS = 100, 100, 1_000
RATE = 20.0  # messages a second and lane, as configured
LIMIT = RATE / 0.8  # what the platform allows: lanes are configured to four fifths of it
TICK = 0.005


class NineOClock:
    """The wall clock stands at nine; waiting takes the time it takes."""

    def now(self) -> datetime:
        """Nine."""
        return NINE

    def monotonic(self) -> float:
        """The machine's."""
        return monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in earnest."""
        await asyncio.sleep(seconds)


@dataclass(kw_only=True, slots=True)
class FarSide:
    """A chat that takes everything at once and remembers when it came."""

    platform: str = PLATFORM
    limits: LaneLimits = field(default_factory=lambda: LaneLimits(rate_per_s=RATE))
    came: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by workspace
    keys: set[str] = field(default_factory=set)
    repeated: int = 0

    async def run(self, commands: Commands) -> None:
        """Nobody speaks here."""

    def render(self, digest: Digest) -> Sequence[Part]:
        """One message of the titles; the channel says which workspace it is of."""
        text = "\n".join(pick.paper.title for pick in digest.picks)
        papers = tuple(pick.paper.id for pick in digest.picks)
        payload = f"{digest.address.workspace}\n{text}".encode()
        return [Part(number=0, payload=payload, channel=digest.address.channel, papers=papers)]

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Take it."""
        self.repeated += key in self.keys
        self.keys.add(key)
        self.came[part.payload.partition(b"\n")[0].decode()].append(monotonic())
        return Receipt(remote_id=key)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Nothing is ever uncertain here."""
        del part, key, since
        return NotFound()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one step took, in seconds, and the longest the event loop stood still meanwhile."""

    wall: float
    cpu: float
    stall: float


def run(*, full: bool = False, out: Callable[[str], object] = print) -> dict[str, object]:
    """Print and return the figures of a crowd of 10,000, with `full` of 100,000, on SQLite and on PostgreSQL."""
    keep_pauses_short()  # as `paperround run` does
    herd = Herd(lanes=LANES, channels=FULL_CHANNELS if full else CHANNELS)
    with TemporaryDirectory(prefix="paperround-scale-") as folder:
        figures: dict[str, object] = {
            "sqlite": asyncio.run(measured(f"sqlite:///{folder}/scale.db", herd, out))
        }
    with postgres() as server:
        if server is None:
            out(HOW_TO_INSTALL)
            return figures
        out("\nthe same on PostgreSQL; CPU is this process's, without the server's")
        return figures | {"postgresql": asyncio.run(measured(server.empty(), herd, out))}


async def measured(url: str, herd: Herd, out: Callable[[str], object]) -> dict[str, object]:
    """Gather, plan and deliver at a database; prints each step as it ends."""
    clock, far = NineOClock(), FarSide()
    async with await Store.open(url) as store:
        out(f"{herd.destinations:,} destinations in {herd.lanes} lanes of {RATE:g}/s, due in the same minute")
        await gather(store, herd)
        empty, commits = _size(store.path), _counted(store)
        plan = await _timed(lambda: plan_due(store, clock=clock))
        out(f"planned in {plan.wall:.1f} s ({plan.cpu:.1f} s CPU; longest stall {plan.stall * 1000:.0f} ms)")
        messages = (await store.counts())["deliveries"]
        planned = len(commits)
        sender = Sender(store, {PLATFORM: far}, clock=clock)
        sending = await _timed(sender.drain_due)
        figures = _judged(far, messages, plan, sending) | {
            "destinations": herd.destinations,
            "plan_commits": planned,
            "deliver_commits": len(commits) - planned,
            "bytes_each": round((_size(store.path) - empty) / herd.destinations),
        }
    _tell(figures, sending, out)
    return figures


def _counted(store: Store) -> list[float]:
    """When each write began from now on: one commit and one flush to the disk each."""
    moments: list[float] = []
    database: Any = store.database
    for name in ("write", "write_beside"):
        setattr(database, name, _counting(getattr(database, name), moments))
    return moments


def _counting(
    write: Callable[[Any], Awaitable[Any]], moments: list[float]
) -> Callable[[Any], Awaitable[Any]]:
    async def counted(work: Any) -> Any:
        moments.append(monotonic())
        return await write(work)

    return counted


async def _timed(work: Callable[[], object]) -> Cost:
    """Do it, with a ticker beside it that notices when the event loop stands still."""
    stalls: list[float] = [0.0]
    ticking = asyncio.create_task(_tick(stalls))
    wall, cpu = perf_counter(), process_time()
    try:
        done = work()
        if asyncio.iscoroutine(done):
            await done
    finally:
        ticking.cancel()
    return Cost(wall=perf_counter() - wall, cpu=process_time() - cpu, stall=max(stalls))


async def _tick(stalls: list[float]) -> None:
    while True:
        before = perf_counter()
        await asyncio.sleep(TICK)
        stalls.append(perf_counter() - before - TICK)


def _judged(far: FarSide, messages: int, plan: Cost, sending: Cost) -> dict[str, object]:
    late = sorted(one for times in far.came.values() for one in _lateness(sorted(times)))
    took = max(map(max, far.came.values())) - min(map(min, far.came.values()))
    longest = max(map(len, far.came.values()))
    return {
        "messages": messages,
        "lost": messages - len(far.keys),
        "repeated": far.repeated,
        "plan_s": round(plan.wall, 2),
        "plan_cpu_ms_each": round(1000 * plan.cpu / messages, 3),
        "plan_stall_ms": round(1000 * plan.stall),
        "deliver_s": round(took, 2),
        "deliver_cpu_ms_each": round(1000 * sending.cpu / messages, 3),
        "deliver_stall_ms": round(1000 * sending.stall),
        "share_of_rate": round((longest - 1) / RATE / took, 4),
        "violations": sum(_violations(sorted(times), LIMIT) for times in far.came.values()),
        "over_configured": sum(_violations(sorted(times), RATE) for times in far.came.values()),
        "p99_late_s": round(late[int(len(late) * 0.99)], 2),
    }


def _lateness(times: Sequence[float]) -> list[float]:
    """By how much each message came after its ideal moment: the lane's first, and then one every 1/rate."""
    return [time - (times[0] + number / RATE) for number, time in enumerate(times)]


def _violations(times: Sequence[float], rate: float) -> int:
    """How often more than so many came within one second."""
    most = int(rate)
    return sum(later - earlier < 1 for earlier, later in zip(times, times[most:], strict=False))


def _size(path: Path | None) -> int:
    """The bytes of a database file and what waits beside it."""
    if path is None:
        return 0
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))


def _tell(figures: dict[str, object], sending: Cost, out: Callable[[str], object]) -> None:
    out(
        f"delivered {figures['messages']:,} in {figures['deliver_s']} s, {100 * float(str(figures['share_of_rate'])):.1f} %"
        f" of the configured rate ({sending.cpu:.1f} s CPU; longest stall {figures['deliver_stall_ms']} ms)"
    )
    out(
        f"lost {figures['lost']}, repeated {figures['repeated']}, rate violations {figures['violations']}"
        f" (over the configured rate: {figures['over_configured']}),"
        f" p99 {figures['p99_late_s']} s after the ideal moment"
    )
    out(
        f"one destination: {figures['plan_cpu_ms_each']} ms CPU to plan, {figures['deliver_cpu_ms_each']} ms to deliver,"
        f" {figures['bytes_each']:,} bytes; {figures['plan_commits']} + {figures['deliver_commits']} commits in all"
    )
