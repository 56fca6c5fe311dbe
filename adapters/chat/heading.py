"""What stands at the head of a digest, in the same words on every chat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.commands.replies import Action
from bot.commands.wording import count, long_date
from bot.domain.digest import Digest

SAMPLE = "Sample edition: these papers are invented, to show what a digest looks like."


def how_many(digest: Digest) -> str:
    """As "3 of 14 matches"."""
    matches = "1 match" if digest.matched == 1 else f"{digest.matched:,} matches"
    return matches if digest.shown == digest.matched else f"{digest.shown:,} of {matches}"


def delays(digest: Digest) -> Iterator[str]:
    """What of it is late, or comes later."""
    if digest.late:
        yield "late"
    if digest.combined:
        yield f"with {count(len(digest.combined), 'earlier day')}"
    if digest.deferred:
        yield waiting(digest)


def waiting(digest: Digest) -> str:
    """How many papers come with a later digest."""
    number = len(digest.deferred)
    return f"{number:,} {'waits' if number == 1 else 'wait'} for a late source"


def short_day(day: date) -> str:
    """As "Fri 20 Nov": the year is the one people live in."""
    return long_date(day).rpartition(" ")[0]


def onward_actions(digest: Digest) -> tuple[Action, ...]:
    """What can be done with a digest as a whole."""
    more = Action(f"{len(digest.folded):,} more", "more", {"date": digest.day.isoformat()})
    others = (Action("Settings", "settings"), Action("Today's full list", "today"))
    return (more, *others) if digest.folded else others
