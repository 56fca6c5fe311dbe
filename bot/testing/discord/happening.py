"""What happens in Discord without anybody speaking to the bot: servers come and go, channels change."""

from __future__ import annotations

from .objects import channel_json, guild_event, role_json
from .permissions import NONE, Permission
from .server import DiscordStandIn
from .state import State
from .world import Channel, Guild, Said


class Happening:
    """Lets things happen at one stand-in."""

    def __init__(self, discord: DiscordStandIn, guild: Guild | None = None) -> None:
        """Let them happen in one server, the first unless another is given."""
        self.discord = discord
        self.guild = guild or discord.home

    @property
    def state(self) -> State:
        """Everything the stand-in knows."""
        return self.discord.state

    def join(self, guild: Guild, *, by: str = "") -> None:
        """Add the bot to a server; the server's log says who did."""
        guild.added_by = guild.member(by).id if by else ""
        guild.bot_since = self.state.clock.now().isoformat()
        guild.members[self.state.bot.id] = self.state.bot
        told = guild_event(guild, self.state.bot)
        del told["unavailable"]  # only said of a server that was away
        self.state.dispatch("GUILD_CREATE", told, guild)

    def kick(self, guild: Guild | None = None) -> None:
        """Take the bot out of a server."""
        place = guild or self.guild
        del place.members[self.state.bot.id]
        self.state.dispatch("GUILD_DELETE", {"id": place.id}, place)

    def outage(self, guild: Guild | None = None) -> None:
        """Let a server be unavailable for a while: the bot is still in it."""
        place = guild or self.guild
        self.state.dispatch("GUILD_DELETE", {"id": place.id, "unavailable": True}, place)

    def back(self, guild: Guild | None = None) -> None:
        """Let a server be there again."""
        place = guild or self.guild
        self.state.dispatch("GUILD_CREATE", guild_event(place, self.state.bot), place)

    def delete(self, channel: str) -> Channel:
        """Delete a channel with its threads."""
        gone = self.discord.channel(channel, self.guild)
        for one in [*self.discord.threads(gone.id, self.guild), gone]:
            del self.state.channels[one.id], self.guild.channels[one.id]
            event = "THREAD_DELETE" if one.is_thread else "CHANNEL_DELETE"
            self.state.dispatch(event, channel_json(one), self.guild)
        return gone

    def rename(self, channel: str, name: str) -> Channel:
        """Name a channel anew."""
        changed = self.discord.channel(channel, self.guild)
        changed.name = name
        self.state.dispatch("CHANNEL_UPDATE", channel_json(changed), self.guild)
        return changed

    def deny(self, channel: str, *rights: Permission) -> None:
        """Take permissions from the bot in a channel, and tell it; none: give all back."""
        self.discord.deny(channel, *rights)
        self.state.dispatch("CHANNEL_UPDATE", channel_json(self.discord.channel(channel)), self.guild)

    def entitle(self, rights: Permission, guild: Guild | None = None) -> None:
        """Give the bot's role other permissions in a whole server."""
        place, bot = guild or self.guild, self.state.bot
        place.bot_permissions = rights
        told = {"guild_id": place.id, "role": role_json(bot.role, bot.name, rights, managed=True)}
        self.state.dispatch("GUILD_ROLE_UPDATE", told, place)

    def style(self, guild: Guild | None = None) -> None:
        """Tell the bot of its role once more, which does no more and no less than before."""
        place = guild or self.guild
        self.entitle(place.bot_permissions, place)

    def drop_role(self, guild: Guild | None = None) -> None:
        """Delete the bot's role in a server, and with it what it allowed and denied in channels."""
        place, bot = guild or self.guild, self.state.bot
        place.bot_permissions = NONE
        for channel in place.channels.values():
            channel.overwrites = [one for one in channel.overwrites if one["id"] != bot.role]
        self.state.dispatch("GUILD_ROLE_DELETE", {"guild_id": place.id, "role_id": bot.role}, place)

    def say(self, text: str, *, user: str = "ada", channel: str = "papers") -> Said:
        """Let somebody say something."""
        place = self.discord.channel(channel, self.guild)
        return self.state.say(place, self.guild.member(user), {"content": text}, via="person")
