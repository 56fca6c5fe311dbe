"""Parts: what is kept of a message until it is sent, and what is tried when Discord refuses it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.embeds import Message, embed
from adapters.chat.discord.drawing.parts import Posting, decoded, encoded, marked_repeated, parts_of, plainer
from adapters.chat.discord.drawing.text import units
from bot.domain.digest import Group, Pick
from bot.errors import Rejected
from bot.testing import contract_digests
from bot.testing.builders import make_paper
from bot.testing.discord_messages import discord_findings

DIGEST = contract_digests("discord")[0]
PICTURED = replace(
    DIGEST,
    groups=(
        Group(
            title="knitting",
            picks=(Pick(paper=make_paper(1, thumbnail="https://papers.example/1.png"), why=(), score=1.0),),
        ),
    ),
)


def opening() -> Message:
    return decoded(parts_of(DIGEST)[0].payload).message


def plain(message: Message) -> Message:
    made = plainer(message, 2)
    assert made is not None
    return made


def test_parts_are_numbered_and_know_their_channel_and_papers() -> None:
    first, thread = parts_of(DIGEST)
    assert (first.number, thread.number) == (0, 1)
    assert first.channel == thread.channel == "contract"
    assert first.papers == tuple(pick.paper.id for pick in DIGEST.picks)
    assert thread.papers == ()


def test_a_message_comes_back_as_it_was() -> None:
    message = Message(content="Ünï", embeds=(embed(title="x"),))
    posting = Posting(message=message, in_thread=True, name="Papers · Fri 20 Nov", topics=("rlhf",))
    assert decoded(encoded(posting)) == posting


def test_the_bytes_are_json_that_says_its_form_and_where_it_goes() -> None:
    given = json.loads(parts_of(DIGEST)[1].payload)
    assert list(given) == ["v", "content", "embeds", "components", "thread", "name", "topics"]
    assert (given["v"], given["thread"], given["name"]) == (1, True, "Papers · Mon 1 Jun")


def test_what_a_newer_version_drew_is_refused_with_a_way_out() -> None:
    with pytest.raises(Rejected) as caught:
        decoded(b'{"v":2,"content":"x"}')
    assert "newer version" in caught.value.what
    assert caught.value.fix


def test_a_repeated_message_says_so_first() -> None:
    marked = marked_repeated(opening())
    assert marked.content == f"(repeated after a restart)\n{opening().content}"
    assert marked.embeds == opening().embeds


def test_a_repeated_message_of_full_length_is_still_one_that_discord_takes() -> None:
    full = Message(content="x" * limits.CONTENT)
    assert marked_repeated(full) == full


def test_the_first_thing_to_do_without_is_the_pictures() -> None:
    thread = decoded(parts_of(PICTURED)[1].payload).message
    assert any("thumbnail" in one for one in thread.embeds)
    bare = plainer(thread, 1)
    assert bare is not None
    assert not any("thumbnail" in one for one in bare.embeds)
    assert [one["title"] for one in bare.embeds] == [one["title"] for one in thread.embeds]


def test_the_last_thing_to_try_is_without_embeds_and_keeps_what_can_be_pressed() -> None:
    made = plain(opening())
    assert made.embeds == ()
    assert made.components == opening().components
    lines = made.content.splitlines()
    assert lines[0] == opening().content.splitlines()[0]
    assert "**[1\\. An ordinary paper, the 1th](<https://arxiv.org/abs/2606.00001>)**" in lines
    assert discord_findings(made.body(), links={pick.paper.url for pick in DIGEST.picks}) == []


def test_without_embeds_every_paper_still_has_its_title() -> None:
    long = tuple(embed(title=f"{n}. Title", description="word " * 700) for n in range(10))
    made = plain(Message(content="Papers", embeds=long))
    assert units(made.content) <= limits.CONTENT - 100
    assert [f"{n}\\. Title" in made.content for n in range(10)] == [True] * 10


@pytest.mark.parametrize("length", range(150, 190))
def test_no_escape_is_cut_in_two(length: int) -> None:
    crowded = tuple(embed(title="T", description="x" * length + "\\*" * 40) for _ in range(10))
    for line in plain(Message(content="Papers", embeds=crowded)).content.splitlines():
        assert not line.rstrip("…").endswith("\\") or line.endswith("\\*")


def test_a_link_is_whole_or_is_left_out() -> None:
    linked = tuple(
        embed(title="T", description=f"word\n[code](https://x.example/{'y' * n})") for n in range(145, 175, 3)
    )
    lines = plain(Message(content="Papers", embeds=linked)).content.splitlines()
    assert {line.endswith("y)") for line in lines if "](" in line} == {True}
    assert 0 < sum("](" in line for line in lines) < len(linked)


def test_after_that_nothing_is_left_to_try() -> None:
    assert plainer(opening(), 3) is None
