"""A button's custom_id: what is packed comes back, and what never was one of ours is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.drawing.buttons import (
    ROOM,
    Press,
    Pressed,
    asked,
    chosen,
    distinct,
    packed,
    press_of,
    unpacked,
)
from adapters.chat.discord.drawing.kept import LONGEST, MOST, Kept
from adapters.chat.discord.drawing.limits import CUSTOM_ID
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.commands.replies import Action
from bot.testing.hostile import HOSTILE

SAVE = Action("Save", "save", {"paper": "12"})
DROP = Action("Drop 7", "unsubscribe", {"which": "7"}, danger=True)
LONG = Action("Again", "subscribe", {"query": "wool " * 200})
FORGED = (
    None,
    7,
    "",
    "do",
    "do|",
    "do||paper=1",
    "save|paper=12",
    "xx|save|paper=12",
    "do|save|paper",
    "do|save|paper=1&paper=2",
    "do|save|paper=%ff",
    "do|%ff|paper=1",
    "do|save|" + "&".join(f"a{one}=1" for one in range(50)),
    "do|*",
    "do|*nowhere",
    "do|" + "x" * 100_000,
    '["save",{"paper":"1"}]',
    ["do|save|paper=1"],
    *(text for text in HOSTILE if not text.startswith("do|")),
)
NAMES = st.text("abcdefghij ", min_size=1, max_size=20).filter(str.strip)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


def test_an_id_can_be_read() -> None:
    assert packed(SAVE) == "do|save|paper=12"
    assert packed(Action("Undo", "feed remove", {"feed": "3"})) == "tn|feed+remove|feed=3"
    assert packed(DROP) == "ask|unsubscribe|which=7"


@given(NAMES, st.dictionaries(NAMES, TEXTS, max_size=5))
def test_what_is_packed_comes_back_as_it_was(command: str, arguments: dict[str, str]) -> None:
    kept = Kept()
    custom_id = packed(Action("Do it", command, arguments), kept)
    assert len(custom_id) <= ROOM < CUSTOM_ID
    assert custom_id.isascii()
    assert unpacked(custom_id, kept) == Pressed(press=Press.DO, call=Call(command, arguments))
    assert unpacked(distinct(custom_id, 25), kept) == unpacked(custom_id, kept)


@pytest.mark.parametrize("custom_id", FORGED, ids=range(len(FORGED)))
def test_a_forged_id_is_nothing(custom_id: object) -> None:
    assert unpacked(custom_id, Kept()) is None
    assert unpacked(custom_id) is None


def test_what_is_too_long_is_kept_while_the_bot_runs() -> None:
    kept = Kept()
    custom_id = packed(LONG, kept)
    assert len(custom_id) <= ROOM
    assert unpacked(custom_id, kept) == Pressed(press=Press.DO, call=Call("subscribe", dict(LONG.arguments)))
    assert unpacked(custom_id, Kept()) is None


def test_without_anywhere_to_keep_it_a_long_button_is_left_out() -> None:
    assert packed(LONG) == ""
    assert packed(Action("Again", "subscribe", {"query": "x" * LONGEST}), Kept()) == ""


def test_half_a_character_is_never_packed() -> None:
    assert packed(Action("Mute", "mute", {"author": "Ada\ud800"}), Kept()) == ""


def test_no_more_is_kept_than_memory_is_meant_for() -> None:
    kept = Kept(most=3)
    names = [kept.keep(f"text {one}") for one in range(5)]
    assert [kept.get(name) for name in names] == ["", "", "text 2", "text 3", "text 4"]
    assert MOST * LONGEST < 20_000_000


def test_the_same_text_is_kept_once_and_as_the_last() -> None:
    kept = Kept(most=2)
    first, other = kept.keep("first"), kept.keep("other")
    assert kept.keep("first") == first
    kept.keep("third")
    assert (kept.get(first), kept.get(other)) == ("first", "")


def test_a_page_and_an_undo_take_the_place_of_the_message_and_what_destroys_asks() -> None:
    turning = [Action("Undo", "save"), Action("Next", "today"), Action("Back to daily 08:00 UTC", "settings")]
    assert [press_of(one) for one in (*turning, SAVE, DROP)] == [*[Press.TURN] * 3, Press.DO, Press.ASK]


def test_a_paper_that_is_chosen_shows_its_card() -> None:
    assert chosen("paper|", "12") == Pressed(press=Press.DO, call=Call("show", {"paper": "12"}))
    assert chosen("paper|saved", "12") == chosen("paper|", "12")
    assert [chosen("paper|", one) for one in ("", "x", "-1", "1" * 40, "\u0663", None)] == [None] * 6


def test_a_line_that_is_chosen_does_what_it_carries() -> None:
    assert chosen("menu|drop", packed(DROP)) == unpacked(packed(DROP))
    assert chosen("menu|drop", "12") is None
    assert chosen(None, packed(DROP)) is None


def test_what_destroys_says_what_is_lost_before() -> None:
    drop, save = unpacked(packed(DROP)), unpacked(packed(SAVE))
    assert drop
    assert save
    assert asked(drop.call) == "Drop 7? Its papers no longer come here. Undo brings it back."
    assert asked(save.call) == "Are you sure?"


def test_no_command_is_too_long_for_its_name() -> None:
    assert all(unpacked(packed(Action("x", one.name))) for one in REGISTRY)
