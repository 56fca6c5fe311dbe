"""Buttons and menu lines that are commands: what they carry out, and back.

A value is `["save", {"paper": "12"}]`. Nothing in it is trusted when it comes back: `dispatch` checks everything again.
"""

from __future__ import annotations

import json

from bot.commands.parsing import Call
from bot.commands.replies import Action

from .limits import BUTTON_VALUE, OPTION_VALUE

DO = "do"  # the action_id of a button that is a command begins so; "do:3" is the fourth of its message
TURN = "turn"  # as DO, and the answer takes the place of the message the button is in
MENU = "menu"  # the overflow menu of a paper


def packed(action: Action) -> str:
    """An action as a button's value; "" when it is too long for one."""
    return _fitting(action, BUTTON_VALUE)


def packed_option(action: Action) -> str:
    """An action as the value of a menu's line; "" when it is too long for one."""
    return _fitting(action, OPTION_VALUE)


def unpacked(value: object) -> Call | None:
    """The call a value stands for; None for anything that never was one of ours."""
    try:
        command, arguments = json.loads(value) if isinstance(value, str) else (None, None)
    except (ValueError, TypeError):
        return None
    if not isinstance(command, str) or not isinstance(arguments, dict):
        return None
    if not all(isinstance(one, str) for one in arguments.values()):
        return None
    return Call(command, arguments)


def _fitting(action: Action, limit: int) -> str:
    value = json.dumps([action.command, dict(action.arguments)], ensure_ascii=False, separators=(",", ":"))
    return value if len(value) <= limit else ""
