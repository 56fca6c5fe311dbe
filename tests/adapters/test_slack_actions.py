"""Buttons that are commands: what they carry comes back as it was, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.drawing.actions import (
    DO,
    TURN,
    Where,
    button_of,
    is_turn,
    packed,
    packed_option,
    row,
    unpacked,
    unpacked_place,
)
from adapters.chat.slack.drawing.limits import ACTION_ELEMENTS, BUTTON_VALUE, OPTION_VALUE
from bot.commands.parsing import Call
from bot.commands.replies import Action
from bot.testing.hostile import HOSTILE

OURS = '["dismiss",{"paper":"1"}]'  # looks like one of ours, and is: what it may do is asked anew
WHERE = Where(channel="C1", place="#papers")
FORGED = (
    None,
    7,
    "",
    "save",
    "null",
    "true",
    "1e999",
    "{}",
    "[]",
    '["save"]',
    '["save",{"paper":1}]',
    '["save",{"paper":null}]',
    '["save",[]]',
    "[7,{}]",
    '[["save"],{}]',
    '["save",{},{},{}]',
    '["save",{"paper":"\\ud800"}]',
    '{"command":"save"}',
    "[" * 1000,
    "[" * 1_000_000,
    '["save",{"paper":"' + "1" * 3000 + '"}]',
    *(text for text in HOSTILE if text != OURS),
)
NOWHERE = (
    *FORGED,
    '["save",{}]',
    '["save",{},null]',
    '["save",{},{}]',
    '["save",{},{"channel":"C1"}]',
    '["save",{},{"channel":"","place":"#x"}]',
    '["save",{},{"channel":7,"place":"#x"}]',
    '["save",{},{"channel":"C1","place":"#x","user":"U1"}]',
    '["save",{},["C1","#x"]]',
)
NAMES = st.text("abcdefghij ", max_size=20)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=200)


@given(NAMES, st.dictionaries(NAMES, TEXTS, max_size=5))
def test_what_is_packed_comes_back_as_it_was(command: str, arguments: dict[str, str]) -> None:
    value = packed(Action("Do it", command, arguments))
    assert unpacked(value) == (Call(command, arguments) if value else None)
    assert unpacked_place(value) is None


@given(NAMES, st.dictionaries(NAMES, TEXTS, max_size=3))
def test_a_button_that_stands_in_no_channel_carries_its_own(command: str, arguments: dict[str, str]) -> None:
    value = packed(Action("Do it", command, arguments), WHERE)
    assert unpacked(value) == (Call(command, arguments) if value else None)
    assert unpacked_place(value) == (WHERE if value else None)


@pytest.mark.parametrize("value", FORGED, ids=range(len(FORGED)))
def test_a_forged_value_is_no_call(value: object) -> None:
    assert unpacked(value) is None


@pytest.mark.parametrize("value", NOWHERE, ids=range(len(NOWHERE)))
def test_a_forged_channel_is_none(value: object) -> None:
    assert unpacked_place(value) is None


def test_an_action_that_is_too_long_for_a_value_is_left_out() -> None:
    fits = Action("Again", "subscribe", {"query": "x" * (BUTTON_VALUE - 30)})
    long = Action("Again", "subscribe", {"query": "x" * BUTTON_VALUE})
    wide = Action("Again", "subscribe", {"query": "😀" * (BUTTON_VALUE // 2)})
    (drawn,) = row([long, fits, wide])
    assert [one["action_id"] for one in drawn["elements"]] == ["do:1"]
    assert packed_option(Action("Mute", "mute", {"author": "x" * OPTION_VALUE})) == ""
    assert row([long]) == []


def test_an_action_that_holds_what_nobody_can_read_is_left_out() -> None:
    assert packed(Action("Mute", "mute", {"author": "Ada\u202eExample"})) == ""
    assert packed(Action("Mute", "mute", {"author": "Ada\ud800"})) == ""


def test_a_row_takes_no_more_than_slack_does_and_no_id_twice() -> None:
    many = [Action(f"Drop {one}", "unsubscribe", {"which": str(one)}, danger=True) for one in range(60)]
    (drawn,) = row(many, "7:")
    ids = [one["action_id"] for one in drawn["elements"]]
    assert len(ids) == ACTION_ELEMENTS == len(set(ids))
    assert json.loads(drawn["elements"][3]["value"]) == ["unsubscribe", {"which": "3"}]


def test_what_destroys_asks_before_and_nothing_else_does() -> None:
    drop = button_of(Action("Drop 3", "unsubscribe", {"which": "3"}, danger=True), "0")
    save = button_of(Action("Save", "save", {"paper": "1"}), "1")
    assert drop
    assert save
    assert drop["confirm"]["text"]["text"].startswith("Drop 3?")
    assert "confirm" not in save


def test_an_answer_takes_the_place_of_what_it_undoes_or_turns() -> None:
    turning = [Action("Undo", "save"), Action("Next", "today"), Action("Back to daily 08:00 UTC", "settings")]
    (drawn,) = row([*turning, Action("Save", "save")])
    assert [is_turn(one["action_id"]) for one in drawn["elements"]] == [True, True, True, False]
    assert is_turn(f"{TURN}:0")
    assert not is_turn(f"{DO}:0")
    assert not is_turn("turning")
    assert not is_turn("")
