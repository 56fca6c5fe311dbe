"""Lines, rules and the way they wrap: what the console is drawn with. Text is never read as mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

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


Block: TypeAlias = Line | Rule | Ends
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
            console.print(row, soft_wrap=True, highlight=False, markup=False, emoji=False)


def width(console: Console) -> int:
    """How wide text may run there."""
    return max(NARROWEST, min(console.width, READABLE))


def _rows(block: Block, console: Console, wide: int) -> Iterator[Text]:
    match block:
        case Rule():
            yield _rule(block, wide)
        case Ends():
            yield from _ends(block, wide)
        case Line():
            yield from _paragraph(block, console, wide)


def _paragraph(block: Line, console: Console, wide: int) -> Iterator[Text]:
    room = max(NARROWEST, wide - block.indent)
    rows = (
        list(block.text.wrap(console, room)) if block.wrap else list(block.text.split("\n", allow_blank=True))
    )
    for number, row in enumerate(rows or [Text()]):
        row.rstrip()
        mark = block.mark if number == 0 else ""
        lead = f"{mark:>{block.indent - 1}} " if block.indent > 1 and mark else mark or " " * block.indent
        yield Text(lead if row.plain or mark else "", style=block.mark_style).append_text(row)


def _rule(block: Rule, wide: int) -> Text:
    stroke = "━" if block.heavy else "─"
    if not block.label:
        return Text(stroke * wide, style="dim")
    label = words(block.label, "bold")
    label.truncate(wide - 4, overflow="ellipsis")
    left = max(0, wide - label.cell_len - 1)
    return label.append(f" {stroke * left}", style="not bold dim")


def _ends(block: Ends, wide: int) -> Iterator[Text]:
    gap = wide - block.left.cell_len - block.right.cell_len
    if gap < 2:
        yield from (block.left, block.right)
        return
    yield Text.assemble(block.left, " " * gap, block.right)
