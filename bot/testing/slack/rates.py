"""Slack's posting limit: one message per second and channel, with short bursts.

https://docs.slack.dev/apis/web-api/rate-limits; Slack gives no number for a burst: four is a guess on the strict side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.ports import Clock

Place: TypeAlias = tuple[str, str]  # workspace, channel


@dataclass(kw_only=True)
class Rates:
    """A bucket for each channel; `enforced=False` lets everything pass and counts nothing."""

    clock: Clock
    enforced: bool = False
    burst: int = 4
    per: float = 1.0
    posting_violations: int = 0
    early_retries: int = 0  # calls within a Retry-After
    _levels: dict[Place, tuple[float, float]] = field(default_factory=dict)
    _closed: dict[tuple[str, Place], float] = field(default_factory=dict)

    def wait(self, method: str, place: Place) -> int:
        """How many seconds Retry-After names; 0 when the call may go on."""
        left = self._closed.get((method, place), 0.0) - self.clock.monotonic()
        if left > 0:
            self.early_retries += 1
            return math.ceil(left)
        if not self.enforced or method != "chat.postMessage":
            return 0
        lacking = self._take(place)
        return self.close(method, place, lacking) if lacking else 0

    def close(self, method: str, place: Place, seconds: float) -> int:
        """Answer 429 for so long; whole seconds, as in Retry-After."""
        whole = max(1, math.ceil(seconds))
        self._closed[method, place] = self.clock.monotonic() + whole
        return whole

    def _take(self, place: Place) -> float:
        now = self.clock.monotonic()
        level, at = self._levels.get(place, (float(self.burst), now))
        level = min(self.burst, level + (now - at) / self.per)
        enough = level >= 1
        self._levels[place] = (level - 1 if enough else level, now)
        self.posting_violations += not enough
        return 0.0 if enough else (1 - level) * self.per
