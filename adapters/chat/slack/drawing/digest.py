"""A digest as Slack messages: headlines in the channel, abstracts in the thread of that message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.chat.heading import SAMPLE, delays, how_many, onward_actions, short_day, waiting
from bot.commands.wording import count
from bot.domain.digest import Digest, Group

from . import limits
from .actions import row
from .blocks import DOT, Block, Message, context, divider, header, paragraph, section
from .entries import UNTITLED, entry_blocks
from .packing import WHOLE, Piece, packed
from .text import escaped, safe, seen
from .thread import abstracts

NAME = 100  # characters of a destination's name, so that the date after it is seen
NOTE, NOTES = 300, 1500  # characters of one note, and of all
QUERY = 300
TITLE = 200  # characters of one title among many in the top-level text
TEXT = limits.FALLBACK_TEXT - 100  # room for "(repeated after a restart)"
BELOW = WHOLE.beside([context(["Abstracts 1000 to 1000"])])  # a message of the thread names its numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One message, the papers whose headlines it shows, and where it goes."""

    message: Message
    papers: tuple[int, ...]
    in_thread: bool


def digest_messages(digest: Digest, *, footer: bool = True) -> tuple[Drawn, ...]:
    """The whole digest, the message of the channel first; without its buttons where they lead nowhere."""
    if not digest.shown:
        return (_nothing(digest),)
    ends = row(onward_actions(digest)) if footer else []
    top = _top(digest)
    room = WHOLE.beside([*top, _onward(1, digest.shown), *ends])
    opening, *others = packed(_headlines(digest), room, BELOW)
    parent = _parent(digest, top, opening, ends)
    further = [_further(digest, pieces) for pieces in others]
    return (parent, *further, *_thread(digest))


def _parent(digest: Digest, top: list[Block], pieces: Sequence[Piece], ends: list[Block]) -> Drawn:
    onward = [_onward(len(pieces) + 1, digest.shown)] if len(pieces) < digest.shown else []
    titles = _titles(pick.paper.title for pick in digest.picks)
    return _drawn(f"{_opening(digest)}: {titles}", [*top, *_blocks(pieces), *onward, *ends], pieces)


def _further(digest: Digest, pieces: Sequence[Piece]) -> Drawn:
    """Headlines that the message of the channel had no room for."""
    numbers = _numbers("Paper", pieces)
    text = f"{numbers} of {digest.shown} for {_name(digest)}: {_titles(piece.title for piece in pieces)}"
    return _drawn(text, [context([numbers]), *_blocks(pieces)], pieces, in_thread=True)


def _thread(digest: Digest) -> Iterator[Drawn]:
    """The abstracts; of these messages none is the one that shows a paper."""
    for pieces in packed(abstracts(digest.picks), BELOW, BELOW):
        if pieces:
            numbers = _numbers("Abstract", pieces)
            titles = _titles(dict.fromkeys(piece.title for piece in pieces))
            text = f"{numbers} for {_name(digest)}: {titles}"
            yield _drawn(text, [context([numbers]), *_blocks(pieces)], pieces, in_thread=True)


def _nothing(digest: Digest) -> Drawn:
    """An empty day, in one line; said only where somebody asked for it."""
    text = f"No new papers for {_name(digest)} · {short_day(digest.day)}"
    later = [context([waiting(digest)])] if digest.deferred else []
    return _drawn(f"{text}.", [section(text), *later, *_notes(digest)], ())


def _drawn(text: str, blocks: Sequence[Block], pieces: Sequence[Piece], *, in_thread: bool = False) -> Drawn:
    return Drawn(
        message=Message(text=escaped(text, TEXT), blocks=tuple(blocks)),
        papers=tuple(piece.paper for piece in pieces if piece.paper is not None),
        in_thread=in_thread,
    )


def _blocks(pieces: Iterable[Piece]) -> list[Block]:
    return [block for piece in pieces for block in piece.blocks]


def _headlines(digest: Digest) -> Iterator[Piece]:
    """One piece for each paper; the first of a group has the group's query above it."""
    number = 0
    for group in digest.groups:
        for at, pick in enumerate(group.picks):
            number += 1
            above = _heading(group, is_first=number == 1) if at == 0 and len(digest.groups) > 1 else []
            blocks = (*above, *entry_blocks(pick, number, menu=not digest.sample))
            yield Piece(blocks=blocks, number=number, title=pick.paper.title, paper=pick.paper.id)


def _heading(group: Group, *, is_first: bool) -> list[Block]:
    """The query in small, under a line; the first group stands under the head of the digest."""
    return [*([] if is_first else [divider()]), context([safe(group.title, QUERY)])]


def _top(digest: Digest) -> list[Block]:
    heading = header(f"Papers for {_name(digest)} · {short_day(digest.day)}")
    return [heading, context([DOT.join(_lead(digest))]), *_notes(digest)]


def _lead(digest: Digest) -> Iterator[str]:
    """How much there is, and when it was due."""
    yield how_many(digest)
    yield f"{digest.at} {digest.tz}".strip()
    yield from delays(digest)


def _notes(digest: Digest) -> list[Block]:
    """What a reader should know, a line each."""
    said = [safe(note, NOTE) for note in (*([SAMPLE] if digest.sample else []), *digest.notes)]
    return [context([paragraph(said, NOTES)])] if any(said) else []


def _onward(first: int, last: int) -> Block:
    which = f"Papers {first} to {last} are" if first < last else f"Paper {last} is"
    return context([f"{which} in the thread."])


def _opening(digest: Digest) -> str:
    sample = "Sample edition, " if digest.sample else ""
    late = ", late" if digest.late else ""
    return f"{sample}{count(digest.shown, 'paper')} for {_name(digest)}{late}"


def _name(digest: Digest) -> str:
    return seen(digest.destination, NAME) or "this channel"


def _titles(titles: Iterable[str]) -> str:
    return "; ".join(seen(title, TITLE) or UNTITLED for title in titles)


def _numbers(noun: str, pieces: Sequence[Piece]) -> str:
    first, last = pieces[0].number, pieces[-1].number
    return f"{noun} {first}" if first == last else f"{noun}s {first} to {last}"
