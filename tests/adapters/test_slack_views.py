"""Forms and App Home: what they looked like last time, what they hold, and what comes back of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.slack.drawing import limits
from adapters.chat.slack.drawing.actions import HALF
from adapters.chat.slack.drawing.replies import reply_messages
from adapters.chat.slack.drawing.text import link
from adapters.chat.slack.drawing.views import (
    EditForm,
    edit_view,
    edited,
    form_of,
    home_view,
    loading_view,
    reply_view,
)
from bot.commands import replies as r
from bot.domain.query import parse
from bot.domain.topics import Topics
from bot.testing.hostile import HOSTILE
from bot.testing.replies import every_reply, sample_paper, sample_state
from bot.testing.slack_blocks import slack_findings

FORM = EditForm(
    which="7",
    query='knit "long scarf" -survey',
    at="09:00",
    tz="Europe/Berlin",
    days="mon,thu",
    max="8",
    channel="C1",
    place="#papers",
    workspace="T1",
)
OVERVIEW, EMPTY = (one for one in every_reply() if isinstance(one, r.Overview))
SAVED = next(one for one in every_reply() if isinstance(one, r.PaperList))
VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "loading": lambda: loading_view("Edit subscription"),
    "edit": lambda: edit_view(FORM),
    "edit_error": lambda: edit_view(FORM, error="I don't know `catt:`. Did you mean `cat:`?"),
    "new": lambda: edit_view(EditForm(workspace="T1")),
    "home": lambda: home_view(OVERVIEW, SAVED, "Paused the digests of #papers."),
    "home_empty": lambda: home_view(EMPTY, None),
    "home_unknown": lambda: home_view(None, None),
    "reply": lambda: reply_view("Why", reply_messages(SAVED)),
}
WEB = {"https://arxiv.org/abs/2606.00001", "https://git.example/knit"}


def submitted(view: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The view as Slack sends it back: what stood there at first, and what was filled in."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            held = {
                "value": element.get("initial_value"),
                "selected_time": element.get("initial_time"),
                "selected_option": element.get("initial_option"),
                "selected_options": element.get("initial_options", []),
                "selected_conversation": None,
            }
            values[name] = {element["action_id"]: {"type": element["type"], **held, **typed.get(name, {})}}
    return {**view, "state": {"values": values}}


def inputs(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def fits(view: dict[str, Any], links: Collection[str] = WEB) -> dict[str, Any]:
    """Inputs are checked by their own tests; everything else as in a message."""
    shown = [block for block in view["blocks"] if block["type"] != "input"]
    for at in range(0, len(shown), limits.MOST_BLOCKS):
        part = shown[at : at + limits.MOST_BLOCKS]
        found = slack_findings({"text": "A view.", "blocks": part}, links=links)
        assert [one for one in found if "all blocks together" not in one] == []
    ids = [one["action_id"] for block in shown for one in block.get("elements", []) if "action_id" in one]
    assert len(ids) == len(set(ids))
    assert len(view["blocks"]) <= limits.MOST_VIEW_BLOCKS
    assert len(view.get("private_metadata", "")) <= limits.PRIVATE_METADATA
    assert len(view.get("title", {"text": ""})["text"]) <= limits.VIEW_TITLE
    json.dumps(view).encode()
    return view


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    drawn = json.dumps(fits(VIEWS[name]()), ensure_ascii=False, indent=1) + "\n"
    same_as_golden(f"slack/view_{name}.json", drawn)


def test_a_form_comes_back_as_it_was_opened() -> None:
    assert edited(submitted(edit_view(FORM))) == replace(FORM, days="Mon,Thu")


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    back = edited(
        submitted(
            edit_view(FORM),
            query={"value": " purl "},
            at={"selected_time": "17:30"},
            zone={"selected_option": {"value": "Asia/Tokyo"}},
            days={"selected_options": [{"value": day} for day in ("saturday", "sunday")]},
            max={"selected_option": {"value": "5"}},
        )
    )
    assert back == replace(FORM, query="purl", at="17:30", tz="Asia/Tokyo", days="weekends", max="5")


def test_an_error_leaves_everything_that_was_filled_in() -> None:
    filled = replace(FORM, query="catt:cs.CV", at="17:30", tz="Asia/Tokyo", days="daily", max="50")
    view = edit_view(filled, error="I don't know `catt:`.")
    assert edited(submitted(view)) == filled
    assert "catt:" in json.dumps(view["blocks"][0])


def test_the_form_of_a_new_subscription_asks_where_and_leaves_settings_alone() -> None:
    view = edit_view(EditForm(workspace="T1"))
    asked = inputs(view)
    assert [name for name, block in asked.items() if not block["optional"]] == ["channel"]
    back = edited(submitted(view, channel={"selected_conversation": "C7"}, query={"value": "knit"}))
    assert back == EditForm(query="knit", channel="C7", workspace="T1")


def test_the_form_of_a_channel_that_is_known_does_not_ask_where() -> None:
    assert "channel" not in inputs(edit_view(EditForm(workspace="T1", channel="C1")))


@pytest.mark.parametrize(
    ("query", "topic", "whole"),
    [
        ("", "rlhf", "topic:rlhf"),
        ("knit", "rlhf", "knit OR topic:rlhf"),
        ("knit -survey", "rlhf", "(knit -survey) OR topic:rlhf"),
        ("(knit) OR topic:rlhf", "rlhf", "(knit) OR topic:rlhf"),
        ("knit", "", "knit"),
    ],
)
def test_a_topic_that_is_picked_brings_its_papers_beside_the_others(
    query: str, topic: str, whole: str
) -> None:
    view = submitted(edit_view(FORM), query={"value": query}, topic={"selected_option": {"value": topic}})
    assert edited(view).query == whole
    assert parse(whole, Topics.shipped())


def test_a_form_is_made_from_a_channel_as_it_stands() -> None:
    state = sample_state()
    assert form_of(state, "7") == EditForm(
        which="7",
        query='knit "long scarf" -survey',
        at="09:00",
        tz="Europe/Berlin",
        days="weekdays",
        max="8",
        channel="C1",
        place="#papers",
        workspace="T1",
    )
    new = form_of(state)
    assert new
    assert (new.which, new.query, new.days) == ("", "", "weekdays")
    assert form_of(state, "99") is None


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None, "private_metadata": None},
        {"state": {"values": []}, "private_metadata": "["},
        {"state": {"values": {"query": None}}, "private_metadata": "[" * 100_000},
        {"state": {"values": {"query": {"query": "x"}}}, "private_metadata": "7"},
        {"state": {"values": {"query": {"query": {"value": 7}}}}, "private_metadata": '{"which": 7}'},
        {"state": {"values": {"zone": {"zone": {"selected_option": "x"}}}}},
        {"state": {"values": {"days": {"days": {"selected_options": "monday"}}}}},
        {
            "state": {
                "values": {"days": {"days": {"selected_options": [{"value": "noday"}, {"value": []}, 7]}}}
            }
        },
    ],
)
def test_a_forged_form_holds_nothing(view: dict[str, Any]) -> None:
    assert edited(view) == EditForm()


def test_whatever_stands_in_it_slack_takes_a_form() -> None:
    for text in HOSTILE:
        links = {link(text), link(f"https://doi.org/{text}")}
        fits(edit_view(EditForm(**dict.fromkeys(EditForm.__slots__, text)), error=text), links)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_comes_back(text: str) -> None:
    back = edited(submitted(edit_view(FORM), query={"value": text}))
    assert back.query == HALF.sub(" ", text).strip()
    fits(edit_view(back, error=text))


def test_no_field_is_longer_than_slack_takes() -> None:
    view = edit_view(
        EditForm(which="7", query="x" * 9000, tz="z" * 500, place="p" * 9000, channel="C" * 9000)
    )
    asked = inputs(view)
    assert len(asked["query"]["element"]["initial_value"]) == asked["query"]["element"]["max_length"] == 3000
    assert "initial_option" not in asked["zone"]["element"]
    assert len(view["private_metadata"]) <= limits.PRIVATE_METADATA
    assert all(block["block_id"] == block["element"]["action_id"] for block in asked.values())


def test_an_answer_that_is_too_long_for_a_window_says_so() -> None:
    paper = sample_paper()
    page = replace(SAVED, papers=SAVED.papers * 45, total=45)
    long = (*reply_messages(page), *reply_messages(page))
    view = reply_view("A title that is longer than a window takes", long)
    assert len(view["blocks"]) == limits.MOST_VIEW_BLOCKS
    assert "more than fits" in json.dumps(view["blocks"][-1])
    assert paper.title in json.dumps(view)
