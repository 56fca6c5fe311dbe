"""A slash command as Discord sends it, to the call it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.drawing.forms import HALF
from bot.commands.parsing import Call, take_named
from bot.commands.spec import AnyCommand, Kind, Param, Value
from bot.errors import UserError

from .tree import GROUP, SUBCOMMAND, Path, paths

NO_NAME = re.compile(r"[<>|]")  # what a channel's name may not hold, where it stands in a mention


def verb_of(data: Json) -> tuple[AnyCommand | None, list[Json]]:
    """The command of a line of Discord's menu and its options; None for one that is not there any more."""
    path: Path = (str(data.get("name") or ""),)
    options = _list(data.get("options"))
    while options and options[0].get("type") in (SUBCOMMAND, GROUP):
        path, options = (*path, str(options[0].get("name") or "")), _list(options[0].get("options"))
    return paths().get(path), options


def call_of(data: Json) -> Call | None:
    """What was asked; None for a command that is not there any more."""
    command, options = verb_of(data)
    if command is None:
        return None
    given: dict[str, Value] = {}
    for option in options:
        name, value = str(option.get("name") or ""), option.get("value")
        if isinstance(value, str | int):  # a bool is an int
            given[name] = _value(command.param(name), value, data)
    return Call(command.name, _parted(command, given))


def typed_in(data: Json) -> tuple[Param | None, str]:
    """The option somebody is typing in, and what is there so far."""
    command, options = verb_of(data)
    for option in options:
        if option.get("focused"):
            param = command.param(str(option.get("name") or "")) if command else None
            return param, HALF.sub(" ", str(option.get("value") or ""))
    return None, ""


def _parted(command: AnyCommand, given: dict[str, Value]) -> dict[str, Value]:
    """A whole line may stand in the field of a query, as README and help write it; other fields outweigh it."""
    query = next((one.name for one in command.params if one.arg.kind is Kind.QUERY), "")
    with suppress(UserError):  # the query itself is refused then, with a reason
        named, left = take_named(str(given.get(query) or ""), command)
        return {**named, **given, query: left} if named and left else given
    return given


def _value(param: Param | None, value: Value, data: Json) -> Value:
    if not isinstance(value, str):
        return value
    if param is not None and param.arg.kind is Kind.CHANNEL:
        return _mention(value, data)
    return HALF.sub(" ", value).strip()


def _mention(channel: str, data: Json) -> str:
    """A channel that was picked, as typed lines have it: with its name."""
    resolved: object = data.get("resolved")
    channels = resolved.get("channels") if isinstance(resolved, Mapping) else None
    about = channels.get(channel) if isinstance(channels, Mapping) else None
    name = NO_NAME.sub("", HALF.sub(" ", str(about.get("name") or ""))) if isinstance(about, Mapping) else ""
    return f"<#{channel}|{name}>" if name else f"<#{channel}>"


def _list(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
