"""What sources give as text becomes what a person reads."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clean import plain

PROSE = [
    "50% better at 5% of the cost",
    "a_b and c^d",
    "C++, C#, A* and R&D",
    "It costs $5 and $10, or US$5-$10.",
    "{x} and {key: value}",
    "about ~10 of them, 5~10 each",
    "A & B",
    "#1 in the list",
    r"the path C:\Users\to\me and \\server\share",
    r"a literal \n stays",
    "git --help",
    "<picture of a man> and <think> but no </answer>",
    "x < y > z",
    "`code` and it's fine",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_that_only_looks_like_markup_is_left_alone(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("given_text", "read"),
    [
        ("Robots\n  that\tknit\r\n", "Robots that knit"),
        ("knit\u00a0one", "knit one"),
        ("zero\u200bwidth\ufeff and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("turned \u202eround\u202c", "turned round"),
        ("nul\x00 and del\x7f", "nul and del"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("R&amp;D &lt;b&gt; &#233; &nbsp;x", "R&D <b> é x"),
        ("AT&T; and &unknown;", "AT&T; and &unknown;"),
        ("<i>In vivo</i> H<sub>2</sub>O", "In vivo H2O"),
        ("one<br/>two<p>three", "one two three"),
        ("cafe\u0301", "café"),
        ("sneaky&#8203;space &#x202e;x", "sneakyspace x"),
    ],
)
def test_text_is_cleaned(given_text: str, read: str) -> None:
    assert plain(given_text) == read


def test_an_unpaired_tag_is_text() -> None:
    assert plain("the <b> token") == "the <b> token"


@given(st.text(max_size=300))
def test_any_text_is_cleaned_to_one_printable_line(text: str) -> None:
    cleaned = plain(text)
    assert cleaned == " ".join(cleaned.split())
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cs"}
    cleaned.encode()


@given(
    st.lists(
        st.sampled_from(["$", "\\", "{", "}", "^", "_", "%", "&", "a", "1", " ", "\\frac", "\\'", "``", "~"]),
        max_size=40,
    )
)
def test_any_heap_of_tex_is_read_without_an_error(pieces: list[str]) -> None:
    assert isinstance(plain("".join(pieces)), str)


@pytest.mark.parametrize("piece", ["{", "$", "\\a{", "{{\\x", "\\begin{a}", "$x^", "<p ", "&#", "\\[", "\\("])
def test_hostile_repetition_comes_to_an_end(piece: str) -> None:
    assert plain(piece * 3_000) is not None
