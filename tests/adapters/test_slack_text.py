"""Somebody else's words on Slack: cut to length, and harmless."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.drawing.limits import LINK_URL
from adapters.chat.slack.drawing.text import HOLDERS, JOINER, escaped, link, safe, safe_lines, seen, units
from bot.testing.hostile import HOSTILE, ODD_ADDRESSES, REFUSED_ADDRESSES

ANY = st.text(max_size=80) | st.sampled_from(HOSTILE)


@pytest.mark.parametrize(
    "mention", ["<!channel>", "<@U1>", "<#C1>", "@everyone", "@here", "<https://x.example|y>"]
)
def test_a_sequence_is_parted_and_reads_as_before(mention: str) -> None:
    assert mention not in safe(mention)
    assert safe(mention).replace(JOINER, "") == mention


@pytest.mark.parametrize("hidden", ["@\u200beveryone", "<\u2060!channel>", "<\u00ad@U1>", "@\ufeffhere"])
def test_what_is_invisible_hides_no_sequence(hidden: str) -> None:
    assert JOINER in safe(hidden)
    assert safe(safe(hidden)) == safe(hidden)


def test_a_text_is_one_line_without_controls() -> None:
    assert safe(" one\ntwo\r\n three\x07\u2028four\u202e ") == "one two three four"
    assert safe("a\ud800b") == "a b"
    assert safe("\u200b\u3164") == ""


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\u200d", "\u200c \u200d\ufe0f", "\u2800", "\u3164", "\x07"]
)
def test_a_text_that_nobody_can_see_is_none(text: str) -> None:
    assert seen(text) == ""
    assert seen(f"{text}x{text}").strip(HOLDERS) == "x"


def test_marks_are_stacked_no_higher_than_a_script_needs() -> None:
    assert safe("Z" + "\u0301" * 50 + "o") == "Z" + "\u0301" * 3 + "o"
    assert safe("e\u0301\u0302\u0303 — “ὦ”") == "e\u0301\u0302\u0303 — “ὦ”"
    assert safe("e\u0301\u0302\u0303—x") == "e\u0301\u0302\u0303—x"
    assert safe("naïve \u1ea5 e\u0302\u0301") == "naïve \u1ea5 e\u0302\u0301"


@given(text=ANY, limit=st.integers(1, 60))
def test_a_limit_is_kept_however_slack_counts(text: str, limit: int) -> None:
    assert units(safe(text, limit)) <= limit
    assert units(escaped(text, limit)) <= limit
    assert units(safe_lines(text, limit)) <= limit


@given(text=ANY)
def test_what_fits_is_not_cut(text: str) -> None:
    assert safe(text, max(1, units(safe(text)))) == safe(text)
    assert escaped(text, max(1, units(escaped(text)))) == escaped(text)


@given(text=ANY)
def test_what_was_made_safe_stays_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    safe(text).encode()


@given(text=ANY, limit=st.integers(1, 40))
def test_no_entity_is_cut_in_two(text: str, limit: int) -> None:
    shown = html.unescape(escaped(text, limit))
    assert shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") == escaped(text, limit)


def test_no_character_that_is_made_of_several_is_cut_in_two() -> None:
    family = "👩\u200d👩\u200d👧"
    cut = safe(family * 10, units(family) * 2 + 3)
    assert cut == family * 2 + "…"
    assert not unicodedata.combining(safe("e\u0301" * 40, 10)[0])


def test_the_top_level_text_has_no_style_no_link_and_no_emoji() -> None:
    shown = escaped("*bold* _it_ ~no~ `code` :fire: https://evil.example & <b>")
    assert shown.replace(JOINER, "") == "*bold* _it_ ~no~ `code` :fire: https://evil.example &amp; &lt;b&gt;"
    assert [
        mark for mark in ("*bold", "_it", "~no", "`code", ":fire", "://") if f" {mark}" in f" {shown}"
    ] == []
    assert "://" not in shown


def test_lines_to_be_copied_keep_their_ends_and_indents() -> None:
    assert (
        safe_lines("@article{a,\n  title = {x\u202e},\n\ty = 1\n}", 100)
        == "@article{a,\n  title = {x },\n y = 1\n}"
    )
    assert safe_lines("x" * 50, 10) == "x" * 9 + "…"


def test_an_address_that_lies_is_no_link() -> None:
    assert {url: made for url in REFUSED_ADDRESSES if (made := link(url))} == {}


@pytest.mark.parametrize("url", ODD_ADDRESSES, ids=range(len(ODD_ADDRESSES)))
def test_an_odd_address_becomes_one_that_nothing_ends_early(url: str) -> None:
    made = link(url)
    assert made.startswith(("http://", "https://"))
    assert made.isascii()
    assert not set('<>|" \\') & set(made)
    assert link(made) == made


def test_a_look_alike_host_shows_what_it_is() -> None:
    assert link("https://\u0430rxiv.org/abs/1") == "https://xn--rxiv-43d.org/abs/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2606.00001v2",
        "https://doi.org/10.1000/182_(a)#b",
        "https://x.example/?a=b&c=d%20e",
        "http://x.example:8080/",
    ],
)
def test_an_ordinary_address_stays_as_it_is(url: str) -> None:
    assert link(url) == url


@given(url=st.text(max_size=60) | st.text(max_size=60).map("https://papers.example/".__add__))
def test_any_address_is_safe_or_none(url: str) -> None:
    made = link(url)
    assert len(made) <= LINK_URL
    assert made == "" or (made.isascii() and made.isprintable() and " " not in made)
