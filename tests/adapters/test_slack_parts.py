"""Parts: what is kept of a message until it is sent, and what is tried when Slack refuses it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.chat.slack.drawing import limits
from adapters.chat.slack.drawing.blocks import Message, image, section
from adapters.chat.slack.drawing.parts import Posting, decoded, encoded, marked_repeated, parts_of, plainer
from bot.domain.digest import Group, Pick
from bot.errors import Rejected
from bot.testing import contract_digests
from bot.testing.builders import make_paper

DIGEST = contract_digests("slack")[0]
PICTURED = replace(
    DIGEST,
    groups=(
        Group(
            title="knitting",
            picks=(Pick(paper=make_paper(1, thumbnail="https://papers.example/1.png"), why=(), score=1.0),),
        ),
    ),
)


def parent() -> Message:
    return decoded(parts_of(DIGEST)[0].payload).message


def test_parts_are_numbered_and_know_their_channel_and_papers() -> None:
    opening, thread = parts_of(DIGEST)
    assert (opening.number, thread.number) == (0, 1)
    assert opening.channel == thread.channel == "contract"
    assert opening.papers == tuple(pick.paper.id for pick in DIGEST.picks)
    assert thread.papers == ()


def test_a_message_comes_back_as_it_was() -> None:
    posting = Posting(message=Message(text="Ünï", blocks=(section("x"),)), in_thread=True)
    assert decoded(encoded(posting)) == posting


def test_the_bytes_are_json_that_says_its_form() -> None:
    given = json.loads(parts_of(DIGEST)[1].payload)
    assert list(given) == ["v", "text", "blocks", "thread"]
    assert given["v"] == 1
    assert given["thread"] is True


def test_what_a_newer_version_drew_is_refused_with_a_way_out() -> None:
    with pytest.raises(Rejected) as caught:
        decoded(b'{"v":2,"text":"x","blocks":[],"thread":false}')
    assert "newer version" in caught.value.what
    assert caught.value.fix


def test_a_repeated_message_says_so_first() -> None:
    marked = marked_repeated(parent())
    assert marked.text.startswith("(repeated after a restart) 3 papers for")
    assert marked.blocks[0]["elements"][0]["text"] == "(repeated after a restart)"
    assert marked.blocks[1:] == parent().blocks


def test_a_repeated_message_of_full_length_is_still_one_that_slack_takes() -> None:
    full = Message(text="x" * limits.FALLBACK_TEXT, blocks=parent().blocks)
    assert len(marked_repeated(full).text) <= limits.FALLBACK_TEXT


def test_the_first_thing_to_do_without_is_the_pictures() -> None:
    thread = decoded(parts_of(PICTURED)[1].payload).message
    assert any("accessory" in block for block in thread.blocks)
    bare = plainer(thread, 1)
    assert bare is not None
    assert not any("accessory" in block for block in bare.blocks)
    assert [block["type"] for block in bare.blocks] == [block["type"] for block in thread.blocks]


def test_menus_and_buttons_stay_when_the_pictures_go() -> None:
    bare = plainer(parent(), 1)
    assert bare == parent()


def test_the_last_thing_to_try_is_plain_text_that_says_it_all() -> None:
    plain = plainer(parent(), 2)
    assert plain is not None
    assert {block["type"] for block in plain.blocks} == {"section"}
    said = plain.blocks[0]["text"]["text"].splitlines()
    assert said[0] == "Papers for #contract · Mon 1 Jun"
    assert "1. An ordinary paper, the 1th (https://arxiv.org/abs/2606.00001)" in said
    assert plain.text == parent().text


def test_plain_text_that_is_long_takes_several_paragraphs() -> None:
    long = Message(text="x", blocks=tuple(section("word " * 500) for _ in range(4)))
    plain = plainer(long, 2)
    assert plain is not None
    assert [len(block["text"]["text"]) <= 3000 for block in plain.blocks] == [True] * 4


def test_after_that_nothing_is_left_to_try() -> None:
    assert plainer(parent(), 3) is None


def test_a_picture_on_its_own_goes_as_well() -> None:
    picture = image("https://papers.example/1.png", "A picture")
    assert picture is not None
    bare = plainer(Message(text="x", blocks=(picture, section("y"))), 1)
    assert bare is not None
    assert bare.blocks == (section("y"),)
