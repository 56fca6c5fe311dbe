"""Whatever is typed, there is an answer or a kind error; whatever is read, there is one written form."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain import query_form
from bot.domain.query import parse
from bot.domain.query_parser import MOST_CHARACTERS
from bot.domain.terms import Term
from bot.domain.text import normalise
from bot.errors import InvalidQuery

# Pieces that mean something to the reader, so that random texts reach deep into it.
SCRAPS = [
    "(", ")", '"', "-", " OR ", " AND ", " NOT ", " ANDNOT ", "|", ",", ";", "*", "cat:", "title:", "abs:", "author:",
    "topic:", "has:", "type:", "source:", "org:", "venue:", "since:", "until:", "upvotes>=", "stars < ", "comments:",
    "about:", "catt:", "cs.CL", "cs", "math.*", "rlhf", "code", "survey", "2026-01-31", "10", "5k", "the", "of", "a*",
    "C++", "R&D", "360°", "可回收", "火", "Müller", "LLMs", "fine-tuning", "finetuning", "gener*", "“", "”", "–", "\u00a0",
    "<https://x.org|x>", "<#C1|name>", "&gt;", "&amp;", "'s", "’", "...", "[", "]", " ", "  ", "x", "yy", "zzz",
]  # fmt: skip
TYPED = st.one_of(
    st.lists(st.sampled_from(SCRAPS), max_size=24).map("".join),
    st.lists(st.sampled_from(SCRAPS), max_size=24).map(" ".join),
    st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=6)), max_size=12).map("".join),
    st.text(),
)


def check(text: str) -> bool:
    """Read a text; whether it was a query. Anything but a query or an `InvalidQuery` fails."""
    try:
        query = parse(text)
    except InvalidQuery as problem:
        said, column = problem.what, problem.column
    else:
        assert len(query.canonical) <= MOST_CHARACTERS
        assert parse(query.canonical) == query
        return True
    assert said
    assert column is None or 1 <= column <= len(text) + 1
    return False


@given(TYPED)
@example("R&D&amp;*")
@example("3.5&*")
@example("ſource:huggingface")
@example("K:x upvotes>=٣")
@example('"' * 7)
@example("-" * 400 + "x")
@example("(" * 31 + "x" + ")" * 31)
@example("title:(((a1,b1),c1)|d1) -(e1 -(f1 OR -g1))")
@settings(max_examples=1_500, deadline=None)
def test_every_text_is_a_query_or_a_kind_error(text: str) -> None:
    check(text)


@pytest.mark.slow
@given(TYPED)
@settings(max_examples=100_000, deadline=None)
def test_a_hundred_thousand_texts_are_queries_or_kind_errors(text: str) -> None:
    check(text)


def _tree(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(
            [
                "alpha",
                "beta",
                '"gamma delta"',
                "cs.CL",
                "title:x1",
                "cat:cs.CV,cs.LG",
                "upvotes>3",
                "topic:slam",
            ]
        )
    parts = [_tree(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    rng.shuffle(parts)
    if rng.random() < 0.4:
        return f"({' OR '.join(parts)})"
    return f"({parts[0]} {' '.join(rng.choice(['', '-', 'NOT ']) + part for part in parts[1:])})"


def test_random_trees_read_and_are_written_in_one_way() -> None:
    rng = random.Random(20260601)
    read = sum(check(_tree(rng, rng.randint(1, 4))) for _ in range(400))
    assert read > 300


def alternating(levels: int) -> str:
    return "".join(f"(w{level} OR (v{level} " for level in range(levels)) + "z" + "))" * levels


def denied(levels: int) -> str:
    return "x " + "".join(f"-(w{level} (v{level} OR " for level in range(levels)) + "z" + "))" * levels


@pytest.mark.parametrize("nested", [alternating, denied])
def test_brackets_within_brackets_cost_no_more_than_they_are_long(
    nested: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = query_form._written, 0

    def counted(term: Term) -> str:
        nonlocal written
        written += 1
        return write(term)

    monkeypatch.setattr(query_form, "_written", counted)
    assert check(nested(8))
    few, written = written, 0
    assert check(nested(16))
    assert few < written < 6 * few, "twice as deep is at most four times the work; never 256 times"


def test_the_order_of_words_is_kept_and_makes_no_other_query() -> None:
    rng = random.Random(7)
    parts = [
        "alpha",
        '"beta gamma"',
        "-delta",
        "cat:cs.CV,cs.LG",
        "(x1 OR y1 OR z1)",
        "upvotes>=3",
        "topic:slam",
    ]
    keys = set()
    for _ in range(50):
        rng.shuffle(parts)
        query = parse(" ".join(parts))
        keys.add(query.key)
        words = [part for part in parts if part in {"alpha", '"beta gamma"'}]
        rest = "(x1 OR y1 OR z1) topic:slam cat:cs.CV,cs.LG upvotes>=3 -delta"
        assert query.canonical == f"{' '.join(words)} {rest}"
    assert len(keys) == 1


@given(
    st.lists(
        st.sampled_from(["world", "models", "Policies", "LLMs", "GPUs", "bases", "火箭", "naïve"]), min_size=1
    )
)
def test_spelling_and_order_change_the_written_form_but_not_the_key(words: list[str]) -> None:
    query = parse(" ".join(words))
    stems = parse(" ".join(token for word in sorted(words) for token in normalise(word)))
    assert query.key == stems.key
    assert parse(query.canonical) == query
