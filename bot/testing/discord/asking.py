"""What a route is asked: the call, what its path names, and the rules every route shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .call import Call, Refused
from .checking import BAD, Problem
from .permissions import Permission
from .state import State
from .world import Channel, Guild, Json, Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call of a known route."""

    state: State
    call: Call
    named: dict[str, str]  # "channel", "message", ... of the path

    @property
    def given(self) -> Json:
        """The body."""
        return self.call.given

    def channel(self, wanted: Permission = Permission.VIEW_CHANNEL) -> Channel:
        """The channel of the path, if the bot may do this there."""
        found = self.state.channels.get(self.named["channel"])
        if found is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not self.state.bot_may(found, Permission.VIEW_CHANNEL):
            raise Refused(403, 50001, "Missing Access")
        self.need(found, wanted)
        return found

    def need(self, channel: Channel, wanted: Permission) -> None:
        """Refuse what the bot has no permission for."""
        if not self.state.bot_may(channel, wanted):
            raise Refused(403, 50013, "Missing Permissions")

    def guild(self) -> Guild:
        """The server of the path, if the bot is in it."""
        found = self.state.guilds.get(self.named["guild"])
        if found is None or self.state.bot.id not in found.members:
            raise Refused(404, 10004, "Unknown Guild")
        return found

    def message(self, channel: Channel) -> Said:
        """The message of the path."""
        found = channel.find(self.named["message"])
        if found is None or found.ephemeral:
            raise Refused(404, 10008, "Unknown Message")
        return found

    def own(self, channel: Channel) -> Said:
        """The message of the path, if the bot wrote it."""
        found = self.message(channel)
        if found.author != self.state.bot.id:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        return found

    def check(self, problems: Sequence[Problem]) -> None:
        """Refuse what has problems, as Discord words them."""
        if not problems:
            return
        self.state.found(self.call.line, list(problems))
        other = [one for one in problems if one.code != BAD]
        if other and len(other) == len(problems):
            raise Refused(400, other[0].code, other[0].what)
        raise Refused(400, BAD, "Invalid Form Body", errors=_tree(problems))


def _tree(problems: Sequence[Problem]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for one in problems:
        node = whole
        for step in one.where.split("/"):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD_FORMAT", "message": one.what})
    return whole
