"""What somebody may do in a channel, as Discord counts it: https://discord.com/developers/docs/topics/permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from discord import Permissions

from adapters.chat.discord.drawing.embeds import Json

ALL, NONE = Permissions.all(), Permissions.none()


def ruling_of(guild: Json) -> Json:
    """Of all that Discord says of a server, its emoji, too, what rights are counted by."""
    roles = [
        {"id": role.get("id"), "permissions": role.get("permissions")} for role in guild.get("roles") or ()
    ]
    return {"id": guild.get("id"), "owner_id": guild.get("owner_id"), "roles": roles}


def standing_of(member: Json) -> Json:
    """The same of a member; {} stays {}."""
    return {"user": {"id": _user(member)}, "roles": member.get("roles")} if member else {}


def in_guild(guild: Json, member: Json) -> Permissions:
    """What a member may do in a server, before any channel says otherwise."""
    if _user(member) == str(guild.get("owner_id")):
        return ALL
    held = {str(guild.get("id")), *map(str, member.get("roles") or ())}
    value = 0
    for role in guild.get("roles") or ():
        if str(role.get("id")) in held:
            value |= int(role.get("permissions") or 0)
    found = Permissions(value)
    return ALL if found.administrator else found


def in_channel(guild: Json, member: Json, overwrites: Iterable[Mapping[str, Any]]) -> Permissions:
    """What a member may do in a channel with these overwrites; nothing where they may not see it."""
    base = in_guild(guild, member)
    if base.administrator:
        return ALL
    given = {str(one.get("id")): one for one in overwrites}
    value = _changed(base.value, [given.get(str(guild.get("id")))])
    value = _changed(value, [given.get(str(role)) for role in member.get("roles") or ()])
    found = Permissions(_changed(value, [given.get(_user(member))]))
    return found if found.view_channel else NONE


def _changed(value: int, overwrites: Iterable[Mapping[str, Any] | None]) -> int:
    """All that these deny is taken away before anything is given: so it goes for several roles."""
    said = [one for one in overwrites if one]
    for one in said:
        value &= ~int(one.get("deny") or 0)
    for one in said:
        value |= int(one.get("allow") or 0)
    return value


def _user(member: Json) -> str:
    user = member.get("user")
    return str(user.get("id")) if isinstance(user, dict) else ""
