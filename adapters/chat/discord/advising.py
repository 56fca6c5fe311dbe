"""Whoever subscribed is told once what the bot lacks where it posts; digests come all the same, only worse."""

from __future__ import annotations

from dataclasses import dataclass, field

from discord import Permissions

from adapters.chat.insisting import insisted
from adapters.chat.seen import Seen
from bot.domain.subscription import Address
from bot.ports import Clock, Part, Workspaces

from .api.needs import lacking
from .api.places import Channel
from .aside import Aside

SECONDS, MOST = 24 * 3600.0, 20_000  # the table remembers for good; this only spares it the question


@dataclass(frozen=True, kw_only=True, slots=True)
class Advising:
    """Has it written down, beside the digest."""

    clock: Clock
    workspaces: Workspaces | None
    aside: Aside
    said: Seen = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing said."""
        object.__setattr__(self, "said", Seen(self.clock, seconds=SECONDS, most=MOST))

    def look(self, part: Part, channel: Channel, may: Permissions) -> None:
        """See, after a digest went out, whether there is anything its people should know."""
        text, kept = lacking(channel, may), self.workspaces
        if not text or kept is None or not self.said.first(part.workspace, f"{part.channel} {text}"):
            return
        address = Address(platform="discord", workspace=part.workspace, channel=part.channel)
        self.aside.start(insisted(self.clock, lambda: kept.channel_lacks(address, text)))
