"""The form as a modal: what it looked like last time, what it holds, and what comes back of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.buttons import Press, unpacked
from adapters.chat.discord.drawing.forms import (
    HALF,
    LONGEST,
    SHORT,
    EditForm,
    again,
    edit_modal,
    edited,
    form_in,
    form_of,
)
from adapters.chat.discord.drawing.kept import Kept
from bot.testing.hostile import HOSTILE
from bot.testing.replies import sample_state

FORM = EditForm(
    which="7", query='knit "long scarf" -survey', at="09:00", tz="Europe/Berlin", days="mon,thu", max="8"
)


def fields(modal: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["component"]["custom_id"]: one["component"] for one in modal["components"]}


def submitted(modal: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The modal as Discord sends it back: what stood there at first, and what was filled in."""
    components = [
        {"type": one["type"], "id": at, "component": _held(one["component"], typed)}
        for at, one in enumerate(modal["components"])
    ]
    return {"custom_id": modal["custom_id"], "components": components}


def _held(field: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    name = field["custom_id"]
    if field["type"] == 3:
        ticked = [one["value"] for one in field["options"] if one.get("default")]
        return {"type": 3, "custom_id": name, "values": typed.get(name, ticked)}
    return {"type": 4, "custom_id": name, "value": typed.get(name, field.get("value", ""))}


def fits(modal: dict[str, Any]) -> dict[str, Any]:
    """Every limit that Discord documents for what is used here."""
    assert set(modal) == {"custom_id", "title", "components"}
    assert 1 <= len(modal["custom_id"]) <= limits.CUSTOM_ID
    assert 1 <= len(modal["title"]) <= limits.MODAL_TITLE
    assert 1 <= len(modal["components"]) <= limits.MODAL_INPUTS
    assert len(fields(modal)) == len(modal["components"])
    for label in modal["components"]:
        assert 1 <= len(label["label"]) <= limits.INPUT_LABEL
        assert 1 <= len(label.get("description", "x")) <= limits.INPUT_DESCRIPTION
        field = label["component"]
        assert len(field["placeholder"]) <= limits.INPUT_PLACEHOLDER
        assert len(field.get("value", "").encode("utf-16-le")) // 2 <= field.get("max_length", 0)
        assert field.get("max_length", 1) <= limits.INPUT_VALUE
    json.dumps(modal).encode()
    return modal


@pytest.mark.parametrize(("name", "form"), [("edit", FORM), ("new", EditForm())])
def test_a_form_is_drawn_as_it_was(name: str, form: EditForm, same_as_golden) -> None:
    drawn = json.dumps(fits(edit_modal(form)), ensure_ascii=False, indent=1) + "\n"
    same_as_golden(f"discord/modal_{name}.json", drawn)


def test_a_form_comes_back_as_it_was_opened() -> None:
    assert edited(submitted(edit_modal(FORM))) == replace(FORM, days="Mon,Thu")


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    filled = submitted(
        edit_modal(FORM), query=" purl ", at="17:30", tz="Tokyo", days=["saturday", "sunday"], max="5"
    )
    assert edited(filled) == EditForm(
        which="7", query="purl", at="17:30", tz="Tokyo", days="weekends", max="5"
    )


def test_the_form_of_a_new_subscription_leaves_settings_alone() -> None:
    modal = edit_modal(EditForm())
    assert [name for name, field in fields(modal).items() if field["required"]] == ["query"]
    assert fields(modal)["days"]["min_values"] == 0
    assert edited(submitted(modal, query="knit")) == EditForm(query="knit")


def test_a_form_is_made_from_a_channel_as_it_stands() -> None:
    state = sample_state()
    assert form_of(state, "7") == replace(FORM, days="weekdays")
    new = form_of(state)
    assert new
    assert (new.which, new.query, new.days) == ("", "", "weekdays")
    assert form_of(state, "99") is None


def test_what_was_not_accepted_is_offered_again_with_everything_in_it() -> None:
    kept = Kept()
    for form in (FORM, replace(FORM, query="wool " * 400), EditForm(query="knit")):
        pressed = unpacked(again(form, kept), kept)
        assert pressed
        assert pressed.press is Press.FORM
        assert form_in(pressed.call) == form


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"custom_id": None, "components": None},
        {"custom_id": [], "components": {}},
        {"custom_id": "fm", "components": [None, 7, [], {}]},
        {"custom_id": "fm|edit", "components": [{"component": None}, {"component": {"custom_id": []}}]},
        {"components": [{"component": {"custom_id": "query", "value": 7}}]},
        {"components": [{"component": {"custom_id": "which", "value": "7"}}]},
        {"components": [{"component": {"custom_id": "days", "values": ["noday", [], 7]}}]},
        {"components": [{"component": {"custom_id": "days", "values": "monday"}}]},
    ],
)
def test_a_forged_form_holds_nothing(data: dict[str, Any]) -> None:
    assert edited(data) == EditForm()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_comes_back(text: str) -> None:
    assert edited(submitted(edit_modal(FORM), query=text)).query == HALF.sub(" ", text).strip()
    modal = fits(edit_modal(EditForm(**dict.fromkeys(EditForm.__dataclass_fields__, text))))
    assert edited(submitted(modal)).query in {"", HALF.sub(" ", text).strip()}


def test_what_is_too_long_for_a_field_is_not_cut_but_left_out() -> None:
    modal = fits(edit_modal(replace(FORM, query="x" * (LONGEST + 1), tz="z" * (SHORT + 1), which="7" * 500)))
    assert [name for name, field in fields(modal).items() if "value" in field] == ["at", "max"]
    assert edited(submitted(modal)).which == ""
