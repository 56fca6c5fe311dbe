"""A Slack workspace: nothing keeps it from posting twice, but its history can be asked where that is allowed."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from bot.ports import Answer, CannotTell, LaneLimits, Part

from .platform import FakePlatform, Settings
from .rates import Rate

# https://docs.slack.dev/apis/web-api/rate-limits: about one message per second and channel, short bursts allowed, and
# "several hundred messages per minute" per workspace.
CHANNEL_RATES = (Rate(count=3, seconds=1.0), Rate(count=13, seconds=10.0))
WORKSPACE_RATES = (Rate(count=300, seconds=60.0),)
LIMITS = LaneLimits(rate_per_s=3.0, concurrency=10, gap_ms=1000)
# Nobody can tell what was posted: with one message in flight, a crash repeats no more than that one.
BLIND_LIMITS = LaneLimits(rate_per_s=3.0, concurrency=1, gap_ms=1000)


class FakeSlack(FakePlatform):
    """`history=True` finds a message by the key in its metadata; without it nobody can tell."""

    platform = "slack"
    lane_rates = WORKSPACE_RATES
    channel_rates = CHANNEL_RATES

    def __init__(self, *, history: bool = True, **settings: Unpack[Settings]) -> None:
        """Make one with `Settings`, with or without the scope to read history."""
        self.limits = LIMITS if history else BLIND_LIMITS
        super().__init__(**settings)
        self.has_history = history

    def look_up(self, part: Part, key: str, since: datetime) -> Answer:
        """What the channel's history says, where it may be read."""
        return self.history(part.channel, key, since) if self.has_history else CannotTell()
