"""The calendar of a rehearsal: what goes wrong when, drawn beforehand from its seed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, cycle, islice
from random import Random

from jobs.crash import CrashPoint

from .wish import Wish

HOUR = 3600.0
DAY = 24 * HOUR
NAPS = (HOUR, 5 * HOUR, 30 * HOUR, 9 * DAY)  # how long machines sleep
STEPS = (-26 * HOUR, -2 * HOUR, 2 * HOUR, 26 * HOUR)  # how wrong a clock may be
CALM_END = 0.9  # the last tenth brings no new clocks, naps or outages
RARE = 0.05  # the share of faults the figures below are for


class What(StrEnum):
    """What happens beside the bot's own day."""

    INGEST = "ingest"
    PATROL = "patrol"  # a person looks after what waits for one
    TIDY = "tidy"
    KILL = "kill"
    ANYWHERE = "anywhere"  # kills that still wait for a rare point strike at any
    BACKUP = "backup"
    RESTORE = "restore"
    STEP = "step"  # the clock is set wrong, by `amount` seconds
    STEP_BACK = "step back"  # and right again
    NAP = "nap"  # the machine sleeps for `amount` seconds
    OUTAGE = "outage"  # a platform is down for `amount` seconds
    GONE = "gone"  # a channel is archived for `amount` seconds
    BACK = "back"
    DRY = "dry"  # a source is down for `amount` seconds
    BUSY = "busy"  # the store refuses the next `amount` calls


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happens at a moment, in true seconds since the start."""

    at: float
    what: What
    amount: float = 0.0
    point: CrashPoint | None = None
    where: str = ""


class Weather:
    """Events in order; more may be added on the way."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._turn = count()
        self._queue = [(event.at, next(self._turn), event) for event in events]
        heapq.heapify(self._queue)

    @property
    def next_at(self) -> float:
        """When the next one happens."""
        return self._queue[0][0] if self._queue else float("inf")

    def due(self, elapsed: float) -> Iterator[Event]:
        """What happens by now, in order."""
        while self._queue and self._queue[0][0] <= elapsed:
            yield heapq.heappop(self._queue)[2]

    def add(self, event: Event) -> None:
        """Have something happen later."""
        heapq.heappush(self._queue, (event.at, next(self._turn), event))

    def clear_of(self, *kinds: What) -> None:
        """Have no more of these."""
        self._queue = [one for one in self._queue if one[2].what not in kinds]
        heapq.heapify(self._queue)


def forecast(wish: Wish, chance: Random, *, tail: float) -> Weather:
    """Draw the calendar of a wish; routine goes on through the tail, troubles do not."""
    return Weather(
        [
            *_routine(wish.seconds + tail, chance),
            *_kills(wish, chance),
            *_restores(wish, chance),
            *_troubles(wish, chance),
        ]
    )


def _routine(seconds: float, chance: Random) -> Iterator[Event]:
    first = chance.uniform(60, 8 * HOUR)
    for what, every in ((What.INGEST, 8 * HOUR), (What.PATROL, 8 * HOUR), (What.TIDY, DAY)):
        at = first
        while at < seconds:
            yield Event(at=at, what=what)
            at += every
    yield Event(at=1.0, what=What.INGEST)


def _kills(wish: Wish, chance: Random) -> Iterator[Event]:
    points = list(CrashPoint)
    chance.shuffle(points)
    for point in islice(cycle(points), wish.kills):
        yield Event(at=chance.uniform(0.02, 0.85) * wish.seconds, what=What.KILL, point=point)
    yield Event(at=0.86 * wish.seconds, what=What.ANYWHERE)


def _restores(wish: Wish, chance: Random) -> Iterator[Event]:
    """Each in a stretch of its own: a backup, and hours or days later it is put back."""
    for number in range(wish.restores):
        stretch = wish.seconds * CALM_END / wish.restores
        made = number * stretch + chance.uniform(0.2, 0.5) * stretch
        later = min(chance.uniform(2 * HOUR, 2 * DAY), 0.3 * stretch)
        yield Event(at=made, what=What.BACKUP)
        yield Event(at=made + later, what=What.RESTORE)


def _troubles(wish: Wish, chance: Random) -> Iterator[Event]:
    if not wish.faults:
        return
    often = wish.faults / RARE
    for what, every, amounts in _KINDS:
        for at in _moments(chance, wish.seconds * CALM_END, every / often):
            yield Event(at=at, what=what, amount=chance.choice(amounts))
    # A week's sleep is rare: papers are only looked for so far back.
    yield from _naps(wish, chance, often)


_KINDS: tuple[tuple[What, float, Sequence[float]], ...] = (
    (What.STEP, 40 * DAY, STEPS),
    (What.OUTAGE, 40 * DAY, (0.2 * HOUR, 0.2 * HOUR, HOUR, HOUR, 2 * HOUR, 2 * HOUR, 6 * HOUR, 30 * HOUR)),
    (What.GONE, 8 * DAY, (2 * HOUR, 9 * HOUR, 30 * HOUR, 60 * HOUR)),
    (What.DRY, 6 * DAY, (3 * HOUR, 12 * HOUR, DAY)),
    (What.BUSY, 1 * DAY, (1, 2, 5, 12)),
)


def _naps(wish: Wish, chance: Random, often: float) -> Iterator[Event]:
    longest = -60 * DAY
    for at in _moments(chance, wish.seconds * CALM_END, 15 * DAY / often):
        nap = chance.choice(NAPS)
        if nap > DAY and (at - longest < 30 * DAY or wish.days < 30):
            nap = NAPS[0]
        longest = at if nap > DAY else longest
        yield Event(at=at, what=What.NAP, amount=nap)


def _moments(chance: Random, until: float, every: float) -> Iterator[float]:
    at = chance.expovariate(1 / every)
    while at < until:
        yield at
        at += chance.expovariate(1 / every)
