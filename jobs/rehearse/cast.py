"""Who gets digests in a rehearsal: destinations in odd zones, at odd hours, on every platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from bot.domain.query import parse
from bot.domain.schedule import next_due
from bot.domain.subscription import ALL_DAYS, WEEKDAYS, Address, Destination, Schedule
from bot.storage.store import Store

from .press import WORDS, Printed

# Both hemispheres, offsets of half and three quarter hours, and clock changes of an hour and of half of one.
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Chatham",
    "America/Nuuk",
    "America/St_Johns",
    "Africa/Casablanca",
    "Australia/Adelaide",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
)
EARLY = 6  # so many destinations ask for an odd hour, the rest for a popular one
POPULAR = time(9)
ODD = (
    time(2, 30),
    time(0),
    time(23, 30),
    time(2),
    time(17, 45),
)  # some of them clocks jump over or show twice
DAYS = (ALL_DAYS, ALL_DAYS, WEEKDAYS, frozenset({0, 2, 4}))
HOMES = (
    ("slack", "T1"),
    ("discord", "G1"),
    ("slack-plain", "T2"),
    ("discord", "G1"),
    ("slack", "T3"),
    ("email", "M1"),
    ("slack-plain", "T4"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A destination of the rehearsal, and the words its papers are known by."""

    destination: Destination
    words: frozenset[str]

    @property
    def address(self) -> Address:
        """Where it is."""
        return self.destination.address


async def invite(store: Store, count: int, *, now: datetime, chance: Random) -> tuple[Member, ...]:
    """Make so many destinations, each with a query of one to three words."""
    return tuple([await _member(store, number, now, chance) for number in range(count)])


async def _member(store: Store, number: int, now: datetime, chance: Random) -> Member:
    platform, workspace = HOMES[number % len(HOMES)]
    schedule = Schedule(
        at=chance.choice(ODD) if number < EARLY else POPULAR,
        tz=ZONES[number % len(ZONES)],
        days=chance.choice(DAYS),
    )
    words = chance.sample(WORDS, k=chance.choice((1, 1, 2, 3)))
    address = Address(platform=platform, workspace=workspace, channel=f"{workspace}/C{number:03d}")
    made = await store.ensure_destination(
        address, name=f"#room-{number}", schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )
    query = parse(" OR ".join(words)).canonical
    await store.subscribe(made.id, query, created_by=f"person-{number % 9}", now=now)
    changed = await store.update_destination(
        made.id, max_papers=chance.choice((3, 6, 10)), note_empty=chance.random() < 0.2
    )
    return Member(destination=changed, words=frozenset(words))


def by_words(members: Sequence[Member], papers: Sequence[Printed]) -> dict[int, frozenset[int]]:
    """The numbers of the papers that speak of a word each member asked for."""
    return {
        member.destination.id: frozenset(
            paper.number for paper in papers if not member.words.isdisjoint(paper.words)
        )
        for member in members
    }
