"""Where the bot may post, as the gateway tells it: what opened and what closed since one last looked."""

from __future__ import annotations

import discord


class Rights:
    """Channels of each server, and whether the bot may post in them."""

    def __init__(self) -> None:
        self._open: dict[int, dict[int, bool]] = {}  # by server

    def look(
        self, guild: discord.Guild, only: discord.abc.GuildChannel | None = None
    ) -> list[tuple[int, bool]]:
        """Channels, or this one, of which it changed, and how it is now; the first look at a server tells of none."""
        before = self._open.get(guild.id, {})
        now = {channel.id: may_post(channel) for channel in ([only] if only else guild.channels)}
        self._open[guild.id] = {**before, **now} if only else now
        return [(channel, may) for channel, may in now.items() if before.get(channel, may) != may]

    def open_ones(self, guild: int) -> frozenset[str]:
        """The channels of a server in which the bot could post when one last looked."""
        return frozenset(str(channel) for channel, may in self._open.get(guild, {}).items() if may)

    def forget(self, guild: int) -> None:
        """The bot is no longer there."""
        self._open.pop(guild, None)


def may_post(channel: discord.abc.GuildChannel) -> bool:
    """Whether the bot may see a channel and send messages there; in a forum, in its posts, too."""
    me: discord.Member | None = channel.guild.me
    if me is None:  # not told yet, whatever discord.py's types say
        return True
    rights = channel.permissions_for(me)
    in_posts = rights.send_messages_in_threads or not isinstance(channel, discord.ForumChannel)
    return rights.view_channel and rights.send_messages and in_posts
