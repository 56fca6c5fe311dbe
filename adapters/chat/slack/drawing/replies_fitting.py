"""An answer as messages: at most four, each within Slack's limits, and what does not fit is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.commands.wording import count

from . import limits
from .blocks import NOTHING, Block, Json, Message, bullets, size
from .replies_pieces import SENTENCE, lines, parted, sentence
from .text import escaped

MOST_MESSAGES = 4  # of the five uses of a response_url
TEXT = 3000  # characters of the sentence for notifications and screen readers
VIEW_TEXT = 30_000  # ours, for a modal or App Home: Slack names no limit


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that stay together, and how many of what is counted they show."""

    blocks: Sequence[Block]
    items: int = 0


@dataclass(slots=True)
class _Page:
    room: int  # in characters
    most: int  # in blocks
    blocks: list[Block] = field(default_factory=list)
    used: int = 0

    def takes(self, blocks: Sequence[Block]) -> bool:
        """Whether they fit, and are here now."""
        fits = len(self.blocks) + len(blocks) <= self.most and self.used + size(blocks) <= self.room
        if fits:
            self.blocks += blocks
            self.used += size(blocks)
        return fits


def group(*blocks: Block, items: int = 0) -> Group:
    """Blocks that stay together."""
    return Group(blocks, items)


def singly(blocks: Iterable[Block]) -> Iterator[Group]:
    """Blocks that need not stay together."""
    return (Group((block,)) for block in blocks)


def stacked(rows: Iterable[Sequence[Json]]) -> Iterator[Group]:
    """Lines, as many to a block as one takes."""
    return (Group((lines(chunk),)) for chunk in parted(rows))


def itemised(rows: Iterable[Sequence[Json]]) -> Iterator[Group]:
    """A list, as much of it to a block as one takes."""
    return (Group((bullets(chunk),), len(chunk)) for chunk in parted(rows))


def no_room(missing: int, noun: str) -> str:
    """What is said of what did not fit."""
    more = f"... and {count(missing, noun)} more" if missing else "There is more"
    return f"{more}, for which there is no room here."


def messages(
    groups: Iterable[Group],
    *,
    text: str,
    foot: Sequence[Block] = (),
    noun: str = "line",
    left: Callable[[int, str], str] = no_room,
) -> tuple[Message, ...]:
    """The groups in order, the foot under the last message; `left` tells how many `noun`s found no room."""
    pages, missing = _paged([one for one in groups if one.blocks], foot)
    if missing:
        pages[-1].blocks.append(sentence(left(sum(one.items for one in missing), noun)))
    pages[-1].blocks += foot
    return tuple(_message(page, text, number, len(pages)) for number, page in enumerate(pages, 1))


def within(groups: Sequence[Group], most: int, left: str) -> list[Block]:
    """The groups that fit into so many blocks, and a line about those that do not."""
    page = _Page(room=VIEW_TEXT, most=most - 1)
    taken = next((at for at, one in enumerate(groups) if not page.takes(one.blocks)), len(groups))
    return [*page.blocks, sentence(left)] if taken < len(groups) else page.blocks


def _paged(groups: Sequence[Group], foot: Sequence[Block]) -> tuple[list[_Page], Sequence[Group]]:
    """The pages, and the groups for which there was no room on them."""
    pages = [_fresh(foot)]
    for number, one in enumerate(groups):
        if pages[-1].takes(one.blocks):
            continue
        following = _fresh(foot)
        if len(pages) == MOST_MESSAGES or not following.takes(one.blocks):
            return pages, groups[number:]
        pages.append(following)
    return pages, ()


def _fresh(foot: Sequence[Block]) -> _Page:
    """An empty page with room for the foot and for the line about what is left."""
    room = limits.MESSAGE_TEXT - size(foot) - SENTENCE
    return _Page(room=room, most=limits.MOST_BLOCKS - len(foot) - 1)


def _message(page: _Page, text: str, number: int, pages: int) -> Message:
    part = f"Part {number} of {pages}. " if number > 1 else ""
    said = escaped(f"{part}{text}", TEXT) or NOTHING
    return Message(text=said, blocks=tuple(page.blocks))
