"""A mail server: it takes everything, cannot be asked, and a mailbox keeps one message per Message-ID."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Answer, LaneLimits, NotFound, Part

from .messages import OnItsWay
from .platform import FakePlatform

LIMITS = LaneLimits(rate_per_s=10.0, concurrency=4)


class FakeSmtp(FakePlatform):
    """The channel is the recipient, the key the Message-ID; a second copy is taken and never seen."""

    platform = "email"
    limits = LIMITS

    transactions = 0  # accepted by the server, seen or not

    def accept(self, taken: OnItsWay, tick: float) -> str:
        """Take it; the mailbox drops it when it has that Message-ID already."""
        self.transactions += 1
        if not self.seen(taken.channel, taken.key):
            super().accept(taken, tick)
        return f"<{taken.key}@fake.example>"

    def look_up(self, part: Part, key: str, since: datetime) -> Answer:  # noqa: ARG002 - the hook's signature
        """Nothing to look into, and nothing to fear: sent again it is still one message."""
        return NotFound()
