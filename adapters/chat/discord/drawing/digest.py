"""A digest as Discord messages: headlines in the channel, ten to a message, and abstracts in the thread of the first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from adapters.chat.heading import SAMPLE, delays, how_many, onward_actions, short_day, waiting
from bot.domain.digest import Digest, Group
from bot.domain.schedule import zone
from bot.errors import ConfigError

from . import limits
from .abstracts import abstracts
from .cards import paper_menu, pick_embed
from .embeds import DOT, Json, Message, coloured, distinct_urls
from .packing import Piece, packed
from .rows import buttons
from .text import escaped, escaped_lines, safe, seen

NAME = 100  # characters of a destination's name, so that the date after it is seen
NOTE, NOTES = 300, 1200  # characters of one note, and of all
QUERY = 250
TOPIC = re.compile(r"topic ([^:]+):")  # as a reason begins: bot.domain.explaining


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One message, the papers whose headlines it shows, and where it goes."""

    message: Message
    papers: tuple[int, ...]
    in_thread: bool


def digest_messages(digest: Digest, *, footer: bool = True) -> tuple[Drawn, ...]:
    """The whole digest, the message that opens it first; without its buttons where they lead nowhere."""
    if not digest.shown:
        return (_nothing(digest),)
    opening, *others = packed(_headlines(digest))
    ends = buttons(onward_actions(digest)) if footer else []
    further = (_further(digest, pieces, "Paper", in_thread=False) for pieces in others)
    thread = (
        _further(digest, pieces, "Abstract", in_thread=True) for pieces in packed(abstracts(digest.groups))
    )
    return (_drawn(digest, _opening(digest), opening, ends), *further, *thread)


def title_of_digest(digest: Digest) -> str:
    """What its thread, or its post in a forum, is called."""
    return f"Papers{DOT}{short_day(digest.day)}"


def topics_of(digest: Digest) -> tuple[str, ...]:
    """The topics its papers were found by, the most frequent first: a post in a forum takes five tags."""
    hits = (hit for pick in digest.picks for why in pick.why for hit in why.hits)
    found = Counter(safe(match[1], limits.THREAD_NAME) for match in map(TOPIC.match, hits) if match)
    return tuple(name for name, _ in found.most_common() if name)


def _nothing(digest: Digest) -> Drawn:
    """An empty day, in one line; said only where somebody asked for it."""
    said = [f"No new papers for {_name(digest)}{DOT}{short_day(digest.day)}."]
    later = [waiting(digest)] if digest.deferred else []
    return _drawn(digest, _lines([*said, *later, _notes(digest)]), (), [])


def _further(digest: Digest, pieces: Sequence[Piece], noun: str, *, in_thread: bool) -> Drawn:
    """What the message before it had no room for."""
    first, last = pieces[0].number, pieces[-1].number
    numbers = f"{noun} {first}" if first == last else f"{noun}s {first} to {last}"
    return _drawn(digest, f"**{numbers} of {digest.shown}**", pieces, [], in_thread=in_thread)


def _drawn(
    digest: Digest, content: str, pieces: Sequence[Piece], ends: Sequence[Json], *, in_thread: bool = False
) -> Drawn:
    """A message with a menu of its papers; nothing can be done with those of a sample."""
    numbers = [] if digest.sample else dict.fromkeys(piece.number for piece in pieces)
    chosen = paper_menu((number, digest.picks[number - 1].paper) for number in numbers)
    embeds = distinct_urls(piece.embed for piece in pieces)
    return Drawn(
        message=Message(content=content, embeds=tuple(embeds), components=(*chosen, *ends)),
        papers=tuple(piece.paper for piece in pieces if piece.paper is not None),
        in_thread=in_thread,
    )


def _headlines(digest: Digest) -> Iterator[Piece]:
    """One piece for each paper; the first of a group has the group's query above it."""
    number = 0
    for which, group in enumerate(digest.groups):
        for at, pick in enumerate(group.picks):
            number += 1
            drawn = coloured(pick_embed(pick, number), which)
            above = _heading(group) if at == 0 and len(digest.groups) > 1 else {}
            yield Piece(embed={**drawn, **above}, number=number, paper=pick.paper.id)


def _heading(group: Group) -> Json:
    query = seen(group.title, QUERY)
    return {"author": {"name": query}} if query else {}


def _opening(digest: Digest) -> str:
    """For whom, when, how many and what to know: the first line is what a notification shows."""
    facts = (escaped(short_day(digest.day)), how_many(digest), _moment(digest), *delays(digest))
    lead = DOT.join(fact for fact in (f"**Papers for {_name(digest)}**", *facts) if fact)
    return _lines([lead, _notes(digest)])


def _moment(digest: Digest) -> str:
    """When it was due, on the clock of whoever reads it; as it was set where that is no time."""
    try:
        at = datetime.combine(digest.day, time.fromisoformat(digest.at), zone(digest.tz))
        return f"<t:{int(at.timestamp())}:t>"
    except (ConfigError, ValueError, OverflowError):
        return escaped(f"{digest.at} {digest.tz}", NAME) if digest.at else ""


def _notes(digest: Digest) -> str:
    """What a reader should know, a line each."""
    notes = (safe(note, NOTE) for note in (*([SAMPLE] if digest.sample else []), *digest.notes))
    return escaped_lines((note for note in notes if seen(note)), NOTES)


def _name(digest: Digest) -> str:
    return escaped(seen(digest.destination, NAME) or "this channel")


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)
