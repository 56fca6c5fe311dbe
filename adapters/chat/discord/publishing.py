"""What stands in an announcement channel is shown in the servers that follow it, where that is wanted.

https://discord.com/developers/docs/resources/message#crosspost-message
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.errors import DeliveryError

from .api.errors import Refused, name_of
from .api.places import Channel
from .api.wire import Wire
from .aside import Aside
from .drawing.embeds import Json

CROSSPOSTED = 1  # the flag of a message that was published
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """Has messages published, beside the digests; a message stands there without, so nothing is raised."""

    wire: Wire
    aside: Aside
    wanted: bool

    def begin(self, channel: Channel, message: Json) -> None:
        """Publish a message of that channel, unless it is."""
        if self.wanted and channel.is_news and not int(message.get("flags") or 0) & CROSSPOSTED:
            self.aside.start(self._published(channel.id, str(message.get("id"))))

    async def _published(self, channel: str, message: str) -> None:
        path = "/channels/{channel_id}/messages/{message_id}/crosspost"
        try:
            await self.wire.post(path, channel_id=channel, message_id=message)
        except (Refused, DeliveryError) as error:
            log.warning("discord.not_published", channel=channel, reason=name_of(error))
