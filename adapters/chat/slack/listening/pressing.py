"""Buttons and menu lines; what they carry is a claim like any other, and whoever presses is asked anew.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

import json

from adapters.chat.slack.drawing.actions import is_turn, unpacked, unpacked_place
from adapters.chat.slack.drawing.blocks import Json
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Tone
from bot.commands.spec import Who

from . import editing, home
from .acts import Act
from .handling import by_trigger

TOO_OLD = Notice(
    kind=Tone.ERROR, what="That button is too old, so nothing was done.", fix="Run the command again."
)


async def pressed(act: Act) -> None:
    """Carry a button's command out, and answer whoever pressed it."""
    action = _action(act.body)
    value = _value(action)
    call = known(value)
    if call is None:
        await act.reply(TOO_OLD)
        return
    where = unpacked_place(value)
    about = where.channel if where and _view(act) else _shown_in(act)
    if editing.is_asked(call, in_channel=bool(about or act.channel)):
        await editing.opened(act, call, about=about)
    elif _view(act):
        await _in_window(act, call, about)
    else:
        turns = is_turn(str(action.get("action_id") or "")) and _is_ephemeral(act.body)
        await act.reply(await act.ask(call), replace=turns)


async def _in_window(act: Act, call: Call, about: str) -> None:
    """Answer in a window what was pressed in App Home or in a window: there is no channel to answer in."""
    at_home = _view(act).get("type") == "home"
    if call.command not in home.SHOWN_THERE:
        if at_home:
            await act.answer.open(by_trigger(act.body))
        await act.reply(await act.ask(call, about=about), about=about)
    if at_home or _changes(call):
        await home.publish(act)


async def old(act: Act) -> None:
    """Answer what no button here does any more; a link has been followed already, and that was all."""
    if not _action(act.body).get("url"):
        await act.reply(TOO_OLD)


def known(value: object) -> Call | None:
    """The call of a button, if there is still such a command with such arguments."""
    call = unpacked(value)
    command = REGISTRY.get(call.command) if call else None
    if call is None or command is None or not all(map(command.param, call.arguments)):
        return None
    return call


def _changes(call: Call) -> bool:
    """Whether what App Home shows may be another thing afterwards."""
    command = REGISTRY.get(call.command)
    return call.command in home.OWN or (command is not None and command.who is not Who.ANYONE)


def _action(body: Json) -> Json:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return first if isinstance(first, dict) else {}


def _value(action: Json) -> object:
    selected = action.get("selected_option")
    return selected.get("value") if isinstance(selected, dict) else action.get("value")


def _view(act: Act) -> Json:
    view = act.body.get("view")
    return view if isinstance(view, dict) else {}


def _shown_in(act: Act) -> str:
    """The channel that an answer in a window is about; "" in a message, which stands in a channel itself."""
    try:
        kept = json.loads(str(_view(act).get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        return ""
    return str(kept.get("channel") or "") if isinstance(kept, dict) else ""


def _is_ephemeral(body: Json) -> bool:
    container = body.get("container")
    return isinstance(container, dict) and container.get("is_ephemeral") is True
