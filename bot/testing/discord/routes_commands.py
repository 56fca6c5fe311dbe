"""Routes of an application's commands: https://docs.discord.com/developers/interactions/application-commands."""

from __future__ import annotations

from .asking import Asked
from .call import Answer, Refused
from .checking_commands import command_problems
from .world import Json


def _place(asked: Asked) -> str:
    if asked.named["application"] != asked.state.bot.id:
        raise Refused(403, 20012, "You are not authorized to perform this action on this application")
    return asked.guild().id if "guild" in asked.named else ""


def listed(asked: Asked) -> Answer:
    """Commands as they were put."""
    return 200, asked.state.commands.get(_place(asked), [])


def put(asked: Asked) -> Answer:
    """Replace all commands."""
    place, wanted = _place(asked), asked.call.body if isinstance(asked.call.body, list) else []
    asked.check(command_problems(wanted))
    known = {(one["type"], one["name"]): one for one in asked.state.commands.get(place, [])}
    made = [_kept(asked, one, known.get((one.get("type") or 1, one["name"]))) for one in wanted]
    asked.state.commands[place] = made
    asked.state.synced += 1
    return 200, made


def _kept(asked: Asked, given: Json, known: Json | None) -> Json:
    facts = {name: value for name, value in given.items() if name != "id"}
    usual = {"description": "", "contexts": None, "integration_types": [0], "nsfw": False}
    rights = given.get("default_member_permissions")
    return {
        **usual,
        **facts,
        "id": known["id"] if known else asked.state.snowflake(),
        "type": given.get("type") or 1,
        "application_id": asked.state.bot.id,
        "version": asked.state.snowflake(),
        "default_member_permissions": None if rights is None else str(rights),
    }


ROUTES = {
    "GET /applications/{application}/commands": listed,
    "PUT /applications/{application}/commands": put,
    "GET /applications/{application}/guilds/{guild}/commands": listed,
    "PUT /applications/{application}/guilds/{guild}/commands": put,
}
