"""How often a host is asked, and when it is left alone: one lane per host, one for everything arXiv."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import SourceError
from bot.ports import Clock

LONGEST_HOLD = 900.0  # seconds: a host that asks for more patience is asked again after this long
DOWN_HOLD = 30.0  # seconds a host that could not be reached is left alone
LANES_LIMIT = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How one lane is driven; all in seconds."""

    gap: float  # from the end of one request to the start of the next
    backoff: tuple[float, ...]  # before each further try of a request that failed on the way
    hold: float  # after a "too many requests" that names no time; doubled each time in a row


USUAL = Pace(gap=0.25, backoff=(1.0, 3.0), hold=60.0)
# "no more than one request every three seconds ... a single connection at a time", over all arXiv interfaces:
# https://info.arxiv.org/help/api/tou.html
ARXIV = Pace(gap=3.0, backoff=(10.0, 30.0), hold=60.0)
PACES = {"arxiv": ARXIV}


def lane_name(host: str, pace: str = "") -> str:
    """The lane a request belongs to: the one the caller names, else arXiv's for its hosts, else the host's own."""
    if pace:
        return pace
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        return "arxiv"
    return host


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Until when something is left alone, and the error that says why."""

    until: datetime
    error: SourceError

    def error_at(self, now: datetime) -> SourceError | None:
        """The error with the seconds still to wait, or None when the hold is over."""
        # A clock set back must not hold anything for longer than the longest hold.
        left = min((self.until - now).total_seconds(), LONGEST_HOLD)
        if left <= 0:
            return None
        return SourceError(self.error.what, reason=self.error.reason, fix=self.error.fix, retry_after=left)


class Lane:
    """Everything that shares one host's patience: one request at a time, with a gap between two."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self.pace = pace
        self._clock = clock
        self._lock = asyncio.Lock()
        self._free_at: datetime | None = None
        self._hold: Hold | None = None
        self._strikes = 0

    @property
    def idle(self) -> bool:
        """Whether forgetting the lane would lose nothing."""
        return not (self._lock.locked() or self._strikes or self._wait() > 0)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn and keep it; raises at once when the lane is held."""
        self.check()
        async with self._lock:
            self.check()  # whoever was before us may have been told to wait
            await self._clock.sleep(self._wait())
            try:
                yield
            finally:
                self._free_at = self._clock.now() + timedelta(seconds=self.pace.gap)

    def check(self) -> None:
        """Raise while the lane is held."""
        if self._hold and (error := self._hold.error_at(self._clock.now())):
            raise error

    def throttled(self, what: str, asked: float | None) -> SourceError:
        """Hold the lane for as long as was asked (in seconds), longer each time in a row; the error to raise."""
        own = self.pace.hold * 2**self._strikes
        wait = own if asked is None or self._strikes else asked
        wait = min(max(wait, asked or 0.0), LONGEST_HOLD)
        self._strikes = min(self._strikes + 1, 10)
        error = SourceError(what, reason="throttled", retry_after=wait)
        self._hold = Hold(until=self._clock.now() + timedelta(seconds=wait), error=error)
        return error

    def answered(self) -> None:
        """A good answer: the host is patient again."""
        self._strikes = 0
        self._hold = None

    def _wait(self) -> float:
        if self._free_at is None:
            return 0.0
        left = (self._free_at - self._clock.now()).total_seconds()
        return min(max(left, 0.0), self.pace.gap)


class Pacing:
    """The lanes of one process, and the hosts found down a moment ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._down: dict[str, Hold] = {}

    def lane(self, host: str, pace: str = "") -> Lane:
        """The lane for a host (or for the pace the caller names)."""
        name = lane_name(host, pace)
        if name not in self._lanes:
            self._make_room()
            self._lanes[name] = Lane(PACES.get(name, USUAL), self._clock)
        return self._lanes[name]

    def check(self, host: str) -> None:
        """Raise when the host could not be reached a moment ago."""
        hold = self._down.get(host)
        if hold is None:
            return
        if error := hold.error_at(self._clock.now()):
            raise error
        del self._down[host]

    def found_down(self, host: str, error: SourceError) -> None:
        """Leave a host alone for a little, so that ten URLs of one dead host do not take ten times as long."""
        if len(self._down) >= LANES_LIMIT:
            self._down.clear()
        self._down[host] = Hold(until=self._clock.now() + timedelta(seconds=DOWN_HOLD), error=error)

    def _make_room(self) -> None:
        """Redirects can name any host: forget the idle lanes before there are too many."""
        if len(self._lanes) < LANES_LIMIT:
            return
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.idle}
