"""A digest on the terminal: a calm front page, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from .console_document import Document, Entry, Section
from .console_sheet import BLANK, DOT, Block, Ends, Items, Line, Rule, line, words

INDENT = 4


def front_page(made: Document, *, more: str) -> Iterator[Block]:
    """The whole digest; `more` is what to type for the papers behind "N more"."""
    yield Rule(heavy=True)
    yield Ends(left=Text("Paper Round", style="bold"), right=words(f"{made.heading}{DOT}{made.zone}"))
    yield line(made.lead, "dim")
    yield Rule(heavy=True)
    yield from notes(made.notes)
    for section in made.sections:
        yield BLANK
        yield from _section(section)
    if made.more:
        yield BLANK
        yield line(f"{made.more} more: {more}")
    yield BLANK


def entry_blocks(one: Entry) -> Iterator[Block]:
    """One paper: number, title, summary, and two quiet lines."""
    yield Line(text=words(one.title, "bold", link=one.url), indent=INDENT, mark=str(one.number))
    if one.summary:
        yield line(one.summary, indent=INDENT)
    if one.meta:
        yield Items(parts=one.meta, style="dim", indent=INDENT)
    if one.matched:
        yield line(f"matched: {', '.join(one.matched)}", "dim italic", indent=INDENT)


def notes(lines: tuple[str, ...]) -> Iterator[Block]:
    """Honest lines about what is missing or late."""
    for one in lines:
        yield line(one, "yellow", indent=2, mark="*")


def _section(section: Section) -> Iterator[Block]:
    yield Rule(label=section.title)
    for one in section.entries:
        yield BLANK
        yield from entry_blocks(one)
