"""Slack's digest: what is posted, where it is cut, and what it looked like last time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from adapters.chat.slack.drawing import limits
from adapters.chat.slack.drawing.actions import unpacked
from adapters.chat.slack.drawing.blocks import size
from adapters.chat.slack.drawing.digest import Drawn, digest_messages
from adapters.chat.slack.drawing.entries import entry_blocks, facts
from adapters.chat.slack.drawing.parts import parts_of
from bot.commands.parsing import Call
from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.testing.builders import make_paper
from bot.testing.digests import digest_of as made_digest
from bot.testing.digests import group_of, pick, sample_digests
from bot.testing.slack_blocks import slack_findings

HERE = Address(platform="slack", workspace="T1", channel="C1")
DIGESTS = sample_digests(HERE)
ORDINARY, LONG, LATE = DIGESTS["ordinary"], DIGESTS["long"], DIGESTS["late"]
digest_of = partial(made_digest, HERE)


def as_json(drawn: Drawn) -> dict[str, Any]:
    message = drawn.message
    given = {
        "thread": drawn.in_thread,
        "papers": drawn.papers,
        "text": message.text,
        "blocks": message.blocks,
    }
    again: dict[str, Any] = json.loads(json.dumps(given))
    return again


def links_of(digest: Digest) -> set[str]:
    papers = [one.paper for one in digest.picks]
    return {url for paper in papers for url in (paper.url, paper.code_url, paper.thumbnail)}


def buttons(drawn: Drawn) -> dict[str, Call | None]:
    last = drawn.message.blocks[-1]
    return {one["text"]["text"]: unpacked(one["value"]) for one in last["elements"]}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value["text"],) if isinstance(value.get("text"), str) else ()
        yield from (text for item in value.values() for text in texts(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in texts(item))


@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    drawn = [as_json(one) for one in digest_messages(DIGESTS[name])]
    same_as_golden(f"slack/digest_{name}.json", json.dumps(drawn, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("name", DIGESTS)
def test_every_message_is_one_that_slack_takes(name: str) -> None:
    digest = DIGESTS[name]
    for drawn in digest_messages(digest):
        made = as_json(drawn)
        message = {"text": made["text"], "blocks": made["blocks"]}
        assert slack_findings(message, links=links_of(digest)) == []
        assert size(drawn.message.blocks) <= limits.MESSAGE_TEXT


@pytest.mark.parametrize("name", DIGESTS)
def test_every_paper_has_its_headline_in_exactly_one_message(name: str) -> None:
    digest = DIGESTS[name]
    shown = [paper for part in parts_of(digest) for paper in part.papers]
    assert shown == [one.paper.id for one in digest.picks]


def test_the_first_message_is_in_the_channel_and_all_others_are_in_its_thread() -> None:
    assert [drawn.in_thread for drawn in digest_messages(LONG)][:3] == [False, True, True]
    assert not digest_messages(LONG)[0].in_thread
    assert all(drawn.in_thread for drawn in digest_messages(LONG)[1:])


def test_headlines_that_do_not_fit_come_first_in_the_thread_and_are_announced() -> None:
    parent, *thread = digest_messages(LONG)
    seen = len(parent.papers)
    assert f"Papers {seen + 1} to 50 are in the thread." in list(texts(parent.message.blocks))
    assert thread[0].message.text.startswith(f"Papers {seen + 1} to ")
    numbers = [bool(drawn.papers) for drawn in thread]
    assert numbers == sorted(numbers, reverse=True)


def test_every_abstract_is_in_the_thread_whole() -> None:
    abstract = "Purl one, knit two. " * 1000
    digest = digest_of(group_of(pick(1, abstract=abstract), pick(2, abstract="Short.")))
    parent, *thread = digest_messages(digest)
    said = " ".join(text for drawn in thread for text in texts(drawn.message.blocks))
    assert said.count("Purl one, knit two.") == 1000
    assert "Short." in said
    assert not any(drawn.papers for drawn in thread)
    assert len(parent.papers) == 2


def test_without_abstracts_there_is_no_thread() -> None:
    assert len(digest_messages(DIGESTS["no_abstracts"])) == 1


def test_an_empty_day_is_one_small_message() -> None:
    (drawn,) = digest_messages(DIGESTS["empty"])
    assert drawn.message.text == "No new papers for #gen-models · Fri 20 Nov."
    assert len(drawn.message.blocks) == 2


def test_the_head_says_for_whom_when_and_how_many() -> None:
    said = list(texts(digest_messages(ORDINARY)[0].message.blocks))
    assert said[:2] == ["Papers for #gen-models · Fri 20 Nov", "3 of 14 matches · 09:00 Europe/Berlin"]
    late = list(texts(digest_messages(LATE)[0].message.blocks))
    assert late[1].endswith("Europe/Berlin · late · with 2 earlier days · 2 wait for a late source")
    assert late[2].splitlines() == list(LATE.notes)


def test_the_sample_edition_says_so_and_offers_nothing_that_needs_a_stored_paper() -> None:
    (drawn,) = digest_messages(DIGESTS["sample"])
    assert any("Sample edition" in text for text in texts(drawn.message.blocks))
    assert drawn.message.text.startswith("Sample edition, ")
    assert not any("accessory" in block for block in drawn.message.blocks)


def test_the_notification_is_a_sentence_with_the_titles() -> None:
    text = digest_messages(ORDINARY)[0].message.text
    assert text.startswith("3 papers for #gen-models: Walking Robots That Knit")
    assert text.endswith("; Plain and Small")
    assert "x² &lt; y for a &lt;b&gt;Bold" in text
    assert "Stitches &amp; Switches" in text


def test_the_buttons_are_commands() -> None:
    found = buttons(digest_messages(ORDINARY)[0])
    assert found["11 more"] == Call("more", {"date": "2026-11-20"})
    assert found["Settings"] == Call("settings", {})
    assert found["Today's full list"] == Call("today", {})
    assert "0 more" not in buttons(digest_messages(DIGESTS["one"])[0])


def test_the_buttons_are_left_out_where_they_lead_nowhere() -> None:
    (drawn, _) = digest_messages(DIGESTS["one"], footer=False)
    assert all(block["type"] != "actions" for block in drawn.message.blocks)


def test_the_menu_of_a_paper_has_five_lines_that_are_commands() -> None:
    options = entry_blocks(pick(7), 1)[1]["accessory"]["options"]
    assert [one["text"]["text"] for one in options] == [
        "Save",
        "Why",
        "Cite",
        "Mute author Ada Example",
        "Not for us",
    ]
    number = {"paper": str(make_paper(7).id)}
    assert unpacked(options[0]["value"]) == Call("save", number)
    assert unpacked(options[3]["value"]) == Call("mute", {"author": "Ada Example"})
    assert unpacked(options[4]["value"]) == Call("dismiss", number)


def test_a_name_that_is_not_what_it_looks_like_cannot_be_muted() -> None:
    options = entry_blocks(pick(7, authors=("Ada\u202eelpmaxE",)), 1)[1]["accessory"]["options"]
    assert [one["text"]["text"] for one in options] == ["Save", "Why", "Cite", "Not for us"]


def test_code_is_linked_once_and_named_where_its_address_is_none_to_link_to() -> None:
    linked = entry_blocks(pick(1, code_url="https://git.example/x", stars=1240), 1)
    assert {"type": "link", "url": "https://git.example/x", "text": "code ★ 1.2k"} in linked[0]["elements"][
        0
    ]["elements"]
    assert "code" not in linked[2]["elements"][0]["text"]
    refused = entry_blocks(pick(1, code_url="javascript:alert(1)"), 1)
    assert " · code\n" in refused[2]["elements"][0]["text"]


def test_what_is_known_of_a_paper_is_said_in_a_few_characters() -> None:
    assert facts(ORDINARY.picks[0].paper) == (
        "Example, Muster +2 · cs.RO, cs.LG · ▲ 1.2k · Hugging Face, arXiv · code ★ 31k · Conference on Wool 2026"
    )
    assert facts(make_paper(1, withdrawn=True)).startswith("withdrawn · ")


def test_a_paper_with_nothing_to_it_is_shown_all_the_same() -> None:
    bare = pick(1, title="\u200b", abstract="", authors=(), categories=(), url="", votes=0, sources=())
    drawn = digest_messages(digest_of(group_of(replace(bare, why=()))))
    assert "Untitled" in list(texts(drawn[0].message.blocks))
    made = as_json(drawn[0])
    assert slack_findings({"text": made["text"], "blocks": made["blocks"]}) == []


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert [part.payload for part in parts_of(LATE)] == [part.payload for part in parts_of(replace(LATE))]
