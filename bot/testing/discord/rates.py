"""Discord's limits: a bucket for each route and channel, fifty calls a second over all, ten thousand bad answers in ten minutes.

https://docs.discord.com/developers/topics/rate-limits; the sizes of buckets are a guess, Discord forbids relying on any.
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from dataclasses import dataclass, field

from bot.ports import Clock

SIZES = {  # how many in how many seconds
    "POST /channels/{channel}/messages": (5, 5.0),
    "GET /channels/{channel}/messages": (5, 5.0),
    "POST /channels/{channel}/messages/{message}/crosspost": (10, 3600.0),
}
OTHERS = (10, 5.0)
GLOBAL = 50
UNLIMITED = re.compile(r"/interactions/|/webhooks/")  # not counted by the global limit


@dataclass(kw_only=True)
class Bucket:
    """What is used up of one route, and until when."""

    used: int = 0
    until: float = 0.0
    told: bool = False  # its client knows that nothing is left


@dataclass(frozen=True, kw_only=True, slots=True)
class Limited:
    """A 429: how long to wait, and of which scope."""

    seconds: float
    scope: str  # "user", "shared" or "global"


@dataclass(kw_only=True)
class Rates:
    """All buckets; `enforced=False` lets everything pass, without headers."""

    clock: Clock
    enforced: bool = False
    violations: int = 0  # calls that the headers before had forbidden
    hits: int = 0  # calls that nobody could know to be too many
    invalid: deque[float] = field(default_factory=deque)  # when 401, 403 and 429 were answered
    invalid_limit: int = 10_000
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _global: deque[float] = field(default_factory=deque)
    _closed: float = 0.0

    def take(self, route: str, major: str) -> tuple[Limited | None, dict[str, str]]:
        """Count a call; a 429 or none, and the headers."""
        if self._closed > self.clock.monotonic() and not UNLIMITED.search(route):
            self.violations += 1
            return Limited(seconds=self._closed - self.clock.monotonic(), scope="global"), {}
        if not self.enforced:
            return None, {}
        return (self._over_all(route), {}) if self._over_all_full(route) else self._of_bucket(route, major)

    def close(self, seconds: float) -> None:
        """Answer 429 to everything for so long."""
        self._closed = self.clock.monotonic() + seconds

    def forget_told(self) -> None:
        """A client begins that knows of no limit its predecessor was told of."""
        for bucket in self._buckets.values():
            bucket.told = False

    def note(self, status: int, scope: str) -> None:
        """Count an answer that Discord counts against the address."""
        now = self.clock.monotonic()
        if status in {401, 403} or (status == 429 and scope != "shared"):
            self.invalid.append(now)
        while self.invalid and self.invalid[0] < now - 600:
            self.invalid.popleft()

    @property
    def banned(self) -> bool:
        """Whether nothing is answered any more."""
        return len(self.invalid) >= self.invalid_limit

    def _over_all_full(self, route: str) -> bool:
        now = self.clock.monotonic()
        while self._global and self._global[0] <= now - 1:
            self._global.popleft()
        if UNLIMITED.search(route):
            return False
        self._global.append(now)
        return len(self._global) > GLOBAL

    def _over_all(self, _route: str) -> Limited:
        self.hits += 1
        self.close(1.0)
        return Limited(seconds=1.0, scope="global")

    def _of_bucket(self, route: str, major: str) -> tuple[Limited | None, dict[str, str]]:
        now, (most, window) = self.clock.monotonic(), SIZES.get(route, OTHERS)
        bucket = self._buckets.setdefault((route, major), Bucket())
        if now >= bucket.until:
            bucket.used, bucket.until, bucket.told = 0, now + window, False
        full = bucket.used >= most
        self.violations += full and bucket.told
        self.hits += full and not bucket.told
        bucket.used += not full
        bucket.told = bucket.used >= most
        left = bucket.until - now
        return Limited(seconds=left, scope="user") if full else None, _headers(
            route, most, most - bucket.used, left
        )


def _headers(route: str, most: int, remaining: int, left: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": f"{zlib.crc32(route.encode()):08x}",
    }
