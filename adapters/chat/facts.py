"""What is said of a paper and of a page of papers, in the same words on every chat."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.replies import PaperCard, PaperList
from bot.commands.wording import count, listing, long_date
from bot.domain.paper import Paper

from .short import short_number

MADE_BY = {"source": "the source", "abstract": "its own abstract", "model": "a model"}


def card_facts(reply: PaperCard) -> Iterator[tuple[str, str, str]]:
    """What is known of a paper beside its texts: the name of each fact, what it is, and where it leads to."""
    paper = reply.paper
    facts = (
        ("number", str(paper.id), ""),
        ("known as", paper.key, ""),
        ("topics", listing(reply.topics), ""),
        ("submitted", long_date(paper.submitted) if paper.submitted else "", ""),
        ("listed", long_date(paper.listed) if paper.listed else "", ""),
        ("from", paper.organization, ""),
        ("comment", paper.comment, ""),
        ("DOI", paper.doi, f"https://doi.org/{paper.doi}"),
        ("code", paper.code_url, paper.code_url),
        ("project", paper.project_url, paper.project_url),
        ("licence", paper.license, ""),
        ("summary by", MADE_BY.get(paper.summary_by, ""), ""),
    )
    yield from (fact for fact in facts if fact[1])


def code_label(paper: Paper) -> str:
    """That there is code, and how many like it."""
    return f"code ★ {short_number(paper.stars)}" if paper.stars else "code"


def page_line(reply: PaperList) -> str:
    """Which page this is, and how many papers there are on all."""
    about = "" if reply.exact_total else "about "
    return f"Page {reply.page} of {reply.pages} · {about}{count(reply.total, 'paper')}"
