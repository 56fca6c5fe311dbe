"""A paper is summarised when it is picked."""

from __future__ import annotations

from bot.commands.replies import PaperCard
from bot.domain.digest import Pick
from bot.domain.telling import summarised
from bot.testing.builders import make_paper


def test_a_picked_paper_carries_the_telling_sentences_of_its_abstract() -> None:
    paper = make_paper(1)
    shown = Pick(paper=paper, why=(), score=1.0).paper
    assert shown.summary
    assert shown.summary in paper.abstract
    assert shown.summary_by == "abstract"
    assert PaperCard(paper=paper).paper == shown


def test_a_summary_of_the_source_stands() -> None:
    paper = make_paper(1, summary="They knit.", summary_by="source")
    assert Pick(paper=paper, why=(), score=1.0).paper == paper


def test_a_paper_without_an_abstract_stays_without_a_summary() -> None:
    paper = make_paper(1, abstract="")
    assert summarised(paper) == paper
