"""Nothing in anybody's text pings, links elsewhere or breaks a limit in Discord, whichever field it comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.chat.discord.drawing import limits
from adapters.chat.discord.drawing.embeds import Message, size
from adapters.chat.discord.drawing.parts import decoded, marked_repeated, parts_of, plainer
from adapters.chat.discord.drawing.text import JOINER, escaped, link
from bot.domain.digest import Digest, Group, Pick
from bot.ports import Part
from bot.testing import contract_digests
from bot.testing.adapters import HOSTILE_TITLES, SURVIVING, check_escaping
from bot.testing.builders import make_paper
from bot.testing.digests import FIELDS, PLACES
from bot.testing.digests import digest_with as digest_of_texts
from bot.testing.discord_markdown import styled
from bot.testing.discord_messages import discord_findings
from bot.testing.hostile import HOSTILE, REFUSED_ADDRESSES, in_sentences

MARKUP = (
    *("@everyone", "@here", "<@80351110224678912>", "<@!80351110224678912>", "<@&165511591545143296>"),
    *("<#41771983423143937>", "</papers:41771983423143937>", "<:knit:41771983429993937>", "<t:1:R>"),
    *("<id:customize>", "<https://evil.example>", "https://evil.example", "discord.gg/knit"),
)
MASKED = re.compile(r"(?<!\\)\]\((https?[^)]*)\)")
digest_with = partial(digest_of_texts, "discord")


def links_of(digest: Digest) -> set[str]:
    papers = [pick.paper for pick in digest.picks]
    return {link(url) for paper in papers for url in (paper.url, paper.code_url, paper.thumbnail)} - {""}


def forms(message: Message) -> Iterator[Message]:
    """A message, and whatever may be posted in its place."""
    yield message
    yield marked_repeated(message)
    for step in (1, 2):
        plain = plainer(message, step)
        assert plain is not None
        yield from (plain, marked_repeated(plain))


def body_of(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(message.body()))
    return made


def check(digest: Digest, *, every_form: bool = False) -> None:
    links = links_of(digest)
    for part in parts_of(digest):
        posting = decoded(part.payload)
        assert len(posting.name) <= 100
        for one in forms(posting.message) if every_form else (posting.message,):
            assert discord_findings(body_of(one), links=links) == []
            assert size(one.embeds) <= limits.EMBED_TEXT
        assert not any(styled(text) for text in read_as_markdown(posting.message))


def read_as_markdown(message: Message) -> Iterator[str]:
    """What nothing of ours styles: a style in it is somebody else's."""
    for one in message.embeds:
        yield from (one[key] for key in ("title", "description") if key in one)


def addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value["url"],) if "url" in value else ()
        if "color" in value:  # an embed: elsewhere nothing is read as Markdown
            yield from MASKED.findall(value.get("description", ""))
        yield from (url for item in value.values() for url in addresses(item))
    elif isinstance(value, list):
        yield from (url for item in value for url in addresses(item))


def linked_in(digest: Digest) -> set[str]:
    return {url for part in parts_of(digest) for url in addresses(json.loads(part.payload))}


@dataclass(frozen=True)
class Rendering:
    """As much of an adapter as draws."""

    platform: str = "discord"

    def render(self, digest: Digest) -> Sequence[Part]:
        return parts_of(digest)


def test_no_markup_of_discord_comes_out_as_it_went_in() -> None:
    check_escaping(Rendering(), MARKUP)  # type: ignore[arg-type]  # it only draws


def test_what_is_made_harmless_can_still_be_read() -> None:
    digest = contract_digests("discord")[1]
    text = "".join(part.payload.decode() for part in parts_of(digest))
    assert len(HOSTILE_TITLES) == digest.shown
    assert all(words in text for words in SURVIVING)


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.slow  # each field by itself; the next has all of them at once
@pytest.mark.parametrize("field", [*FIELDS, *PLACES])
def test_no_hostile_text_gets_anywhere(field: str) -> None:
    for text in HOSTILE:
        check(digest_with({field: text}))


def test_no_hostile_text_gets_anywhere_from_everywhere_at_once() -> None:
    for text in HOSTILE:
        check(digest_with(dict.fromkeys((*FIELDS, *PLACES), text)), every_form=True)


@pytest.mark.slow
def test_no_hostile_text_within_a_sentence_gets_anywhere() -> None:
    for text in in_sentences():
        check(digest_with(dict.fromkeys((*FIELDS, *PLACES), text)), every_form=True)


def test_no_text_brings_a_link_of_its_own() -> None:
    plain = linked_in(digest_with({}))
    fields = ("title", "abstract", "summary", "authors", "venue", "hits", "group", "notes")
    assert len(plain) == 4
    assert all(linked_in(digest_with(dict.fromkeys(fields, text))) <= plain for text in HOSTILE)


@pytest.mark.parametrize("field", ["url", "code_url", "thumbnail"])
def test_an_address_leads_where_it_says_or_nowhere(field: str) -> None:
    for text in HOSTILE:
        found = linked_in(digest_with({field: text})) - linked_in(digest_with({field: ""}))
        assert len(found) <= 1
        for url in found:
            led, said = urlsplit(url), urlsplit(text.strip())
            assert led.scheme in {"http", "https"}
            assert led.hostname == (said.hostname or "").encode("idna").decode()
            assert led.username is None
            assert url.isascii()
            assert not set('<>|"\\ ') & set(url)
            assert text not in REFUSED_ADDRESSES


def test_a_hostile_title_reads_as_it_was_written() -> None:
    for text in HOSTILE:
        title = f"Knitting {text} with robots"
        if len(title) > 250 or not text.isascii() or not text.isprintable():
            continue
        shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped(title))
        assert shown.replace(JOINER, "") == " ".join(title.split())


@pytest.mark.slow
def test_a_long_digest_of_long_texts_is_cut_into_messages_that_discord_takes() -> None:
    for text in ("\U0001f600" * 500, "& < > " * 200, "word " * 400, "x" * 5000):
        picks = tuple(
            Pick(
                paper=make_paper(n, title=text, summary=text, abstract=text * 8, authors=(text,)),
                why=(),
                score=1.0,
            )
            for n in range(1, 31)
        )
        digest = replace(
            contract_digests("discord")[0], groups=(Group(title=text, picks=picks),), destination=text
        )
        check(digest, every_form=True)
        assert sum(len(part.papers) for part in parts_of(digest)) == 30
