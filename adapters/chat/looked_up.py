"""What "Look up papers" of a message answers, on every chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.replies import Notice, PaperCard, PaperList, Reply, Tone
from bot.commands.wording import count
from bot.domain.digest import Pick

from .mentions import Reference

MOST = 5  # papers told of
NONE = Notice(
    kind=Tone.INFO,
    what="That message speaks of no paper.",
    fix="An arXiv id, a DOI or a link to a paper is what can be looked up.",
)


def told(replies: Sequence[tuple[Reference, Reply]]) -> Reply:
    """One answer about the papers of a message: what was asked about each, and what came of it."""
    known = [reply for _, reply in replies if isinstance(reply, PaperCard)]
    unknown = sum(one.certain and not isinstance(reply, PaperCard) for one, reply in replies)
    return _told(list({card.paper.id: card for card in known}.values()), unknown)


def _told(cards: list[PaperCard], unknown: int) -> Reply:
    if not cards:
        return _nothing(unknown)
    if len(cards) == 1 and not unknown:
        return cards[0]
    left_out = len(cards) - MOST
    return PaperList(
        title="Papers of this message",
        papers=tuple(Pick(paper=card.paper, why=(), score=0.0) for card in cards[:MOST]),
        total=len(cards),
        notes=tuple(
            filter(
                None,
                (
                    f"{count(unknown, 'more paper')} of this message nobody here knows." if unknown else "",
                    f"{count(left_out, 'more paper')} of this message left out." if left_out > 0 else "",
                ),
            )
        ),
    )


def _nothing(unknown: int) -> Notice:
    if not unknown:
        return NONE
    papers = "a paper" if unknown == 1 else f"{unknown} papers"
    return Notice(
        kind=Tone.INFO,
        what=f"That message speaks of {papers}, of which nothing is stored here.",
        fix="What a source lists can be looked up: Hugging Face, arXiv, and the feeds followed here.",
    )
