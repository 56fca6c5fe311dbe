"""The one door to the commands: a typed line or a call in, a reply out, never an exception for a person's mistake."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

from bot.errors import NotAllowed, PaperRoundError, UserError

from .catalogue import REGISTRY
from .context import Context
from .parsing import Call, parse_line
from .replies import Notice, Reply, Tone
from .spec import AnyCommand, Param, Registry, Value, Who

YES = {"yes", "y", "on", "true", "1"}
NO = {"no", "n", "off", "false", "0"}
log = logging.getLogger(__name__)


async def dispatch(asked: Call | str, context: Context, registry: Registry = REGISTRY) -> Reply:
    """Answer a typed line or a button's call; whatever goes wrong becomes a notice."""
    try:
        call = parse_line(asked, registry) if isinstance(asked, str) else asked
        return await _run(call, context, registry)
    except PaperRoundError as error:
        return error_notice(error)
    except Exception:  # a person asked and gets an answer; the log gets the traceback
        incident = secrets.token_hex(4)
        log.exception("command failed (incident %s): %.200s", incident, asked)
        return incident_notice(incident)


def error_notice(error: PaperRoundError) -> Notice:
    """An error as people are told it."""
    return Notice(kind=Tone.ERROR, what=error.what, fix=error.fix, code=error.code, exit_code=error.exit_code)


def incident_notice(incident: str) -> Notice:
    """A fault of the program as people are told it; `incident` is its mark in the log."""
    return Notice(
        kind=Tone.ERROR,
        what="That failed inside Paper Round; it is a fault of the program, not yours.",
        fix=f"Try once more; if it stays, show the operator this mark from the log: {incident}.",
        code="P-INCIDENT",
        exit_code=1,
    )


async def _run(call: Call, context: Context, registry: Registry) -> Reply:
    command = registry.get(call.command)
    if command is None:
        raise UserError(
            f"I don't know `{call.command[:40]}`, so nothing was changed.", fix="`help` lists every verb."
        )
    _allow(command, context)
    return await command(context, **_arguments(command, call.arguments, context))


def _allow(command: AnyCommand, context: Context) -> None:
    asker = context.asker
    match command.who:
        case Who.MANAGERS if not asker.manager:
            whose = f"is for the managers of {context.place}"
        case Who.ADMINS if not asker.is_admin:
            whose = "changes every channel, so it is for the admins of this workspace"
        case _:
            return
    raise NotAllowed(
        f"`{command.name}` {whose}; nothing was changed.",
        fix=f"Ask one of them, or try `{context.typed('search')} QUERY`, which is open to everyone.",
    )


def _arguments(command: AnyCommand, given: Mapping[str, Value], context: Context) -> dict[str, Value]:
    unknown = [name for name in given if not command.param(name)]
    if unknown:
        raise UserError(
            f"`{command.name}` has no option `{unknown[0]}`, so nothing was changed.",
            fix=f"`{context.typed('help')} {command.name}` lists every option.",
        )
    arguments: dict[str, Value] = {}
    for param in command.params:
        value = given.get(param.name)
        if value is None or value == "":
            _need(param, command, context)
            continue
        arguments[param.keyword] = _typed(value, param)
    return arguments


def _need(param: Param, command: AnyCommand, context: Context) -> None:
    if not param.required:
        return
    example = f" For example: `{context.typed(command.examples[0])}`." if command.examples else ""
    raise UserError(
        f"`{command.name}` needs {param.arg.help[0].lower()}{param.arg.help[1:]}; nothing was changed.",
        fix=f"It is written `{context.typed(command.usage)}`.{example}",
    )


def _typed(value: Value, param: Param) -> Value:
    """The value in the parameter's own type, or a kind error."""
    if param.arg.choices:
        return _choice(str(value), param)
    if param.type is int and not isinstance(value, int):
        return _number(value, param)
    if param.type is bool and not isinstance(value, bool):
        return _switch(str(value), param)
    return str(value) if param.type is str else value


def _choice(value: str, param: Param) -> str:
    for choice in param.arg.choices:
        if value.lower() == choice:
            return choice
    raise UserError(
        f"`{param.name}:` cannot be `{value[:40]}`, so nothing was changed.",
        fix=f"It is one of {', '.join(f'`{choice}`' for choice in param.arg.choices)}.",
    )


def _number(value: str, param: Param) -> int:
    digits = value.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 18:
        return int(digits)
    raise UserError(
        f"`{param.name}:` is a whole number, not `{value[:40]}`; nothing was changed.",
        fix=f"For example `{param.name}:{param.default or 5}`.",
    )


def _switch(value: str, param: Param) -> bool:
    if value.lower() in YES | NO:
        return value.lower() in YES
    raise UserError(
        f"`{param.name}:` is yes or no, not `{value[:40]}`; nothing was changed.", fix=f"`{param.name}:yes`."
    )
