"""Discord's digest: what is posted, where it is cut, and what it looked like last time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.buttons import chosen, unpacked
from adapters.chat.discord.drawing.digest import Drawn, digest_messages, title_of_digest, topics_of
from adapters.chat.discord.drawing.embeds import size
from adapters.chat.discord.drawing.parts import parts_of
from bot.commands.parsing import Call
from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.testing.builders import make_paper
from bot.testing.digests import digest_of as made_digest
from bot.testing.digests import group_of, pick, sample_digests
from bot.testing.discord_messages import discord_findings

HERE = Address(platform="discord", workspace="7", channel="70")
DIGESTS = sample_digests(HERE)
ORDINARY, LONG, LATE = DIGESTS["ordinary"], DIGESTS["long"], DIGESTS["late"]
digest_of = partial(made_digest, HERE)


def as_json(drawn: Drawn) -> dict[str, Any]:
    given = {"thread": drawn.in_thread, "papers": drawn.papers, **drawn.message.body()}
    again: dict[str, Any] = json.loads(json.dumps(given))
    return again


def links_of(digest: Digest) -> set[str]:
    papers = [one.paper for one in digest.picks]
    return {url for paper in papers for url in (paper.url, paper.code_url, paper.thumbnail)}


def buttons(drawn: Drawn) -> dict[str, Call | None]:
    pressed = {one["label"]: unpacked(one["custom_id"]) for one in drawn.message.components[-1]["components"]}
    return {label: one.call if one else None for label, one in pressed.items()}


def menu(drawn: Drawn) -> dict[str, Any]:
    made: dict[str, Any] = drawn.message.components[0]["components"][0]
    return made


def descriptions(drawn: Drawn) -> Iterator[str]:
    return (one.get("description", "") for one in drawn.message.embeds)


@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_is_drawn_as_it_was(name: str, same_as_golden) -> None:
    drawn = [as_json(one) for one in digest_messages(DIGESTS[name])]
    same_as_golden(f"discord/digest_{name}.json", json.dumps(drawn, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("name", DIGESTS)
def test_every_message_is_one_that_discord_takes(name: str) -> None:
    digest = DIGESTS[name]
    for drawn in digest_messages(digest):
        body = json.loads(json.dumps(drawn.message.body()))
        assert discord_findings(body, links=links_of(digest)) == []
        assert size(drawn.message.embeds) <= limits.EMBED_TEXT


@pytest.mark.parametrize("name", DIGESTS)
def test_every_paper_has_its_headline_in_exactly_one_message(name: str) -> None:
    digest = DIGESTS[name]
    shown = [paper for part in parts_of(digest) for paper in part.papers]
    assert shown == [one.paper.id for one in digest.picks]


def test_headlines_are_in_the_channel_in_order_and_abstracts_are_in_the_thread() -> None:
    drawn = digest_messages(LONG)
    places = [one.in_thread for one in drawn]
    assert places == sorted(places)
    assert [bool(one.papers) for one in drawn] == [not place for place in places]
    assert [len(one.papers) for one in drawn if one.papers] == [10, 10, 10, 10, 10]
    assert drawn[1].message.content == "**Papers 11 to 20 of 50**"
    assert drawn[5].message.content.startswith("**Abstracts 1 to ")


def test_every_abstract_is_in_the_thread_whole() -> None:
    abstract = "Purl one, knit *two*. " * 1000
    digest = digest_of(group_of(pick(1, abstract=abstract), pick(2, abstract="Short.")))
    opening, *thread = digest_messages(digest)
    said = " ".join(text for drawn in thread for text in descriptions(drawn))
    assert said.count("Purl one, knit \\*two\\*.") == 1000
    assert "Short." in said
    assert not any(drawn.papers for drawn in thread)
    assert len(opening.papers) == 2


def test_without_abstracts_there_is_no_thread() -> None:
    assert len(digest_messages(DIGESTS["no_abstracts"])) == 1


def test_an_empty_day_is_one_small_message() -> None:
    (drawn,) = digest_messages(DIGESTS["empty"])
    note = "arXiv announces nothing on Saturdays and Sundays."
    assert drawn.message.content == f"No new papers for \\#gen-models · Fri 20 Nov.\n{note}"
    assert drawn.message.embeds == drawn.message.components == ()


def test_an_empty_day_says_what_is_yet_to_come() -> None:
    (drawn,) = digest_messages(digest_of(deferred=(1, 2)))
    assert drawn.message.content.endswith("2 wait for a late source")


def test_the_head_says_for_whom_when_and_how_many_on_the_clock_of_whoever_reads_it() -> None:
    moment = int(datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp())
    head = "**Papers for \\#gen-models** · Fri 20 Nov · 3 of 14 matches"
    assert digest_messages(ORDINARY)[0].message.content == f"{head} · <t:{moment}:t>"
    first, *notes = digest_messages(LATE)[0].message.content.splitlines()
    assert first.endswith(f"<t:{moment}:t> · late · with 2 earlier days · 2 wait for a late source")
    assert notes == list(LATE.notes)


@pytest.mark.parametrize(
    ("at", "tz"), [("nine", "Europe/Berlin"), ("09:00", "Europe/Nowhere"), ("09:00", "../x")]
)
def test_a_time_that_is_none_is_told_as_it_was_set(at: str, tz: str) -> None:
    content = digest_messages(replace(ORDINARY, at=at, tz=tz))[0].message.content
    assert "<t:" not in content
    assert at in content


def test_a_digest_that_somebody_asked_for_names_no_time() -> None:
    content = digest_messages(replace(ORDINARY, at=""))[0].message.content
    assert content == "**Papers for \\#gen-models** · Fri 20 Nov · 3 of 14 matches"


def test_the_first_paper_of_a_group_has_its_query_above_it() -> None:
    above = [one.get("author", {}).get("name") for one in digest_messages(ORDINARY)[0].message.embeds]
    assert above == ['"flow matching" OR knitting -survey', None, "topic:purling"]
    assert not any("author" in one for one in digest_messages(DIGESTS["one"])[0].message.embeds)


def test_a_group_has_one_colour_in_the_channel_and_in_the_thread() -> None:
    for opening, thread in [digest_messages(ORDINARY)]:
        first, second, third = (one["color"] for one in opening.message.embeds)
        assert first == second != third
        assert [one["color"] for one in thread.message.embeds] == [first, second, third]


def test_a_paper_is_an_embed_with_its_link_what_it_says_its_code_and_why_it_is_here() -> None:
    shown = digest_messages(ORDINARY)[0].message.embeds[0]
    assert shown["title"].startswith("1\\. Walking Robots That Knit")
    assert shown["url"] == "https://arxiv.org/abs/2606.00001"
    assert shown["description"].splitlines()[-1] == "[code ★ 31k](https://git.example/knit)"
    facts = "Example, Muster +2 · cs.RO, cs.LG · ▲ 1.2k · Hugging Face, arXiv · Conference on Wool 2026"
    assert shown["footer"]["text"].startswith(facts)
    assert shown["footer"]["text"].endswith('Matched title "knit", cs.RO')


def test_papers_of_one_address_are_not_shown_as_one() -> None:
    url = "https://arxiv.org/abs/2606.00001"
    digest = digest_of(group_of(*(pick(number, url=url) for number in (1, 2, 3))))
    addresses = [one["url"] for one in digest_messages(digest)[0].message.embeds]
    assert addresses == [url, f"{url}#paper-2", f"{url}#paper-3"]


def test_every_paper_of_a_message_is_in_its_menu() -> None:
    options = menu(digest_messages(ORDINARY)[0])["options"]
    assert [one["label"] for one in options][1:] == [
        "2. Stitches & Switches: x² < y for a <b>Bold<\u2060/b> Few",
        "3. Plain and Small",
    ]
    pressed = chosen(menu(digest_messages(ORDINARY)[0])["custom_id"], options[2]["value"])
    assert pressed is not None
    assert pressed.call == Call("show", {"paper": str(make_paper(3).id)})
    assert menu(digest_messages(LONG)[1])["options"][0]["label"].startswith("11. ")


def test_the_sample_edition_says_so_and_offers_nothing_that_needs_a_stored_paper() -> None:
    drawn = digest_messages(DIGESTS["sample"])
    assert "Sample edition" in drawn[0].message.content
    assert not any(
        one["type"] == 3 for each in drawn for row in each.message.components for one in row["components"]
    )


def test_the_buttons_are_commands() -> None:
    found = buttons(digest_messages(ORDINARY)[0])
    assert found == {
        "11 more": Call("more", {"date": "2026-11-20"}),
        "Settings": Call("settings", {}),
        "Today's full list": Call("today", {}),
    }
    assert "0 more" not in buttons(digest_messages(DIGESTS["one"])[0])


def test_the_buttons_are_left_out_where_they_lead_nowhere() -> None:
    (drawn, _) = digest_messages(DIGESTS["one"], footer=False)
    assert len(drawn.message.components) == 1


def test_a_thread_is_named_after_the_day_and_tagged_with_the_topics_papers_were_found_by() -> None:
    assert title_of_digest(ORDINARY) == "Papers · Fri 20 Nov"
    assert topics_of(ORDINARY) == ("purling",)
    often = digest_of(
        group_of(pick(1, "topic wool: x"), pick(2, "topic rlhf: x", "cs.CV"), pick(3, "topic rlhf: y"))
    )
    assert topics_of(often) == ("rlhf", "wool")


def test_a_paper_with_nothing_to_it_is_shown_all_the_same() -> None:
    bare = pick(1, title="\u200b", abstract="", authors=(), categories=(), url="", votes=0, sources=())
    drawn = digest_messages(digest_of(group_of(replace(bare, why=()))))
    assert "Untitled" in drawn[0].message.embeds[0]["title"]
    assert discord_findings(drawn[0].message.body()) == []


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert [part.payload for part in parts_of(LATE)] == [part.payload for part in parts_of(replace(LATE))]
