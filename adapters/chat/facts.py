"""What is said of a paper and of a page of papers, in the same words on every chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.commands.replies import PaperCard, PaperList
from bot.commands.wording import count, listing, long_date
from bot.domain.digest import Pick
from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Paper

from .short import short_authors, short_number

Safe: TypeAlias = Callable[[str, int], str]  # a text made harmless for a chat, in at most so many characters
FACT = 100  # characters of authors, of a venue, of one hit
MOST_CATEGORIES = MOST_SOURCES = 3
MOST_HITS = 4
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


def paper_facts(paper: Paper, safe: Safe, *, code: bool = True) -> Iterator[str]:
    """Who, what, how wanted, from where: each in a few characters; `code=False` where the code is linked beside it."""
    if paper.withdrawn:
        yield "withdrawn"
    if authors := safe(short_authors(paper.authors), FACT):
        yield authors
    if paper.categories:
        yield safe(", ".join(paper.categories[:MOST_CATEGORIES]), FACT)
    if paper.votes:
        yield f"▲ {short_number(paper.votes)}"
    if paper.sources:
        named = (SOURCE_NAMES.get(source, source) for source in paper.sources[:MOST_SOURCES])
        yield safe(", ".join(named), FACT)
    if code and paper.code_url:
        yield code_label(paper)
    if venue := safe(paper.venue, FACT):
        yield venue


def matched_line(pick: Pick, safe: Safe) -> str:
    """Why a paper is here, in the words it was found by; "" when nothing was asked for."""
    hits = dict.fromkeys(safe(hit, FACT) for why in pick.why for hit in why.hits)
    shown = [hit for hit in hits if hit][:MOST_HITS]
    return f"Matched {', '.join(shown)}" if shown else ""
