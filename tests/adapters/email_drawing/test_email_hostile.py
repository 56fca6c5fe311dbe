"""Nothing in anybody's text runs, links elsewhere, hides or adds a header in a mail, whichever field it comes in."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest

from adapters.chat.email.drawing.letter import subject_of
from bot.domain.digest import Digest, Group, Pick
from bot.testing.builders import make_paper
from bot.testing.digests import FIELDS, PLACES
from bot.testing.digests import digest_with as digest_of_texts
from bot.testing.hostile import HOSTILE, in_sentences
from bot.testing.hostile_links import LINKS, ODD_ADDRESSES, REFUSED_ADDRESSES
from bot.testing.smtp import linked

from .conftest import HERE, findings, letter_of, mail_of

EVERYWHERE = (*FIELDS, *PLACES)
SOME = HOSTILE[::5]
ADDRESSES = (*LINKS, *REFUSED_ADDRESSES, *ODD_ADDRESSES)
SHOWN = ("title", "summary", "authors", "hits", "group", "notes")


def digest_with(texts: dict[str, str]) -> Digest:
    return replace(digest_of_texts("email", texts), address=HERE)


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(set(HOSTILE)) >= 200


def test_no_hostile_text_gets_anywhere_from_everywhere_at_once() -> None:
    for text in SOME:
        assert findings(digest_with(dict.fromkeys(EVERYWHERE, text))) == [], text[:80]


@pytest.mark.slow
@pytest.mark.parametrize("field", EVERYWHERE)
def test_no_hostile_text_gets_anywhere(field: str) -> None:
    for text in SOME:
        assert findings(digest_with({field: text})) == [], text[:80]


@pytest.mark.slow
def test_none_of_all_hostile_texts_gets_anywhere_from_everywhere_at_once() -> None:
    for text in HOSTILE:
        assert findings(digest_with(dict.fromkeys(EVERYWHERE, text))) == [], text[:80]


@pytest.mark.slow
def test_no_hostile_text_gets_anywhere_within_a_sentence() -> None:
    for text in in_sentences():
        assert findings(digest_with(dict.fromkeys(EVERYWHERE, text))) == [], text[:80]


@pytest.mark.slow
@pytest.mark.parametrize("field", SHOWN)
def test_no_text_brings_a_link_of_its_own(field: str) -> None:
    plain = linked(letter_of(digest_with({})).html)
    assert len(plain) == 6
    assert all(linked(letter_of(digest_with({field: text})).html) <= plain for text in HOSTILE)


@pytest.mark.parametrize("field", ["url", "code_url"])
def test_an_address_leads_where_it_says_or_nowhere(field: str) -> None:
    without = linked(letter_of(digest_with({field: ""})).html)
    for text in ADDRESSES:
        found = linked(letter_of(digest_with({field: text})).html) - without
        assert len(found) <= 1
        for url in found:
            led, said = urlsplit(url), urlsplit(text.strip())
            assert led.scheme in {"http", "https"}
            assert led.hostname == (said.hostname or "").encode("idna").decode()
            assert led.username is None
            assert url.isascii()
            assert not set('<>"\\ ') & set(url)
            assert text not in REFUSED_ADDRESSES


@pytest.mark.parametrize("texts", [SOME, pytest.param(HOSTILE, marks=pytest.mark.slow)], ids=["some", "all"])
def test_whatever_the_first_title_is_the_mail_has_a_subject_and_no_header_more(texts) -> None:
    letter = replace(letter_of(digest_with({})), text="Text", html="<p>Page</p>")
    names = message_from_bytes(mail_of(letter), policy=policy.default).keys()
    for text in texts:
        subject = subject_of(digest_with({"title": text}))
        message = message_from_bytes(mail_of(replace(letter, subject=subject)), policy=policy.default)
        assert message.keys() == names
        assert message["To"] == "ada@example.org"
        assert message["Subject"].startswith("2 papers for Mon 1 Jun")


@pytest.mark.parametrize(
    "text",
    ["\U0001f600" * 500, "& < > " * 200, "word " * 400, "x" * 5000],
    ids=["emoji", "marks", "words", "one-word"],
)
def test_a_long_digest_of_long_texts_is_one_mail(text: str) -> None:
    picks = tuple(
        Pick(
            paper=make_paper(n, title=text, summary=text, abstract=text * 8, authors=(text,)),
            why=(),
            score=1.0,
        )
        for n in range(1, 51)
    )
    digest = replace(
        digest_with({}), groups=(Group(title=text, picks=picks),), destination=text, notes=(text,) * 30
    )
    assert findings(digest) == []
