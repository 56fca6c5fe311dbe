"""One paper as an embed: one of many in a list, or all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from adapters.chat.facts import card_facts, code_label, matched_line, paper_facts
from bot.commands.replies import Action, Actions, PaperCard
from bot.domain.digest import Pick
from bot.domain.paper import Paper
from bot.domain.summary import SUMMARY_LIMIT

from . import limits
from .buttons import PAPER
from .embeds import DOT, Json, Message, embed, field, option, row, select, size
from .kept import Kept
from .replies_pieces import linked
from .rows import buttons, links
from .text import escaped, link, safe, seen

UNTITLED = "Untitled"
# Of a paper in a list, more and more tightly: characters of its title, of what it says, and of what is known of it.
TIGHTER = ((200, SUMMARY_LIMIT, 400), (160, 200, 250), (120, 140, 160), (90, 90, 90))
AUTHORS, NAME = 500, 100  # characters of all authors, and of one
SUMMARY = 600
ABSTRACT = 2300  # characters, with the escapes; the whole card stays within Discord's 6,000
FACT = 140  # characters of one fact; there are a dozen


def pick_embeds(picks: Sequence[Pick], first: int = 1) -> list[Json]:
    """Papers of a list; each ten of them fit into one message, so that turning its page replaces all of it."""
    return [
        card
        for start in range(0, len(picks), limits.EMBEDS)
        for card in _fitting(picks[start : start + limits.EMBEDS], first + start)
    ]


def pick_embed(pick: Pick, number: int, level: int = 0) -> Json:
    """A paper of a list: its numbered title, what it says, where its code is, and small what is known of it."""
    title, summary, known = TIGHTER[level]
    paper = pick.paper
    leads = level < len(TIGHTER) - 1 and bool(link(paper.code_url))
    facts = [DOT.join(paper_facts(paper, safe, code=not leads)), matched_line(pick, safe)]
    body = [escaped(paper.summary, 2 * summary if level == 0 else summary), _code(paper) if leads else ""]
    return embed(
        title=f"{number}. {title_of(paper, title)}",
        url=paper.url,
        description="\n".join(line for line in body if line),
        footer=safe(DOT.join(line for line in facts if line), known),
    )


def paper_card(reply: PaperCard, kept: Kept | None = None) -> tuple[Message, ...]:
    """All that is known of a paper, and what can be done with it."""
    paper = reply.paper
    opened = links(("Code", link(paper.code_url)), ("Project", link(paper.project_url)))
    held = {one["url"] for one in opened}
    card = embed(
        title=title_of(paper, limits.EMBED_TITLE // 2),
        url=paper.url,
        description="\n\n".join(_told(paper)),
        fields=[
            field(
                f"{name[:1].upper()}{name[1:]}",
                linked(value, url, FACT) if url else escaped(value, FACT),
                inline=True,
            )
            for name, value, url in card_facts(reply)
            if link(url) not in held
        ],
        footer=DOT.join(paper_facts(replace(paper, authors=()), safe)),
    )
    actions = (*reply.actions, *offered(paper))
    return (Message(content="", embeds=(card,), components=tuple(buttons(actions, kept, links=opened))),)


def paper_menu(numbered: Iterable[tuple[int, Paper]], name: str = "") -> list[Json]:
    """Papers to choose one of, whose card is then shown with all that can be done; none when there are none."""
    lines = [
        option(
            f"{number}. {title_of(paper, limits.OPTION_LABEL)}",
            str(paper.id),
            description=DOT.join(paper_facts(paper, safe)),
        )
        for number, paper in numbered
    ]
    return [row([select(f"{PAPER}|{name}", lines)])] if lines else []


def title_of(paper: Paper, limit: int) -> str:
    """A title that can be seen, whatever it is made of."""
    return seen(paper.title, limit) or UNTITLED


def offered(paper: Paper) -> Actions:
    """What can be done with a paper that the command did not offer."""
    return (*mutes(paper), Action("Not for us", "dismiss", {"paper": str(paper.id)}, danger=True))


def mutes(paper: Paper) -> Iterator[Action]:
    """Muting goes by the exact name; one that cannot be shown as it is cannot be meant."""
    first = next(iter(paper.authors), "")
    if first and first == safe(first):
        yield Action(f"Mute {first}", "mute", {"author": first})


def _fitting(picks: Sequence[Pick], first: int) -> list[Json]:
    """At most ten papers, told as fully as one message has room for."""
    drawn: list[Json] = []
    for level in range(len(TIGHTER)):
        drawn = [pick_embed(pick, number, level) for number, pick in enumerate(picks, first)]
        if size(drawn) <= limits.EMBED_TEXT:
            break
    return drawn


def _told(paper: Paper) -> Iterator[str]:
    """Who wrote it, its summary, its abstract; a summary out of the abstract says nothing beside it."""
    if paper.authors:
        yield escaped(_authors(paper.authors), AUTHORS * 2)
    summary = escaped(paper.summary, SUMMARY)
    if summary and (paper.summary_by != "abstract" or not paper.abstract):
        yield f"*{summary}*"
    if abstract := escaped(paper.abstract, ABSTRACT):
        yield f"**Abstract**\n{abstract}"


def _authors(authors: tuple[str, ...]) -> str:
    """All of them, or as many as one can read, and how many more there are."""
    names: list[str] = []
    for author in (safe(one, NAME) for one in authors):
        if len(", ".join([*names, author])) > AUTHORS:
            return f"{', '.join(names)} and {len(authors) - len(names):,} more"
        names.append(author)
    return ", ".join(names)


def _code(paper: Paper) -> str:
    return linked(code_label(paper), paper.code_url) if link(paper.code_url) else ""
