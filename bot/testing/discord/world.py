"""Servers, their people and their channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .permissions import ALL, BOT, EVERYONE, NONE, Permission, within

Json: TypeAlias = dict[str, Any]  # Discord's own JSON

TEXT, DM, ANNOUNCEMENT, NEWS_THREAD, THREAD, FORUM = 0, 1, 5, 10, 11, 15
THREADS = frozenset({NEWS_THREAD, THREAD})


@dataclass(kw_only=True, eq=False)
class Person:
    """Somebody, or a bot; `permissions` are what their role gives them in every server."""

    id: str
    name: str
    role: str  # the id of the role that gives it to them
    permissions: Permission = NONE
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"

    def described(self) -> Json:
        """The user object."""
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }


@dataclass(kw_only=True, eq=False)
class Said:
    """One message; `raw` is Discord's JSON of it."""

    raw: Json
    channel: str
    author: str
    via: str = "api"  # "api", "interaction", "person" or "system"
    only_for: str = ""  # the person, when it is ephemeral
    pings: tuple[str, ...] = ()  # "everyone" and ids
    nonce: str = ""
    edits: int = 0

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.raw["id"])

    @property
    def text(self) -> str:
        """Its content."""
        return str(self.raw["content"])

    @property
    def embeds(self) -> list[Json]:
        """Its embeds."""
        return list(self.raw["embeds"])

    @property
    def components(self) -> list[Json]:
        """Its rows of buttons and menus."""
        return list(self.raw["components"])

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.only_for)


@dataclass(kw_only=True, eq=False)
class Channel:
    """A conversation and everything said in it, oldest first; a thread has a parent, a direct message none of both."""

    id: str
    name: str
    kind: int = TEXT
    guild: Guild | None = None
    parent: Channel | None = None
    person: Person | None = None  # who it is with, in a direct message
    overwrites: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    applied_tags: list[str] = field(default_factory=list)
    needs_tag: bool = False
    archived: bool = False
    locked: bool = False
    turned: str = "2024-01-01T00:00:00+00:00"  # when it was archived or opened, of a thread
    messages: list[Said] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a forum's post."""
        return self.kind in THREADS

    def find(self, message: str) -> Said | None:
        """A message by its id."""
        return next((one for one in self.messages if one.id == message), None)


@dataclass(kw_only=True, eq=False)
class Guild:
    """One server; `members` has the bot too."""

    id: str
    name: str
    owner: str = "0"
    everyone: Permission = EVERYONE
    bot_permissions: Permission = BOT
    added_by: str = ""  # who added the bot
    bot_since: str = ""  # when; "": long ago
    channels: dict[str, Channel] = field(default_factory=dict)
    members: dict[str, Person] = field(default_factory=dict)

    def channel(self, which: str) -> Channel:
        """A channel or thread by name, with or without the sign, or by id."""
        name = which.removeprefix("#")
        found = self.channels.get(which) or next((c for c in self.channels.values() if c.name == name), None)
        if found is None:
            raise LookupError(f"there is no channel {which} in {self.name}")
        return found

    def member(self, who: str) -> Person:
        """Somebody by name or id."""
        found = self.members.get(who) or next((p for p in self.members.values() if p.name == who), None)
        if found is None:
            raise LookupError(f"{who} is not in {self.name}")
        return found


def permissions(person: Person, channel: Channel) -> Permission:
    """What somebody may do in a channel; in a direct message everything."""
    guild = channel.guild
    if guild is None:
        return ALL
    if person.id not in guild.members:
        return NONE
    if guild.owner == person.id:
        return ALL
    own = guild.bot_permissions if person.bot else person.permissions
    rules = (channel.parent or channel).overwrites
    return within(guild.everyone | own, rules, (guild.id, person.role, person.id))
