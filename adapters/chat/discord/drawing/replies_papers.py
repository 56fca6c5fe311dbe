"""Answers about papers: lists, why one came, how it is cited, and a digest looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.chat.facts import page_line
from adapters.chat.pieces import chunks
from bot.commands.replies import Action, Citation, DigestView, PaperList, Reason, WhyView
from bot.commands.wording import count
from bot.domain.paper import Paper

from . import limits
from .cards import paper_menu, pick_embeds, title_of
from .digest import digest_messages
from .embeds import Message
from .kept import Kept
from .replies_fitting import MOST_MESSAGES, Group, messages
from .replies_pieces import block, bold, bullet, code, linked, small, told
from .rows import buttons
from .text import escaped, safe, units

CITED = 1800  # characters of one block to be copied
HEAD = 200  # characters of each line above a list
MOST_NOTES = 5


def paper_list(reply: PaperList, kept: Kept | None = None) -> tuple[Message, ...]:
    """One page of papers, a menu of them, and the buttons to the pages beside it."""
    where = page_line(reply) if reply.papers else ""
    head = [
        bold(reply.title, HEAD),
        *(told(one, HEAD) for one in reply.notes[:MOST_NOTES]),
        told(reply.hint, HEAD),
        small(escaped(where)),
    ]
    return messages(
        [Group(card=card, items=1) for card in pick_embeds(reply.papers, reply.first)],
        content="\n".join(line for line in head if line),
        components=[*paper_menu(_numbered(reply)), *buttons(reply.actions, kept, most=4)],
        noun="paper",
    )


def _numbered(reply: PaperList) -> Iterator[tuple[int, Paper]]:
    return enumerate((one.paper for one in reply.papers), reply.first)


def why_view(reply: WhyView, kept: Kept | None = None) -> tuple[Message, ...]:
    """What became of a paper here, and what each subscription makes of it."""
    paper = reply.paper
    title = linked(title_of(paper, HEAD), paper.url)
    return messages(
        [
            Group((f"**{title}**", told(reply.what))),
            *(Group((bullet(_reason(one)),), None, 1) for one in reply.reasons),
        ],
        components=buttons([*reply.actions, _similar(reply.paper.id)], kept),
        noun="subscription",
    )


def citation(reply: Citation, kept: Kept | None = None) -> tuple[Message, ...]:
    """A citation in each of its forms, ready to be copied."""
    forms = (("BibTeX", reply.bibtex), ("RIS", reply.ris), ("CSL-JSON", reply.csl))
    return messages(
        _forms(forms),
        title=f"How to cite {safe(reply.paper.title, HEAD)}",
        components=buttons([_similar(reply.paper.id)], kept),
        left=lambda _missing, _noun: "This is cut: the citation is longer than Discord takes.",
    )


def digest_view(reply: DigestView, kept: Kept | None = None) -> tuple[Message, ...]:
    """A digest as it stands in its channel, with a title on top; its thread is only told of."""
    drawn = digest_messages(reply.digest, footer=False)
    shown = [one for one in drawn if not one.in_thread]
    left = sum(len(one.papers) for one in shown[MOST_MESSAGES:])
    said = [
        "The abstracts come in its thread." if len(drawn) > len(shown) else "",
        f"... and {count(left, 'paper')} more, for which there is no room here." if left else "",
    ]
    head = [bold(reply.title, HEAD), *(small(one) for one in said)]
    *before, last = (one.message for one in shown[:MOST_MESSAGES])
    ends = [*last.components, *buttons(reply.actions, kept, most=4)]
    first, *rest = (*before, replace(last, components=tuple(ends)))
    return (replace(first, content=_below(head, first.content)), *rest)


def _below(head: Iterable[str], content: str) -> str:
    """Lines over what a message says already, and no more of that than there is room for."""
    whole = [line for line in head if line]
    for line in content.splitlines():
        if units("\n".join([*whole, line])) <= limits.CONTENT:
            whole.append(line)
    return "\n".join(whole)


def _similar(paper: int) -> Action:
    return Action("Similar", "similar", {"paper": str(paper)})


def _reason(one: Reason) -> str:
    made = "matched " + ", ".join(one.hits) if one.hits else "does not match"
    return f"{bold(str(one.subscription.id))} {code(one.subscription.query, 400)}: {escaped(made, 800)}"


def _forms(forms: Iterable[tuple[str, str]]) -> Iterator[Group]:
    for name, text in forms:
        for number, piece in enumerate(chunks(text, CITED)):
            yield Group(("" if number else bold(name), block(piece, CITED + HEAD)))
