"""Workspaces, their people and their channels, as Slack describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .messages import Said

Json: TypeAlias = dict[str, Any]  # Slack's own JSON


@dataclass(kw_only=True)
class Person:
    """Somebody a workspace knows; `team` is another workspace's for a stranger."""

    id: str
    name: str
    team: str
    tz: str = "Europe/London"
    admin: bool = False
    owner: bool = False
    guest: bool = False  # several channels
    ultra_guest: bool = False  # one channel
    stranger: bool = False  # of another workspace, in a shared channel
    bot: bool = False

    def described(self) -> Json:
        """What users.info says of them; https://docs.slack.dev/reference/objects/user-object."""
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": False,
            "tz": self.tz,
            "tz_label": self.tz,
            "is_admin": self.admin or self.owner,
            "is_owner": self.owner,
            "is_primary_owner": self.owner,
            "is_restricted": self.guest or self.ultra_guest,
            "is_ultra_restricted": self.ultra_guest,
            "is_bot": self.bot,
            "is_app_user": False,
            **({"is_stranger": True} if self.stranger else {}),
            "profile": {"real_name": self.name.title(), "display_name": self.name, "team": self.team},
        }


@dataclass(kw_only=True)
class Channel:
    """A conversation and everything said in it, oldest first."""

    id: str
    name: str
    team: str
    private: bool = False
    archived: bool = False
    creator: str = ""
    members: set[str] = field(default_factory=set)
    im_with: str = ""  # the person, in a direct message with the bot
    messages: list[Said] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The word in its scopes: "channels:read", "groups:read", "im:read"."""
        return "im" if self.im_with else "groups" if self.private else "channels"

    def described(self, *, member: bool) -> Json:
        """What conversations.info says; https://docs.slack.dev/reference/objects/conversation-object."""
        shared = {
            "id": self.id,
            "is_im": bool(self.im_with),
            "is_archived": self.archived,
            "created": 1700000000,
        }
        if self.im_with:
            return {**shared, "user": self.im_with, "is_open": True}
        return {
            **shared,
            "name": self.name,
            "name_normalized": self.name,
            "creator": self.creator,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_mpim": False,
            "is_private": self.private,
            "is_general": self.name == "general",
            "is_member": member,
            "num_members": len(self.members),
            "context_team_id": self.team,
        }

    def find(self, ts: str) -> Said | None:
        """The message posted at a moment."""
        return next((one for one in self.messages if one.ts == ts), None)


@dataclass(kw_only=True)
class Workspace:
    """One workspace; `bot_user` is who the bot is there once it is installed."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Its part of the address."""
        return self.name.lower().replace(" ", "-")

    def person(self, who: str) -> Person:
        """Somebody by name or id."""
        return self.people.get(who) or next(one for one in self.people.values() if one.name == who)

    def channel(self, which: str) -> Channel:
        """A channel by name, with or without the sign, or by id."""
        name = which.removeprefix("#")
        found = self.channels.get(which) or next((c for c in self.channels.values() if c.name == name), None)
        if found is None:
            raise LookupError(f"there is no channel {which} in {self.name}")
        return found

    def direct(self, who: str) -> Channel:
        """The direct message between somebody and the bot; opened when there is none."""
        person = self.person(who)
        made = Channel(
            id="D" + person.id[1:],
            name="",
            team=self.id,
            im_with=person.id,
            members={person.id, self.bot_user},
        )
        return self.channels.setdefault(made.id, made)

    def add_channel(
        self, name: str, *, members: tuple[str, ...] = (), creator: str = "", **facts: Any
    ) -> Channel:
        """Open a channel with these people in it (the bot: "bot")."""
        ids = {self.bot_user if one == "bot" else self.person(one).id for one in members}
        number = sum(not one.im_with for one in self.channels.values()) + 1
        made = Channel(
            id=f"C{number:02}{self.id[1:]}",
            name=name,
            team=self.id,
            members=ids,
            creator=self.person(creator).id if creator else "",
            **facts,
        )
        self.channels[made.id] = made
        return made
