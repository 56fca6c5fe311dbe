"""The arXiv taxonomy as people meet it."""

from __future__ import annotations

from bot.domain.categories import (
    ARCHIVES,
    CATEGORIES,
    SUBJECTS,
    complete_categories,
    suggest_categories,
    written,
)


def test_every_subject_belongs_to_an_archive() -> None:
    assert {code.partition(".")[0] for code in SUBJECTS} <= set(ARCHIVES)
    assert len(SUBJECTS) > 140
    assert all(key == code.lower() and title for key, (code, title) in CATEGORIES.items())


def test_a_category_is_written_as_arxiv_writes_it() -> None:
    assert [written(name) for name in ("cs.cv", "cond-mat.mtrl-sci", "hep-th", "unknown")] == [
        "cs.CV",
        "cond-mat.mtrl-sci",
        "hep-th",
        "unknown",
    ]


def test_a_word_of_the_title_or_a_slip_of_the_code_is_understood() -> None:
    assert suggest_categories("vision") == ("cs.CV",)
    assert suggest_categories("cs.clx")[0] == "cs.CL"
    assert suggest_categories("qqqqqq") == ()


def test_categories_are_completed_by_code_and_by_title() -> None:
    assert complete_categories("stat.")[0] == ("stat.AP", "Applications")
    assert ("cs.RO", "Robotics") in complete_categories("robot")
    assert len(complete_categories("")) == 25
