"""The servers a stand-in has unless it is given others."""

from __future__ import annotations

from .permissions import Permission
from .state import State
from .world import ANNOUNCEMENT, FORUM, Guild

PEOPLE = {  # what their roles give them
    "ada": Permission.ADMINISTRATOR,
    "mia": Permission.MANAGE_CHANNELS,
    "ben": Permission(0),
}
TAGS = ("cs.LG", "cs.CL", "stat.ML")


def stock(state: State) -> tuple[Guild, Guild]:
    """Two servers with the same people; the bot is in the first."""
    people = [state.add_person(name, permissions=rights) for name, rights in PEOPLE.items()]
    home = state.add_guild("Knitting Lab", members=(state.bot, *people))
    other = state.add_guild("Crochet Lab", members=tuple(people))
    for guild in (home, other):
        guild.owner = people[0].id
        _channels(state, guild)
    return home, other


def _channels(state: State, guild: Guild) -> None:
    state.add_channel(guild, "general")
    state.add_channel(guild, "papers")
    state.add_channel(guild, "news", kind=ANNOUNCEMENT)
    tags = [
        {"id": state.snowflake(), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for name in TAGS
    ]
    state.add_channel(guild, "reading", kind=FORUM, tags=tags)
    deny(state, guild, "hidden", Permission.VIEW_CHANNEL)
    deny(state, guild, "hushed", Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS)


def deny(state: State, guild: Guild, name: str, rights: Permission) -> None:
    """Take permissions from the bot in a channel, which is opened when there is none."""
    known = any(one.name == name for one in guild.channels.values())
    channel = guild.channel(name) if known else state.add_channel(guild, name)
    rule = {"id": state.bot.role, "type": 0, "allow": "0", "deny": str(int(rights))}
    channel.overwrites = [rule] if rights else []
