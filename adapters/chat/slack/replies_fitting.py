"""An answer as messages: at most four, each within Slack's limits, and what does not fit is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from . import limits
from .blocks import Block, Message, size
from .replies_pieces import SENTENCE, sentence
from .text import escaped

MOST_MESSAGES = 4  # of the five uses of a response_url
TEXT = 3000  # characters of the sentence for notifications and screen readers
VIEW_TEXT = 30_000  # ours, for a modal or App Home: Slack names no limit
Group: TypeAlias = "Sequence[Block]"  # blocks that stay together


@dataclass(slots=True)
class _Page:
    room: int  # in characters
    most: int  # in blocks
    blocks: list[Block] = field(default_factory=list)
    used: int = 0

    def takes(self, group: Group) -> bool:
        fits = len(self.blocks) + len(group) <= self.most and self.used + size(group) <= self.room
        if fits:
            self.blocks += group
            self.used += size(group)
        return fits


def messages(
    groups: Iterable[Group],
    *,
    text: str,
    foot: Group = (),
    left: Callable[[int], str] = lambda count: f"... and {count} more, for which there is no room here.",
) -> tuple[Message, ...]:
    """The groups in order, the foot under the last message; `left` tells how many found no room."""
    pages, missing = _paged([group for group in groups if group], foot)
    if missing:
        pages[-1].blocks.append(sentence(left(missing)))
    pages[-1].blocks += foot
    return tuple(_message(page, text, number, len(pages)) for number, page in enumerate(pages, 1))


def within(groups: Sequence[Group], most: int, left: Callable[[int], str]) -> list[Block]:
    """The groups that fit into so many blocks, and a line about those that do not."""
    page = _Page(room=VIEW_TEXT, most=most - 1)
    taken = next((number for number, group in enumerate(groups) if not page.takes(group)), len(groups))
    missing = len(groups) - taken
    return [*page.blocks, sentence(left(missing))] if missing else page.blocks


def _paged(groups: Sequence[Group], foot: Group) -> tuple[list[_Page], int]:
    pages = [_fresh(foot)]
    for number, group in enumerate(groups):
        if pages[-1].takes(group):
            continue
        if len(pages) == MOST_MESSAGES:
            return pages, len(groups) - number
        pages.append(_fresh(foot))
        if not pages[-1].takes(group):
            return pages, len(groups) - number
    return pages, 0


def _fresh(foot: Group) -> _Page:
    """An empty page with room for the foot and for the line about what is left."""
    return _Page(room=limits.MESSAGE_TEXT - size(foot) - SENTENCE, most=limits.MOST_BLOCKS - len(foot) - 1)


def _message(page: _Page, text: str, number: int, count: int) -> Message:
    part = f" (part {number} of {count})" if number > 1 else ""
    return Message(text=escaped(f"{text}{part}", TEXT), blocks=tuple(page.blocks))
