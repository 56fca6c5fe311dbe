"""The shortcut "Look up papers" of a message: whatever it speaks of, told to whoever asked."""

from __future__ import annotations

from bot.commands.parsing import Call
from bot.commands.replies import Notice, PaperCard, PaperList, Reply, Tone
from bot.commands.wording import count
from bot.domain.digest import Pick

from .acts import Act
from .mentions import papers_in

MOST = 5  # papers told of
NONE = Notice(
    kind=Tone.INFO,
    what="That message speaks of no paper.",
    fix="An arXiv id, a DOI or a link to a paper is what can be looked up.",
)


async def looked_up(act: Act) -> None:
    """Find the papers of a message, and show what is known of each."""
    message = act.body.get("message")
    references = papers_in(message if isinstance(message, dict) else {})
    replies = [(one, await act.ask(Call("show", {"paper": one.text}))) for one in references]
    known = [reply for _, reply in replies if isinstance(reply, PaperCard)]
    unknown = sum(one.certain and not isinstance(reply, PaperCard) for one, reply in replies)
    await act.reply(_told(list({card.paper.id: card for card in known}.values()), unknown))


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
