"""Buttons and menu lines that are commands: what they carry out, and back.

A value is `["save", {"paper": "12"}]`; where a button stands in no channel, as in App Home, its channel is a third
element: `["edit", {"which": "7"}, {"channel": "C1", "place": "#papers"}]`. Nothing in a value is trusted when it comes
back: whoever reads it asks again who presses and what they may do in that channel, and `dispatch` checks the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from adapters.chat.presses import question, turns
from bot.commands.parsing import Call
from bot.commands.replies import Action

from . import blocks
from .blocks import Block, Json
from .limits import ACTION_ELEMENTS, BUTTON_VALUE, OPTION_VALUE
from .text import HOSTILE, units

DO = "do"  # the action_id of a button that is a command begins so; "do:3" is the fourth of its message
TURN = "turn"  # as DO, and the answer takes the place of the message the button is in
MENU = "menu"  # the overflow menu of a paper
HALF = re.compile("[\ud800-\udfff]")  # half a character, which JSON can spell and nothing can store


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """The channel a button is about, where the button stands in none: a claim, to be checked."""

    channel: str
    place: str


def packed(action: Action, where: Where | None = None) -> str:
    """An action as a button's value; "" when it is too long for one, or holds what nobody can read."""
    return _fitting(action, where, BUTTON_VALUE)


def packed_option(action: Action, where: Where | None = None) -> str:
    """As `packed`, for the value of a menu's line."""
    return _fitting(action, where, OPTION_VALUE)


def unpacked(value: object) -> Call | None:
    """The call a value stands for; None for anything that never was one of ours."""
    command, arguments, _ = _parts(value)
    if not isinstance(command, str) or not _texts(arguments):
        return None
    return Call(command, dict(arguments))


def unpacked_place(value: object) -> Where | None:
    """The channel a value names; None when it names none. Anybody can send any: check who may do what there."""
    where = _parts(value)[2]
    if not _texts(where) or set(where) != {"channel", "place"} or not where["channel"]:
        return None
    return Where(channel=where["channel"], place=where["place"])


def is_turn(action_id: str) -> bool:
    """Whether the answer takes the place of the message the button is in."""
    return action_id.partition(":")[0] == TURN


def button_of(action: Action, name: str, *, where: Where | None = None) -> Json | None:
    """An action as a button, which asks again before it destroys; None when it is too long for one."""
    value = packed(action, where)
    if not value:
        return None
    return blocks.button(
        action.label,
        f"{TURN if turns(action) else DO}:{name}",
        value,
        style="danger" if action.danger else "",
        confirm=blocks.confirm(question(action), action.label) if action.danger else None,
    )


def option_of(action: Action) -> Json | None:
    """An action as a line of a menu; None when it is too long for one."""
    value = packed_option(action)
    return blocks.option(action.label, value) if value else None


def row(actions: Iterable[Action], name: str = "", *, where: Where | None = None) -> list[Block]:
    """Actions as one row of buttons; none when none fits. `name` keeps the ids of two rows apart."""
    made = [button_of(one, f"{name}{number}", where=where) for number, one in enumerate(actions)]
    fitting = [one for one in made if one]
    return [blocks.actions(fitting)] if fitting else []


def left_out(actions: Sequence[Action]) -> int:
    """How many of these a row has no room for."""
    return max(0, len(actions) - ACTION_ELEMENTS)


def _fitting(action: Action, where: Where | None, limit: int) -> str:
    there = [{"channel": where.channel, "place": where.place}] if where else []
    parts = [action.command, dict(action.arguments), *there]
    value = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return value if units(value) <= limit and not HOSTILE.search(value) else ""


def _parts(value: object) -> list[object]:
    """The three parts of a value, whatever they are; each None when it is no value of ours."""
    try:
        parts = json.loads(value) if isinstance(value, str) and len(value) <= BUTTON_VALUE else None
    except (ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or not 2 <= len(parts) <= 3:
        return [None, None, None]
    return [*parts, None][:3]


def _texts(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and all(
        isinstance(one, str) and not HALF.search(one) for one in value.values()
    )
