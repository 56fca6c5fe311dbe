"""Actions as rows of buttons and menus, no id twice in one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.commands.replies import Action

from . import limits
from .buttons import Press, distinct, packed, press_of
from .embeds import BLUE, GREY, RED, Json, button, link_button, option, row, rows, select
from .kept import Kept

MENU = "menu"  # the custom_id of a menu whose lines are actions begins so
FEW_ROWS = 2  # rows of buttons that leave room for three menus
FOREMOST = frozenset({"Subscribe", "Post now", "Try again"})


def button_of(action: Action, kept: Kept | None = None, *, press: Press | None = None) -> Json | None:
    """An action as a button; None when it is too long for one."""
    custom_id = packed(action, kept, press=press)
    style = RED if action.danger else BLUE if action.label in FOREMOST else GREY
    return button(action.label, custom_id, style=style) if custom_id else None


def buttons(
    actions: Iterable[Action],
    kept: Kept | None = None,
    *,
    most: int = limits.ROWS,
    links: Sequence[Json] = (),
) -> list[Json]:
    """Actions as rows of buttons, those that open an address last; what is too long or too many is left out."""
    made = [made for made in (button_of(one, kept) for one in actions) if made]
    return rows([*_apart(made, "custom_id"), *links])[:most]


def left_out(actions: Sequence[Action], kept: Kept | None = None) -> int:
    """How many of these no button has room for."""
    fitting = sum(bool(packed(one, kept)) for one in actions)
    return len(actions) - min(fitting, limits.ROWS * limits.ROW_BUTTONS)


def menu(
    name: str, placeholder: str, lines: Iterable[tuple[Action, str]], kept: Kept | None = None
) -> list[Json]:
    """Actions as the lines of one menu, each with a few words below it; none when none fits."""
    made = [
        option(one.label, value, description=words)
        for one, words in lines
        if (value := packed(one, kept, press=press_of(one)))
    ]
    shown = _apart(made, "value")[: limits.SELECT_OPTIONS]
    return [row([select(f"{MENU}|{name}", shown, placeholder=placeholder)])] if shown else []


def links(*named: tuple[str, str]) -> list[Json]:
    """Addresses as buttons that open them; none for those that are none to open."""
    return [made for made in (link_button(label, url) for label, url in named if url) if made]


def _apart(made: Sequence[Json], key: str) -> list[Json]:
    """The same components, with no id twice."""
    counts: dict[str, int] = {}
    return [{**one, key: distinct(one[key], _times(counts, one[key]))} for one in made]


def _times(counts: dict[str, int], key: str) -> int:
    counts[key] = counts.get(key, 0) + 1
    return counts[key]
