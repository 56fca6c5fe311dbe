"""Answers about papers: lists, one paper, why it came, how it is cited, and a digest looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from textwrap import wrap

from adapters.chat.facts import card_facts, page_line
from adapters.chat.pieces import chunks
from bot.commands.replies import (
    Action,
    Actions,
    Citation,
    DigestView,
    PaperCard,
    PaperList,
    Reason,
    WhyView,
)
from bot.commands.wording import count
from bot.domain.paper import Paper

from .actions import row
from .blocks import Block, Json, Message, linked, preformatted, words
from .digest import digest_messages
from .entries import entry_blocks, facts, mutes, title_of
from .replies_fitting import Group, group, itemised, messages, singly, stacked
from .replies_pieces import (
    SENTENCE,
    TITLE,
    dotted,
    heading,
    lines,
    named,
    sentence,
    sentences,
)
from .text import safe

AUTHORS = 1000  # characters
ABSTRACT = 2500  # characters of one block; a long abstract takes two
MOST_ABSTRACT = 6000
CITED = 2800  # characters of one block to be copied


def paper_list(reply: PaperList) -> tuple[Message, ...]:
    """One page of papers, each with its menu, and the buttons to the pages beside it."""
    numbered = enumerate(reply.papers, reply.first)
    entries = [Group(entry_blocks(pick, number), 1) for number, pick in numbered]
    where = page_line(reply) if reply.papers else ""
    foot = [*([dotted(where)] if where else []), *sentences(reply.hint), *row(reply.actions)]
    titles = "; ".join(
        f"{number}. {pick.paper.title}" for number, pick in enumerate(reply.papers, reply.first)
    )
    return messages(
        [group(heading(reply.title)), *singly(sentences(*reply.notes)), *entries],
        text=" ".join(filter(None, [f"{reply.title}.", where and f"{where}.", titles, reply.hint])),
        foot=foot,
        noun="paper",
    )


def paper_card(reply: PaperCard) -> tuple[Message, ...]:
    """All that is known of a paper, and what can be done with it."""
    paper = reply.paper
    head = [lines(_titled(paper)), *([dotted(known)] if (known := facts(replace(paper, authors=()))) else [])]
    return messages(
        [
            group(*head),
            *singly(_summary(paper)),
            *singly(_abstract(paper)),
            *stacked(named(*fact) for fact in card_facts(reply)),
        ],
        text=f"{paper.title}. {paper.summary}",
        foot=row((*reply.actions, *_offered(paper))),
    )


def why_view(reply: WhyView) -> tuple[Message, ...]:
    """What became of a paper here, and what each subscription makes of it."""
    head = [lines([[linked(title_of(reply.paper), reply.paper.url, bold=True)]]), sentence(reply.what)]
    return messages(
        [group(*head), *itemised(_reason(one) for one in reply.reasons)],
        text=f"{reply.paper.title}: {reply.what}",
        foot=row((*reply.actions, Action("Similar", "similar", {"paper": str(reply.paper.id)}))),
        noun="subscription",
    )


def citation(reply: Citation) -> tuple[Message, ...]:
    """A citation in each of its forms, ready to be copied."""
    forms = (("BibTeX", reply.bibtex), ("RIS", reply.ris), ("CSL-JSON", reply.csl))
    return messages(
        [group(sentence(f"How to cite {reply.paper.title}", TITLE, bold=True)), *_forms(forms)],
        text=f"How to cite {reply.paper.title}, as BibTeX, RIS and CSL-JSON.",
        foot=row([Action("Similar", "similar", {"paper": str(reply.paper.id)})]),
        left=lambda _missing, _noun: "This is cut: the citation is longer than Slack takes.",
    )


def digest_view(reply: DigestView) -> tuple[Message, ...]:
    """A digest as it stands in its channel, with a title on top; its thread is only told of."""
    drawn = digest_messages(reply.digest, footer=False)
    shown = [one.message for one in drawn if not one.in_thread] or [drawn[0].message]
    thread = "The abstracts come in its thread." if len(drawn) > len(shown) else ""
    blocks = singly(block for message in shown for block in message.blocks)
    return messages(
        [group(sentence(reply.title, bold=True), *sentences(thread)), *blocks],
        text=f"{reply.title}. {_first_line(reply)}",
        foot=row(reply.actions, "view"),
    )


def _titled(paper: Paper) -> Iterator[list[Json]]:
    yield [linked(title_of(paper), paper.url, bold=True)]
    if paper.authors:
        yield [words(_authors(paper.authors))]


def _authors(authors: tuple[str, ...]) -> str:
    """All of them, or as many as one can read, and how many more there are."""
    names: list[str] = []
    for author in (safe(one, 100) for one in authors):
        if len(", ".join([*names, author])) > AUTHORS:
            return f"{', '.join(names)} and {len(authors) - len(names):,} more"
        names.append(author)
    return ", ".join(names)


def _summary(paper: Paper) -> list[Block]:
    told = paper.summary_by != "abstract"  # else the abstract below says it in full
    return [sentence(paper.summary, italic=True)] if paper.summary and told else []


def _abstract(paper: Paper) -> Iterator[Block]:
    text = safe(paper.abstract, MOST_ABSTRACT)
    for number, piece in enumerate(wrap(text, ABSTRACT)):
        head = [[words("Abstract", bold=True)]] if not number else []
        yield lines([*head, [words(piece)]])


def _offered(paper: Paper) -> Actions:
    """What can be done with a paper that the command did not offer."""
    return (*mutes(paper, "Mute"), Action("Not for us", "dismiss", {"paper": str(paper.id)}, danger=True))


def _reason(one: Reason) -> list[Json]:
    made = "matched " + ", ".join(one.hits) if one.hits else "does not match"
    return [
        words(f"{one.subscription.id} ", bold=True),
        words(one.subscription.query, limit=SENTENCE, code=True),
        words(f": {safe(made, SENTENCE)}"),
    ]


def _forms(forms: Iterable[tuple[str, str]]) -> Iterator[Group]:
    for name, text in forms:
        for number, piece in enumerate(chunks(text, CITED)):
            yield group(*([] if number else [sentence(name, bold=True)]), preformatted(piece))


def _first_line(reply: DigestView) -> str:
    shown = "; ".join(pick.paper.title for pick in reply.digest.picks)
    return f"{count(reply.digest.matched, 'paper')} for {reply.digest.destination}: {shown}"
