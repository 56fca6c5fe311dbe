"""The plural rules, each with its trap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stemming import IRREGULAR, STAYS, singular

PLURALS = [
    ("models", "model"),
    ("cases", "case"),
    ("databases", "database"),
    ("responses", "response"),
    ("optimizes", "optimize"),  # the -zes trap
    ("sizes", "size"),
    ("waltzes", "waltz"),
    ("strategies", "strategy"),
    ("ties", "tie"),
    ("movies", "movie"),
    ("processes", "process"),
    ("losses", "loss"),
    ("approaches", "approach"),
    ("caches", "cache"),
    ("hashes", "hash"),
    ("boxes", "box"),
    ("axes", "axis"),
    ("heroes", "hero"),
    ("shoes", "shoe"),
    ("waves", "wave"),
    ("leaves", "leaf"),
    ("viruses", "virus"),
    ("causes", "cause"),
    ("abuses", "abuse"),
    ("buses", "bus"),
    ("analyses", "analysis"),
    ("hypotheses", "hypothesis"),
    ("theses", "thesis"),
    ("matrices", "matrix"),
    ("submatrices", "submatrix"),
    ("subspecies", "subspecies"),
    ("gpus", "gpu"),
    ("apis", "api"),
    ("ads", "ad"),
    ("lms", "lm"),
    ("biases", "bias"),
    ("videos", "video"),
    ("schemas", "schema"),
    ("h100s", "h100"),
    ("criteria", "criterion"),
    ("corpora", "corpus"),
    ("mice", "mouse"),
]
NO_PLURALS = [
    "loss", "class", "corpus", "virus", "basis", "analysis", "gps", "gas", "pos", "series", "species", "bias", "lens",
    "physics", "robotics", "optimized", "optimizing", "data", "is", "as", "this", "diabetes", "bayes", "s", "",
]  # fmt: skip


@pytest.mark.parametrize(("plural", "single"), PLURALS)
def test_a_plural_becomes_its_singular(plural: str, single: str) -> None:
    assert singular(plural) == single
    assert singular(single) == single


@pytest.mark.parametrize("word", NO_PLURALS)
def test_other_words_stay(word: str) -> None:
    assert singular(word) == word


def test_the_lists_lead_to_words_that_stay() -> None:
    assert all(singular(word) == word for word in STAYS)
    assert all(singular(single) == single for single in IRREGULAR.values())


@given(st.text(alphabet="abcehiorstuvxyz", max_size=9).map(lambda stem: stem + "s"))
def test_a_singular_has_no_singular_of_its_own(word: str) -> None:
    assert singular(singular(word)) == singular(word)
