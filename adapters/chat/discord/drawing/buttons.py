"""What a button, or a line of a menu, carries out: an action as a `custom_id`, and back.

`do|save|paper=12` saves the twelfth paper: what the press does to the message, the command, and its arguments as in the
query of an address. What is longer than Discord takes is kept in memory, and the id is `do|*NAME`; after a restart it is
gone, and whoever presses is told to run the command again. Nothing in an id is trusted when it comes back: whoever reads
it asks again who presses and what they may do in that channel, and `dispatch` checks the rest.
https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, quote_plus, urlencode

from adapters.chat.presses import question, turns
from bot.commands.parsing import Call
from bot.commands.replies import Action

from .kept import LONGEST, Kept

ROOM = 96  # of Discord's 100 characters; four tell apart what one message has twice
PAPER = "paper"  # the custom_id of a menu of papers begins so; what is chosen is a paper's number
KEPT = "*"  # stands before the name of what is kept
BARE = ":/,@'()!"  # stay as they are: without a meaning here, and shorter so
MOST_ARGUMENTS = 12
SURE = "Yes, do it"


class Press(StrEnum):
    """What a press does."""

    DO = "do"  # answer whoever pressed, beside the message
    TURN = "tn"  # as DO, and the answer takes the place of the message
    ASK = "ask"  # ask first: show `confirmation`, whose button then does it
    FORM = "fm"  # open the form, with what was filled in before
    LEAVE = "no"  # do nothing after all, and say so in the place of the message


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """What somebody pressed or chose."""

    press: Press
    call: Call


def press_of(action: Action) -> Press:
    """What pressing an action does; what destroys asks first."""
    if action.danger:
        return Press.ASK
    return Press.TURN if turns(action) else Press.DO


def packed(action: Action, kept: Kept | None = None, *, press: Press | None = None) -> str:
    """An action as a custom_id; "" when it is too long for one, or holds what nobody can send."""
    kind = press or press_of(action)
    try:
        whole = f"{quote_plus(action.command)}|{urlencode(action.arguments, safe=BARE)}"
    except UnicodeEncodeError:  # half a character
        return ""
    if len(f"{kind}|{whole}") <= ROOM:
        return f"{kind}|{whole}"
    name = kept.keep(whole) if kept else ""
    return f"{kind}|{KEPT}{name}" if name else ""


def unpacked(custom_id: object, kept: Kept | None = None) -> Pressed | None:
    """What an id stands for; None for anything that never was one of ours, or is kept no longer."""
    if not isinstance(custom_id, str) or len(custom_id) > LONGEST:
        return None
    kind, _, whole = custom_id.partition("|")
    if whole.startswith(KEPT):
        whole = kept.get(whole[1:].partition("|")[0]) if kept else ""
    command, parted, rest = whole.partition("|")
    arguments = _arguments(rest.partition("|")[0])
    if kind not in set(Press) or not parted or arguments is None:
        return None
    name = _readable(command)
    return Pressed(press=Press(kind), call=Call(name, arguments)) if name else None


def chosen(custom_id: object, value: object, kept: Kept | None = None) -> Pressed | None:
    """What choosing a line of a menu stands for: the card of a paper, or what the line itself carries."""
    if not isinstance(custom_id, str) or not isinstance(value, str):
        return None
    if custom_id.partition("|")[0] != PAPER:
        return unpacked(value, kept)
    is_number = value.isascii() and value.isdigit() and len(value) < 20
    return Pressed(press=Press.DO, call=Call("show", {"paper": value})) if is_number else None


def asked(call: Call) -> str:
    """What is asked before a press of the kind ASK is done."""
    action = action_of(call)
    return "Are you sure?" if action.label == SURE else question(action)


def action_of(call: Call) -> Action:
    """The action a call came from, as a button that does it at once."""
    which = str(call.arguments.get("which") or "")
    label = {"unsubscribe": f"Drop {which}".strip(), "dismiss": "Not for us"}.get(call.command, SURE)
    return Action(label, call.command, {name: str(value) for name, value in call.arguments.items()})


def distinct(custom_id: str, number: int) -> str:
    """The same id for the second, third ... component of a message that has it: none may be there twice."""
    return f"{custom_id}|{number}" if number > 1 else custom_id


def _arguments(text: str) -> Mapping[str, str] | None:
    """The arguments of a call; None when this is no list of any, or names one twice."""
    if not text:
        return {}
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_ARGUMENTS
        )
    except ValueError:
        return None
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def _readable(text: str) -> str:
    """A command's name as it was; "" when it is none."""
    try:
        pairs = parse_qsl(
            f"x={text}", keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=1
        )
    except ValueError:
        return ""
    return pairs[0][1]
