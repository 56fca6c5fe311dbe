"""Who may do what in which channel, as Discord says: asked again after five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from discord import Permissions

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.remembering import Remembered
from bot.domain.subscription import Address
from bot.errors import DeliveryError, Transient
from bot.ports import Clock

from . import error_codes as codes
from .errors import Refused
from .needs import lacking, missing
from .permissions import ALL, NONE, in_channel, ruling_of, standing_of
from .places import Channel, channel_of
from .wire import Wire

FRESH_SECONDS = 10.0  # what Discord said so lately is not asked again before a channel is given up
SHUT_SECONDS = 60.0  # a server that does not let the bot in is not asked again for each of its channels
DIRECT = "@"  # what a workspace begins with that is a person's direct messages: "@<user id>"
MOST_LISTS = 500  # of servers; each may hold hundreds of channels
NOT_ASKED = "Discord could not be asked whether the bot may post there. Try again in a minute."
NOT_THERE = (
    "The bot cannot see that channel. Let it view the channel, or add it to the server, and try again."
)
ABSENT = frozenset(
    {codes.UNKNOWN_CHANNEL, codes.UNKNOWN_GUILD, codes.MISSING_ACCESS, codes.MISSING_PERMISSIONS}
)


class People:
    """What is known of channels, servers and members."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._channels: Remembered[Channel] = Remembered(clock)
        self._lists: Remembered[dict[str, Channel]] = Remembered(clock, most=MOST_LISTS)
        self._shut: Remembered[Refused] = Remembered(clock, seconds=SHUT_SECONDS)
        self._fresh: Remembered[bool] = Remembered(clock, seconds=FRESH_SECONDS)
        self._guilds: Remembered[Json] = Remembered(clock)
        self._members: Remembered[Json] = Remembered(clock)

    async def channel(self, channel: str) -> Channel:
        """What Discord says of a channel; raises `Refused` or a `DeliveryError`."""
        known = self._channels.get(("", channel))
        return known or self.learn(
            _object(await self._wire.get("/channels/{channel_id}", channel_id=channel))
        )

    async def channel_at(self, workspace: str, channel: str) -> Channel:
        """The same of a place one knows the server of, whose list has the channels that the bot may not see, too.

        To ask for one of those by itself is a refusal that Discord counts. What is in no list is a thread, or gone.
        """
        known = self._channels.get(("", channel))
        if known is None and workspace and not workspace.startswith(DIRECT):
            known = (await self._listed(workspace)).get(channel)
        return self._channels.put(("", channel), known) if known else await self.channel(channel)

    def learn(self, data: Json) -> Channel:
        """Remember a channel as Discord has just described it; raises `Transient` for what is none."""
        try:
            found = channel_of(data)
        except ValueError as error:
            raise Transient("Discord's answer names no channel, so nothing was posted.") from error
        return self._channels.put(("", found.id), found)

    def forget_channel(self, channel: str) -> None:
        """Something changed there: ask anew."""
        known = self._channels.get(("", channel))
        self._channels.forget(("", channel))
        if known is not None:
            self._lists.forget(("", known.guild))

    def forget_guild(self, guild: str) -> None:
        """Roles changed there, or the bot came back: ask anew."""
        for remembered in (self._guilds, self._lists, self._shut):
            remembered.forget(("", guild))
        self._members.forget((guild, self._wire.own_id))

    def forget_all(self, channel: Channel) -> None:
        """Ask anew of everything that decides what the bot may do there, unless it was asked just now."""
        for one in (channel.id, channel.parent):  # the server's list may be newer
            self._channels.forget(("", one))
        if channel.is_direct or self._fresh.get(("", channel.guild)):
            return
        self.forget_guild(channel.guild)
        self._fresh.put(("", channel.guild), True)

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
        return found.view_channel and (found.manage_threads or not await self._is_secret(address))

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
        try:
            channel = await self.channel_at(address.workspace, address.channel)
            may = await self.own(channel)
        except Refused as error:
            return NOT_THERE if error.code in ABSENT else NOT_ASKED
        except DeliveryError:
            return NOT_ASKED
        is_seen = _is_at(channel, address) and may.view_channel
        return missing(channel, may) if is_seen else NOT_THERE

    async def what_is_lacking(self, address: Address) -> str:
        """What makes digests worse there than they could be, as things to do about it; "" when nothing is known to."""
        try:
            channel = await self.channel_at(address.workspace, address.channel)
            return lacking(channel, await self.own(channel)) if _is_at(channel, address) else ""
        except (Refused, DeliveryError):
            return ""

    async def _is_own(self, address: Address, person: str) -> bool:
        """Whether these are a person's direct messages with the bot, as Discord says."""
        try:
            found = await self.channel_at(address.workspace, address.channel)
        except (Refused, DeliveryError):
            return False
        return found.recipient == person and _is_at(found, address)

    async def _is_secret(self, address: Address) -> bool:
        """Whether only those are in it who were let in: who they are is not asked."""
        try:
            return (await self.channel_at(address.workspace, address.channel)).is_secret
        except (Refused, DeliveryError):
            return True

    async def _permissions(self, address: Address, person: str) -> Permissions:
        try:
            channel = await self.channel_at(address.workspace, address.channel)
            return await self._of(channel, person) if _is_at(channel, address) else NONE
        except (Refused, DeliveryError):
            return NONE

    async def _of(self, channel: Channel, user: str) -> Permissions:
        """What somebody may do there; a thread goes by the channel it is in."""
        if channel.is_direct:
            return ALL
        is_below = channel.is_thread and channel.parent
        ruling = await self.channel_at(channel.guild, channel.parent) if is_below else channel
        guild, member = await self._guild(channel.guild), await self._member(channel.guild, user)
        return in_channel(guild, member, ruling.overwrites) if member else NONE

    async def _listed(self, guild: str) -> dict[str, Channel]:
        """Every channel of a server but its threads."""
        known = self._lists.get(("", guild))
        if known is not None:
            return known
        asked = await self._asked_of("/guilds/{guild_id}/channels", guild)
        return self._lists.put(("", guild), dict(_channels(asked, guild)))

    async def _guild(self, guild: str) -> Json:
        known = self._guilds.get(("", guild))
        asked = known or ruling_of(_object(await self._asked_of("/guilds/{guild_id}", guild)))
        return self._guilds.put(("", guild), asked) if known is None else known

    async def _asked_of(self, path: str, guild: str) -> object:
        """Ask a server; one that refused lately has not changed its mind: each refusal is one too many."""
        if shut := self._shut.get(("", guild)):
            raise Refused(shut.refusal)
        try:
            return await self._wire.get(path, guild_id=guild)
        except Refused as error:
            raise self._shut.put(("", guild), error) from None

    async def _member(self, guild: str, user: str) -> Json:
        """A member as Discord describes them; {} for whoever is none."""
        known = self._members.get((guild, user))
        if known is not None:
            return known
        path = "/guilds/{guild_id}/members/{user_id}"
        try:
            asked = standing_of(_object(await self._wire.get(path, guild_id=guild, user_id=user)))
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


def _channels(data: object, guild: str) -> Iterator[tuple[str, Channel]]:
    """The channels of a server's list that can take a message, by their ids; what is none is passed over."""
    for one in data if isinstance(data, list) else ():
        with suppress(ValueError):
            found = channel_of({**_object(one), "guild_id": guild})
            if found.takes_messages:
                yield found.id, found


def _object(data: object) -> Json:
    return data if isinstance(data, dict) else {}
