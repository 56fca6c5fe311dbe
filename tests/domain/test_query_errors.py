"""What a person is told when a query cannot be read."""

from __future__ import annotations

import pytest

from bot.domain.query import parse
from bot.errors import InvalidQuery

# text, column (from 1), and words of the message: what is wrong, and what to do
KIND_ERRORS = [
    ("", 1, ["nothing to look for", "Try"]),
    ("  ", 1, ["nothing to look for"]),
    ('"Graph Neural Network', 1, ["quotation mark at column 1", "never closed"]),
    ('x "abc', 3, ["quotation mark at column 3"]),
    ('""', 1, ["no word to look for"]),
    ("x !!!", 3, ["`!!!`", "no word to look for"]),
    ("x / y", 3, ["`/`"]),
    ("the", 1, ["`the`", "nearly every paper"]),
    ("-survey", 1, ["`-survey`", "matches nearly every paper", "diffusion -survey"]),
    ("x1 OR -y1", 7, ["matches nearly every paper"]),
    ("fine-tuning, -survey", 14, ["A comma means OR"]),
    ("-survey -review", 1, ["`-review -survey`", "it only leaves something out", "diffusion -survey"]),
    ("-(x1 y1)", 1, ["it only leaves something out"]),
    ("x1 OR -y1", 7, ["`x1 OR -y1`", "one of its alternatives only leaves something out"]),
    ("upvotes>=abc", 1, ["`abc` is not a number", "Write `upvotes>=10`"]),
    ("x upvotes>=5x", 3, ["`5x` is not a number", "Write `upvotes>=10`"]),
    ("upvotes>=-3", 1, ["`-3` is not a number"]),
    ("upvotes>=5.5", 1, ["`5.5` is not a number"]),
    ("upvotes>=1,000", 1, ["`1,000` is not a number"]),
    ("stars >= many diffusion", 1, ["`many` is not a number", "Write `stars>=10`"]),
    ("x upvotes>=", 3, ["`upvotes>=` needs a number"]),
    ("x upvotes:-3", 3, ["`upvotes:` needs a number", "upvotes>=10"]),
    ("x upvotes=5", 3, ["`upvotes=5`", "Only `>=` is known: `upvotes>=5`"]),
    ("x upvotes<5", 3, ["Only `>=` is known: `upvotes>=5`", "`-upvotes>=5`"]),
    ("x comments <= 5", 3, ["Only `>=` is known: `comments>=5`"]),
    ("x stars:(<5)", 10, ["Only `>=` is known: `stars>=5`"]),
    ("diffusion -diffusion", 1, ["Nothing can be both `diffusion` and `-diffusion`", "out"]),
    ("(x1 OR y1) -x1 -y1", 2, ["Nothing can be both `x1` and `-x1`"]),
    ("(x1 -x1) OR (y1 -y1)", 2, ["Nothing can be both"]),
    ("x upvotes>=10 -upvotes>=5", 16, ["Nothing can be both `upvotes>=5` and `-upvotes>=5`"]),
    (
        "x since:2026-08-01 until:2026-01-01",
        3,
        ["Nothing can be both `since:2026-08-01`", "since:2026-01-01 until:2026-08-01"],
    ),
    ("catt:cs.CV", 1, ["I don't know `catt:`", "Did you mean `cat:`?"]),
    ("x upvote:3 starz>=3", 12, ["I don't know `starz>=`", "Did you mean `stars>=`?"]),
    ("cat:cs.CVV", 5, ["I don't know the arXiv category `cs.CVV`", "Did you mean `cat:cs.CV`"]),
    ("cat:vision", 5, ["Did you mean `cat:cs.CV`"]),
    ("cs.ZZ", 1, ["I don't know the arXiv category `cs.ZZ`"]),
    ("topic:rlfh", 7, ["I don't know the topic `rlfh`", "Did you mean `topic:rlhf`"]),
    ("source:hugingface", 8, ["Did you mean `source:huggingface`?"]),
    ("has:cod", 5, ["Did you mean `has:code`?"]),
    ("type:poem", 6, ["I don't know the value `poem`", "`type:survey`"]),
    ("about:forgetting", 1, ["meaning is not available yet", "`topic:`"]),
    ("submittedDate:[2024 TO 2025]", 1, ["`submittedDate:`", "since:2026-01-01"]),
    ("arxiv:2401.00001", 1, ["show 2401.00001"]),
    ("x at:9am", 3, ["belongs to a channel"]),
    ("since:yesterday", 7, ["`yesterday` is not a date", "since:2026-01-31"]),
    ("since:2026-13-01", 7, ["is not a date"]),
    ("since:0000", 7, ["is not a date"]),
    ("upvotes:many", 9, ["needs a number", "upvotes>=10"]),
    ("title>3", 1, ["no number", "upvotes"]),
    ("(x OR y", 1, ["bracket is never closed"]),
    ("x )", 3, ["closes nothing"]),
    ("x ()", 3, ["nothing between the brackets"]),
    ("x OR", 5, ["ends where a word should follow"]),
    ("OR x", 1, ["`OR` needs something on both sides"]),
    ("x AND OR y", 7, ["`OR` needs something on both sides"]),
    ("title:(x cat:cs.CV)", 10, ["cannot stand inside"]),
    ("title:OR", 1, ["`title:` needs a word after it"]),
    ("title:-x", 1, ["`title:` needs a word after it"]),
    ("ab*", 1, ["would match too much", "3 letters"]),
    ("opti*ation", 1, ["only stand at the end"]),
    ("https://arxiv.org/abs/2401.00001", 1, ["is a link", "show LINK"]),
    ("<https://arxiv.org/abs/2401.00001>", 1, ["is a link"]),
    ("(" * 500 + "x" + ")" * 499, 33, ["nested more than 32"]),
    ("x" * 1001, 1001, ["1,001 characters", "at most 1,000"]),
    (" ".join(f"w{number}" for number in range(65)), 247, ["more than 64 terms"]),
    ("<https://x.org|x> catt:y", 19, ["catt"]),
]


@pytest.mark.parametrize(("text", "column", "words"), KIND_ERRORS)
def test_an_error_names_the_place_and_says_what_to_do(text: str, column: int, words: list[str]) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(text)
    assert caught.value.column == column
    for word in words:
        assert word in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize("text", ["bogus:x", "zzz>=3", "topic:nope"])
def test_nothing_is_suggested_where_nothing_is_near(text: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(text)
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("text", ["(x1 OR y1) -x1", "x1 OR (y1 -y1)", "x1 title:x1", "x -stars>=9 stars>=5"])
def test_what_some_paper_can_be_is_not_refused(text: str) -> None:
    assert parse(text)


def test_a_query_that_grows_too_long_when_written_out_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="Written out"):
        parse("ﷺ" * 990)


def test_sixty_four_terms_are_fine() -> None:
    assert parse(", ".join(f"w{number}" for number in range(64))).canonical.count(" OR ") == 63
