"""Lines, rules and the way they wrap: what the console is drawn with. Text is never read as mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

# Longer lines than this tire the eye: https://www.w3.org/TR/WCAG21/#visual-presentation
READABLE = 100
NARROWEST = 20
# Terminals obey these: controls (ESC, BEL, C1), and marks that turn the order of letters round (Unicode TR 36).
HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A paragraph; `mark` hangs in its indent, and `wrap=False` keeps its own line breaks."""

    text: Text
    indent: int = 0
    mark: str = ""
    mark_style: str = "dim"
    column: bool = False  # the mark stands at the left, as the first of two columns
    wrap: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A line across, with a label at its left."""

    label: str = ""
    heavy: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ends:
    """Two texts at the two ends of a line, below each other where it is too narrow."""

    left: Text
    right: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """Short texts with dots between; a line breaks between two, seldom within one."""

    parts: tuple[str, ...]
    style: str = ""
    indent: int = 0


Block: TypeAlias = Line | Rule | Ends | Items
DOT = " · "
BLANK = Line(text=Text())


def safe(text: str) -> str:
    """One line of text that cannot move the cursor, ring or turn round: for anything from outside."""
    return " ".join(HOSTILE.sub(" ", text).split())


def words(text: str, style: str = "", *, link: str = "") -> Text:
    """Text from outside, literally; `link` is followed only when it leads to the web."""
    made = Text(safe(text), style=style, overflow="fold")
    if link.startswith(("https://", "http://")) and not HOSTILE.search(link):
        made.stylize(f"link {link.replace(' ', '%20')}")
    return made


def line(text: str, style: str = "", *, indent: int = 0, mark: str = "") -> Line:
    """A paragraph of plain words."""
    return Line(text=words(text, style), indent=indent, mark=mark)


def draw(console: Console, blocks: Iterable[Block]) -> None:
    """Print blocks at the console's width."""
    for block in blocks:
        for row in _rows(block, console, width(console)):
            row.rstrip()
            console.print(row, soft_wrap=True, highlight=False, markup=False, emoji=False)


def width(console: Console) -> int:
    """How wide text may run there."""
    return max(NARROWEST, min(console.width, READABLE))


def _rows(block: Block, console: Console, wide: int) -> Iterator[Text]:
    match block:
        case Rule():
            yield _rule(block, wide)
        case Ends():
            yield from _ends(block, console, wide)
        case Items():
            for row in _filled(block, wide - block.indent):
                yield from _paragraph(line(row, block.style, indent=block.indent), console, wide)
        case Line():
            yield from _paragraph(block, console, wide)


def _paragraph(block: Line, console: Console, wide: int) -> Iterator[Text]:
    room = max(NARROWEST // 2, wide - block.indent)
    rows = (
        list(block.text.wrap(console, room)) if block.wrap else list(block.text.split("\n", allow_blank=True))
    )
    mark = block.mark
    if block.column and cell_len(mark) >= block.indent:
        yield Text(mark, style=block.mark_style)
        mark = ""
    for row in rows or [Text()]:
        lead = mark.ljust(block.indent) if block.column else _hung(mark, block.indent)
        yield Text().append(lead, style=block.mark_style).append_text(row)
        mark = ""


def _hung(mark: str, indent: int) -> str:
    """A mark at the right end of the indent."""
    return f"{mark:>{indent - 1}} " if mark and indent > 1 else mark or " " * indent


def _rule(block: Rule, wide: int) -> Text:
    stroke = "━" if block.heavy else "─"
    if not block.label:
        return Text(stroke * wide, style="dim")
    label = words(block.label, "bold")
    label.truncate(wide - 4, overflow="ellipsis")
    left = max(0, wide - label.cell_len - 1)
    return label.append(f" {stroke * left}", style="not bold dim")


def _filled(block: Items, room: int) -> Iterator[str]:
    """As many items a line as fit; the dot stays with the one before it."""
    row = ""
    for part in map(safe, block.parts):
        longer = f"{row}{DOT}{part}" if row else part
        if row and cell_len(longer) + len(DOT.rstrip()) > room:
            yield row + DOT.rstrip()
            longer = part
        row = longer
    if row:
        yield row


def _ends(block: Ends, console: Console, wide: int) -> Iterator[Text]:
    gap = wide - block.left.cell_len - block.right.cell_len
    if gap < 2:
        yield from (*block.left.wrap(console, wide), *block.right.wrap(console, wide))
        return
    yield Text.assemble(block.left, " " * gap, block.right)
