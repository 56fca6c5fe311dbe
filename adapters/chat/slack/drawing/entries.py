"""One paper of a digest or a list: its linked title, what it says with a menu at its right, and small what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.chat.facts import code_label, matched_line, paper_facts
from bot.commands.replies import Action
from bot.domain.digest import Pick
from bot.domain.paper import Paper
from bot.domain.summary import SUMMARY_LIMIT

from .actions import MENU, option_of
from .blocks import DOT, Block, Json, context, linked, overflow, paragraph, rich, section, words
from .text import link, safe, seen

TITLE = 300
UNTITLED = "Untitled"


def entry_blocks(pick: Pick, number: int, *, menu: bool = True) -> list[Block]:
    """The two or three blocks of one paper; without its menu where nothing can be done with it."""
    known = [facts(pick.paper, code=not link(pick.paper.code_url)), matched(pick)]
    summary = safe(pick.paper.summary, SUMMARY_LIMIT)
    body = section(
        paragraph([summary] if summary else known),
        accessory=_dots(pick.paper, number) if menu else None,
        name=f"paper:{number}",
    )
    return [
        headline(pick.paper, number),
        body,
        *([context([paragraph(known)])] if summary and any(known) else []),
    ]


def headline(paper: Paper, number: int) -> Block:
    """The numbered title, linked, and its code, linked."""
    return rich(*titled(paper, number), *_code(paper))


def titled(paper: Paper, number: int) -> list[Json]:
    """The numbered title, bold and linked where the paper has an address."""
    return [words(f"{number}. ", bold=True), linked(title_of(paper), paper.url, bold=True)]


def title_of(paper: Paper) -> str:
    """A title that can be seen, whatever it is made of."""
    return seen(paper.title, TITLE) or UNTITLED


def facts(paper: Paper, *, code: bool = True) -> str:
    """Who, what, how wanted, from where: each in a few characters; `code=False` where the code is linked beside it."""
    return DOT.join(paper_facts(paper, safe, code=code))


def matched(pick: Pick) -> str:
    """Why it is here, in the words it was found by; "" when nothing was asked for."""
    return matched_line(pick, safe)


def _code(paper: Paper) -> list[Json]:
    if not link(paper.code_url):
        return []
    return [words(DOT), linked(code_label(paper), paper.code_url)]


def _dots(paper: Paper, number: int) -> Json | None:
    options = _menu(paper)
    return overflow(f"{MENU}:{number}", options) if options else None


def _menu(paper: Paper) -> list[Json]:
    """What can be done with a paper.

    Slack takes five lines (https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element), and there
    are six things to do: "Similar" is a button of the paper's card, of why it came and of how it is cited.
    """
    given = {"paper": str(paper.id)}
    lines = [Action("Save", "save", given), Action("Why", "why", given), Action("Cite", "cite", given)]
    lines += [*mutes(paper, "Mute author"), Action("Not for us", "dismiss", given)]
    return [made for made in map(option_of, lines) if made]


def mutes(paper: Paper, label: str) -> Iterator[Action]:
    """Muting goes by the exact name; one that cannot be shown as it is cannot be meant."""
    first = next(iter(paper.authors), "")
    if first and first == safe(first):
        yield Action(f"{label} {first}", "mute", {"author": first})
