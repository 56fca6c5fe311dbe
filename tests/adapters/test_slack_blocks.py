"""Blocks: whatever text they are given, Slack takes them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.drawing import blocks, limits
from bot.testing.hostile import HOSTILE
from bot.testing.slack_blocks import slack_findings

ANY = st.text(max_size=80) | st.sampled_from(HOSTILE)
OWN = "https://papers.example/1"


def findings(*made: blocks.Block) -> list[str]:
    return slack_findings(
        {"text": "Said.", "blocks": json.loads(json.dumps(made))}, links={OWN, blocks_link()}
    )


def blocks_link() -> str:
    return "https://papers.example/picture.png"


def every_block(text: str) -> list[blocks.Block]:
    option = blocks.option(text, "1")
    return [
        blocks.header(text),
        blocks.divider(),
        blocks.section(text, accessory=blocks.overflow("menu:1", [option] * 9), name="first"),
        blocks.section(blocks.paragraph([text, text]), accessory=blocks.image(blocks_link(), text)),
        blocks.section(blocks.mrkdwn("Our *own* words, at <!date^1790838000^{time}|09:00>.")),
        blocks.context([text] * 12),
        blocks.context([blocks.paragraph([text])]),
        blocks.rich(blocks.words(text, bold=True), blocks.words("\n"), blocks.linked(text, OWN, italic=True)),
        blocks.bullets([[blocks.words(text)], [blocks.words(text, limit=5)]]),
        blocks.preformatted(text),
        blocks.actions(
            [blocks.button(text, "do:1", "1", style="danger", confirm=blocks.confirm(text, text))],
            name="last",
        ),
    ]


@given(text=ANY)
def test_any_text_makes_blocks_that_slack_takes(text: str) -> None:
    for block in every_block(text):  # each alone: together a long text is more than a message may hold
        assert findings(block) == []


def test_no_hostile_text_gets_through_a_block() -> None:
    for text in HOSTILE:
        assert [findings(block) for block in every_block(text)] == [[]] * 11


def test_a_paragraph_has_lines_of_its_own_and_no_others() -> None:
    assert blocks.paragraph(["one\ntwo", "", "three"])["text"] == "one two\nthree"


def test_a_run_keeps_the_spaces_that_part_it_from_the_next() -> None:
    assert blocks.words(" and ")["text"] == " and "
    assert blocks.words(" · ")["text"] == " · "
    assert blocks.words("\n")["text"] == "\n"
    assert blocks.words("a\nb\n")["text"] == "a b "
    assert blocks.words("")["text"] == " "


def test_a_link_that_is_none_to_follow_stays_text() -> None:
    assert blocks.linked("Title", "javascript:alert(1)", bold=True) == blocks.words("Title", bold=True)
    assert blocks.image("javascript:alert(1)", "A picture") is None


def test_a_button_without_a_value_says_nothing_of_one() -> None:
    assert "value" not in blocks.button("Open", "do:1", "")


def test_what_is_too_many_is_left_out() -> None:
    assert len(blocks.context(["x"] * 30)["elements"]) == limits.CONTEXT_ELEMENTS
    assert len(blocks.actions([blocks.button("x", f"do:{n}", "1") for n in range(40)])["elements"]) == 25


def test_citations_keep_their_lines() -> None:
    text = "@article{ada2026,\n  title = {Robots That Knit},\n}"
    made: dict[str, Any] = blocks.preformatted(text)
    assert made["elements"][0]["elements"][0]["text"] == text


def test_the_size_of_blocks_is_that_of_all_their_texts_and_addresses() -> None:
    assert blocks.size([blocks.header("abc"), blocks.section("de")]) == 5
    assert blocks.size([blocks.rich(blocks.linked("abc", OWN))]) == 3 + len(OWN)
    assert blocks.size([blocks.section("\U0001f600")]) == 2
