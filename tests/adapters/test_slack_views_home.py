"""App Home: what it tells, what its buttons are about, and that it fits, whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.slack.drawing import limits
from adapters.chat.slack.drawing.actions import unpacked, unpacked_place
from adapters.chat.slack.drawing.text import link
from adapters.chat.slack.drawing.views import home_view
from bot.commands import replies as r
from bot.commands.parsing import Call
from bot.testing.hostile import HOSTILE
from bot.testing.replies import every_reply, sample_state
from bot.testing.slack_blocks import slack_findings

OVERVIEW, EMPTY = (one for one in every_reply() if isinstance(one, r.Overview))
SAVED = next(one for one in every_reply() if isinstance(one, r.PaperList))
WEB = {"https://arxiv.org/abs/2606.00001"}


def instead(text: str, _plain: str) -> str:
    return text


def fits(view: dict[str, Any], links: Collection[str] = WEB) -> dict[str, Any]:
    """As a message, but for the number of blocks and the sum of their texts."""
    blocks = view["blocks"]
    for at in range(0, len(blocks), limits.MOST_BLOCKS):
        part = blocks[at : at + limits.MOST_BLOCKS]
        found = slack_findings({"text": "Home.", "blocks": part}, links=links)
        assert [one for one in found if "all blocks together" not in one] == []
    ids = [one["action_id"] for one in buttons(view)]
    assert len(ids) == len(set(ids))
    assert len(blocks) <= limits.MOST_VIEW_BLOCKS
    return view


def buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in view["blocks"] if block["type"] == "actions" for one in block["elements"]]


def channels(number: int, subscriptions: int = 1) -> r.Overview:
    state = sample_state()
    state = replace(state, subscriptions=state.subscriptions[:1] * subscriptions)
    one = r.OverviewChannel(state=state, last=OVERVIEW.channels[0].last)
    return replace(OVERVIEW, channels=(one,) * number)


def test_whatever_stands_in_it_slack_takes_home() -> None:
    for text in HOSTILE:
        for one in every_reply(partial(instead, text)):
            if isinstance(one, r.Overview):
                fits(home_view(one, None, text), {link(text)})


def test_every_button_of_home_names_its_channel_or_needs_none() -> None:
    view = fits(home_view(OVERVIEW, SAVED))
    calls = [(unpacked(one["value"]), unpacked_place(one["value"])) for one in buttons(view)]
    assert calls[0] == (Call("edit", {}), None)
    assert all(where and where.channel == "C1" and where.place == "#papers" for _, where in calls[1:])
    assert [call.command for call, _ in calls[1:] if call] == [
        "edit",
        "edit",
        "pause",
        "edit",
        "edit",
        "resume",
    ]


def test_home_says_what_is_paused_or_failing_and_why() -> None:
    said = json.dumps(home_view(OVERVIEW, SAVED), ensure_ascii=False)
    assert "Paused (paused by Ada)" in said
    assert "the token is not accepted" in said
    assert "could not be read: it did not answer" in said
    assert "nothing matched" in said
    assert "2 channels more" in said


def test_home_with_nothing_in_it_says_how_to_begin() -> None:
    said = json.dumps(home_view(EMPTY, None), ensure_ascii=False)
    assert "/papers subscribe topic:llm" in said
    assert "Follow something" in said


def test_as_many_channels_as_are_told_of_fit_on_home() -> None:
    view = fits(home_view(channels(20), SAVED))
    assert sum("Next digest" in json.dumps(block) for block in view["blocks"]) == 20
    assert "more than fits" not in json.dumps(view)


@settings(max_examples=30)
@given(st.integers(0, 80), st.integers(1, 30), st.integers(0, 30))
def test_home_stays_within_the_limits(number: int, subscriptions: int, papers: int) -> None:
    saved = replace(SAVED, papers=SAVED.papers * papers, total=papers)
    view = fits(home_view(channels(number, subscriptions), saved))
    drawn = sum("Next digest" in json.dumps(block) for block in view["blocks"])
    assert drawn == number or "more than fits" in json.dumps(view)
