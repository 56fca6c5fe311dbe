"""A verb that is a command: asked through the same `dispatch` as any chat."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from adapters.chat.console import me
from adapters.chat.console_replies import BARE, actions_blocks, reply_blocks
from adapters.chat.console_sheet import draw
from bot.app import App
from bot.commands.catalogue import REGISTRY
from bot.commands.dispatch import dispatch, error_notice
from bot.commands.parsing import Call, parse_line
from bot.commands.replies import Action, Notice, Reply, Tone
from bot.errors import UserError

from ._hints import for_shell
from ._session import place, put, run, session, terminal
from ._typer import say
from ._views import reply_json

Given = Mapping[str, str | int | None]
SENDING = {"email"}  # what needs the chats themselves
MORE = "`paperround more`"
VERBS = {"search", "show", "today", "more", "subscribe", "unsubscribe", "feed add", "feed remove"}


def ask(verb: str, given: Given, *, channel: str = "", as_json: bool = False) -> int:
    """Run a command with these arguments and print its answer; the exit code."""
    arguments = {name: value for name, value in given.items() if value not in (None, "")}
    return run(_answered(Call(verb, arguments), channel, as_json))


def ask_line(verb: str, text: str, given: Given, *, channel: str = "", as_json: bool = False) -> int:
    """The same where the text may hold `at:9am weekdays` as it does in chat, or options beside it."""
    try:
        typed = parse_line(f"{verb} {text}", REGISTRY)
    except UserError as error:
        return refused(error_notice(error), verb)
    options = {name: value for name, value in given.items() if value not in (None, "")}
    for name in typed.arguments:
        if name in options:
            raise UserError(
                f"`{name}:` and `--{name}` are both given, so nothing was changed.", fix="Keep one."
            )
    return ask(verb, {**typed.arguments, **options}, channel=channel, as_json=as_json)


def refused(error: Notice, verb: str) -> int:
    """Say what was wrong, as one types it here; the exit code."""
    told = for_shell(error, verb)
    say(f"{told.what} {told.fix}".strip())
    return error.exit_code or 1


async def _answered(call: Call, channel: str, as_json: bool) -> int:
    async with session(chat=call.command in SENDING) as app:
        address, name = await place(app, channel)
        context = app.context(me(), address, name, prefix="paperround ")
        return await _printed(app, await dispatch(call, context), call.command, as_json)


async def _printed(app: App, reply: Reply, verb: str, as_json: bool) -> int:
    if isinstance(reply, Notice) and reply.kind is Tone.ERROR:
        return refused(reply, verb)
    reply = for_shell(reply, verb)
    if as_json:
        put(reply_json(reply, await app.context().topics()))
        return 0
    draw(terminal(), reply_blocks(reply, more=MORE))
    draw(terminal(), actions_blocks(reply, _typed))
    return 0


def _typed(action: Action) -> str:
    """A button as a command line, where there is such a verb."""
    if action.command not in VERBS:
        return ""
    given = dict(action.arguments)
    bare = [shlex.quote(given.pop(name)) for name in BARE if name in given]
    named = [f"--{name} {shlex.quote(value)}" for name, value in given.items()]
    return " ".join(["paperround", action.command, *bare, *named])
