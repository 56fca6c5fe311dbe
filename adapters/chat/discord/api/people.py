"""Who may do what in which channel, as Discord says: asked again after five minutes."""

from __future__ import annotations

from discord import Permissions

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.remembering import Remembered
from bot.domain.subscription import Address
from bot.errors import DeliveryError, Transient
from bot.ports import Clock

from . import error_codes as codes
from .errors import Refused
from .permissions import ALL, NONE, in_channel
from .places import Channel, channel_of
from .wire import Wire

DIRECT = "@"  # what a workspace begins with that is a person's direct messages: "@<user id>"
NOT_ASKED = "Discord could not be asked whether the bot may post there. Try again in a minute."
NOT_THERE = (
    "The bot cannot see that channel. Let it view the channel, or add it to the server, and try again."
)
WANTED = {  # what a digest needs, as Discord's own settings call it
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
}
ABSENT = frozenset({codes.UNKNOWN_CHANNEL, codes.MISSING_ACCESS, codes.MISSING_PERMISSIONS})


class People:
    """What is known of channels, servers and members."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._channels: Remembered[Channel] = Remembered(clock)
        self._guilds: Remembered[Json] = Remembered(clock)
        self._members: Remembered[Json] = Remembered(clock)

    async def channel(self, channel: str) -> Channel:
        """What Discord says of a channel; raises `Refused` or a `DeliveryError`."""
        known = self._channels.get(("", channel))
        return known or self.learn(
            _object(await self._wire.get("/channels/{channel_id}", channel_id=channel))
        )

    def learn(self, data: Json) -> Channel:
        """Remember a channel as Discord has just described it; raises `Transient` for what is none."""
        try:
            found = channel_of(data)
        except ValueError as error:
            raise Transient("Discord's answer names no channel, so nothing was posted.") from error
        return self._channels.put(("", found.id), found)

    def forget_channel(self, channel: str) -> None:
        """Something changed there: ask anew."""
        self._channels.forget(("", channel))

    def forget_guild(self, guild: str) -> None:
        """Roles changed there, or the bot came back: ask anew."""
        self._guilds.forget(("", guild))

    async def own(self, channel: Channel) -> Permissions:
        """What the bot may do in a channel; raises as `channel` does."""
        return await self._of(channel, str((await self._wire.me()).get("id")))

    async def place(self, channel: str) -> str:
        """A channel as people call it; "this channel" when Discord cannot be asked."""
        try:
            found = await self.channel(channel)
        except (Refused, DeliveryError):
            return "this channel"
        if found.is_direct:
            return "this conversation"
        return f"#{found.name}" if found.name else "this channel"

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed there; not when Discord cannot be asked."""
        if address.workspace.startswith(DIRECT):
            return await self._is_own(address, person)
        found = await self._permissions(address, person)
        return found.view_channel and (found.manage_threads or not await self._is_secret(address.channel))

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change what is subscribed there; not when Discord cannot be asked."""
        if address.workspace.startswith(DIRECT):
            return await self._is_own(address, person)
        found = await self._permissions(address, person)
        return found.view_channel and found.manage_channels

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as one thing to do about it; "" when nothing does."""
        self.forget_channel(address.channel)  # whoever asks may just have changed it
        self.forget_guild(address.workspace)
        self._members.forget((address.workspace, await self._own_id()))
        try:
            channel = await self.channel(address.channel)
            return _missing(channel, await self.own(channel)) if _is_at(channel, address) else NOT_THERE
        except Refused as error:
            return NOT_THERE if error.code in ABSENT else NOT_ASKED
        except DeliveryError:
            return NOT_ASKED

    async def _is_own(self, address: Address, person: str) -> bool:
        """Whether these are a person's direct messages with the bot, as Discord says."""
        try:
            found = await self.channel(address.channel)
        except (Refused, DeliveryError):
            return False
        return found.recipient == person and _is_at(found, address)

    async def _is_secret(self, channel: str) -> bool:
        """Whether only those are in it who were let in: who they are is not asked."""
        try:
            return (await self.channel(channel)).is_secret
        except (Refused, DeliveryError):
            return True

    async def _own_id(self) -> str:
        try:
            return str((await self._wire.me()).get("id"))
        except (Refused, DeliveryError):
            return ""

    async def _permissions(self, address: Address, person: str) -> Permissions:
        try:
            channel = await self.channel(address.channel)
            return await self._of(channel, person) if _is_at(channel, address) else NONE
        except (Refused, DeliveryError):
            return NONE

    async def _of(self, channel: Channel, user: str) -> Permissions:
        """What somebody may do there; a thread goes by the channel it is in."""
        if channel.is_direct:
            return ALL
        ruling = await self.channel(channel.parent) if channel.is_thread and channel.parent else channel
        guild, member = await self._guild(channel.guild), await self._member(channel.guild, user)
        return in_channel(guild, member, ruling.overwrites) if member else NONE

    async def _guild(self, guild: str) -> Json:
        known = self._guilds.get(("", guild))
        asked = known or _object(await self._wire.get("/guilds/{guild_id}", guild_id=guild))
        return self._guilds.put(("", guild), asked) if known is None else known

    async def _member(self, guild: str, user: str) -> Json:
        """A member as Discord describes them; {} for whoever is none."""
        known = self._members.get((guild, user))
        if known is not None:
            return known
        path = "/guilds/{guild_id}/members/{user_id}"
        try:
            asked = _object(await self._wire.get(path, guild_id=guild, user_id=user))
        except Refused as error:
            if error.code not in {codes.UNKNOWN_MEMBER, codes.UNKNOWN_USER}:
                raise
            asked = {}
        return self._members.put((guild, user), asked)


def _is_at(channel: Channel, address: Address) -> bool:
    """Whether a channel is of the server, or the person, that an address names."""
    if channel.is_direct:
        return address.workspace == DIRECT + channel.recipient
    return channel.guild == address.workspace


def _missing(channel: Channel, may: Permissions) -> str:
    """What the bot may not do there, in the words of Discord's settings."""
    called = f"#{channel.name}" if channel.name else "that channel"
    if not channel.takes_messages:
        return f"{called} takes no messages. Choose a text, announcement or forum channel."
    if channel.is_direct:
        return ""
    wanted = dict(WANTED)
    if channel.is_thread:
        del wanted["send_messages"]
    if channel.is_thread or channel.is_forum:
        wanted["send_messages_in_threads"] = "Send Messages in Threads"
    names = [f'"{name}"' for flag, name in wanted.items() if not getattr(may, flag)]
    if not names:
        return ""
    return f"The bot lacks {', '.join(names)} in {called}. Grant it there, and try again."


def _object(data: object) -> Json:
    return data if isinstance(data, dict) else {}
