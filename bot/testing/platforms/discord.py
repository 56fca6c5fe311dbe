"""A Discord bot: its history can be asked, and for a few minutes its nonce makes two requests one message."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from bot.errors import Rejected
from bot.ports import Answer, LaneLimits, Part

from .messages import OnItsWay
from .platform import FakePlatform, Settings
from .rates import Rate

# https://discord.com/developers/docs/resources/message#create-message: the nonce, and `enforce_nonce`, which holds
# for "the past few minutes".
NONCE_LENGTH = 25
NONCE_SECONDS = 180.0
# https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
GLOBAL_RATE = Rate(count=50, seconds=1.0)
LIMITS = LaneLimits(rate_per_s=40.0, concurrency=10)


class FakeDiscord(FakePlatform):
    """Gives back the first message when a nonce comes again within `nonce_seconds`."""

    platform = "discord"
    limits = LIMITS
    lane_rates = (GLOBAL_RATE,)

    def __init__(self, *, nonce_seconds: float = NONCE_SECONDS, **settings: Unpack[Settings]) -> None:
        """Make one with `Settings`, and a memory for nonces of so many seconds."""
        super().__init__(**settings)
        self.nonce_seconds = nonce_seconds
        self.deduplicated = 0

    def check(self, part: Part, key: str) -> None:  # noqa: ARG002 - the hook's signature
        """Refuse a nonce that is too long."""
        if len(key) > NONCE_LENGTH:
            raise Rejected(f"A nonce has at most {NONCE_LENGTH} characters; this one has {len(key)}.")

    def accept(self, taken: OnItsWay, tick: float) -> str:
        """Take it, unless its nonce was seen a little while ago."""
        seen = self.seen(taken.channel, taken.key)
        if seen and tick - seen[-1].tick < self.nonce_seconds:
            self.deduplicated += 1
            return seen[-1].remote_id
        return super().accept(taken, tick)

    def look_up(self, part: Part, key: str, since: datetime) -> Answer:
        """The channel's history knows, whatever the nonce's age.

        To trust the nonce instead would be wrong: what is sent again may have to wait for its turn, for a Retry-After
        or for the network, and by then the nonce is forgotten.
        """
        return self.history(part.channel, key, since)
