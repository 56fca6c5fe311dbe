"""Somebody else's words in Discord: cut to length, and harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.drawing.embeds import button, distinct_urls, embed, option, select, size
from adapters.chat.discord.drawing.limits import EMBED_TITLE, LINK_URL
from adapters.chat.discord.drawing.text import (
    HOLDERS,
    JOINER,
    enclosed,
    escaped,
    escaped_lines,
    fenced,
    masked,
    safe,
    safe_lines,
    stretches,
    units,
)
from adapters.chat.discord.drawing.text import HOSTILE as HOSTILE_CHARACTERS
from bot.testing.discord_markdown import markdown_findings, styled
from bot.testing.hostile import HOSTILE, ODD_ADDRESSES, REFUSED_ADDRESSES

ANY = st.text(max_size=80) | st.sampled_from(HOSTILE)


def shown(text: str) -> str:
    """What Discord shows of Markdown without styles."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text).replace(JOINER, "")


@given(text=ANY)
def test_an_escaped_text_has_no_style_no_link_and_calls_nobody(text: str) -> None:
    assert not styled(escaped(text))
    assert list(markdown_findings(escaped(text), ())) == []


@given(text=ANY)
def test_an_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert shown(escaped(text)) == safe(text).replace(JOINER, "")


@given(text=ANY, limit=st.integers(1, 60))
def test_a_limit_is_kept_however_discord_counts(text: str, limit: int) -> None:
    assert units(safe(text, limit)) <= limit
    assert units(escaped(text, limit)) <= limit
    assert units(safe_lines(text, limit)) <= limit
    assert units(escaped_lines([text, text], limit)) <= limit


@given(text=ANY)
def test_what_fits_is_not_cut(text: str) -> None:
    assert escaped(text, max(1, units(escaped(text)))) == escaped(text)
    assert safe(safe(text)) == safe(text)


@given(text=ANY, limit=st.integers(4, 60))
def test_a_long_text_in_stretches_is_whole_and_each_fits(text: str, limit: int) -> None:
    given = safe(text)
    made = list(stretches(given, limit))
    assert all(units(escaped(one)) <= limit + 4 for one in made)  # a sequence may be parted once more
    assert "".join("".join(made).split()) == "".join(given.split())


@pytest.mark.parametrize("text", ["](https://evil.example)", "foo](https://evil.example) [bar", "a] [b"])
def test_a_label_ends_no_link_of_ours(text: str) -> None:
    made = masked(text, "https://arxiv.org/abs/1")
    assert list(markdown_findings(made, {"https://arxiv.org/abs/1"})) == []
    assert made.endswith("](https://arxiv.org/abs/1)")


def test_a_label_without_an_address_is_words() -> None:
    assert masked("code [x]", "javascript:alert(1)") == "code \\[x\\]"
    assert {url: made for url in REFUSED_ADDRESSES if (made := enclosed(url))} == {}


@pytest.mark.parametrize("url", ODD_ADDRESSES, ids=range(len(ODD_ADDRESSES)))
def test_an_odd_address_is_ended_by_nothing_in_it(url: str) -> None:
    made = enclosed(url)
    assert made.startswith(("http://", "https://"))
    assert not set('<>|" \\()') & set(made)


def test_an_address_that_brackets_make_too_long_is_none() -> None:
    url = f"https://x.example/{'(' * 1000}"
    assert len(url) < LINK_URL
    assert enclosed(url) == ""


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("# A heading", "\\# A heading"),
        ("-# small", "\\-# small"),
        ("1. an item", "1\\. an item"),
        ("a - b # c 1. d", "a - b # c 1. d"),
        ("at 10:30, x: y", "at 10:30, x: y"),
        (":fire:", "\\:fire:"),
    ],
)
def test_a_mark_is_escaped_where_it_has_a_meaning(text: str, made: str) -> None:
    assert escaped(text) == made


def test_nothing_ends_a_block_that_is_to_be_copied() -> None:
    for text in HOSTILE:
        made = fenced(text, 200)
        assert units(made) <= 200
        assert made.count("```") == 2


@given(title=ANY, footer=ANY, author=ANY)
def test_an_embed_is_within_its_limits_whatever_it_is_made_of(title: str, footer: str, author: str) -> None:
    made = embed(title=title, url="https://arxiv.org/abs/1", footer=footer, author=author)
    assert units(made.get("title", "")) <= EMBED_TITLE
    assert size([made]) <= 256 + 2048 + 256
    assert made.keys() & {"title", "description", "footer", "author"}


def test_an_address_stays_what_it_was_but_for_its_end() -> None:
    three = [embed(title="x", url="https://x.example/#part")] * 3
    assert [one["url"] for one in distinct_urls(three)] == [
        "https://x.example/#part",
        "https://x.example/#part&paper-2",
        "https://x.example/#part&paper-3",
    ]


def test_what_is_pressed_or_chosen_is_plain_to_see_and_within_its_limits() -> None:
    for text in HOSTILE:
        line, pressed = option(text, "1", description=text), button(text, "x")
        assert line["label"].strip(HOLDERS + JOINER)
        assert pressed["label"].strip(HOLDERS + JOINER)
        assert units(line["label"]) <= 100 >= units(line.get("description", ""))
        assert units(pressed["label"]) <= 80
        assert not HOSTILE_CHARACTERS.search(f"{line}{pressed['label']}")


def test_two_lines_of_one_value_are_one() -> None:
    lines = [{"label": "a", "value": "1"}, {"label": "b", "value": "2"}, {"label": "c", "value": "1"}]
    assert [one["label"] for one in select("x", lines)["options"]] == ["a", "b"]
