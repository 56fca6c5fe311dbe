"""A rehearsal from its wish to its report."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bot.storage.store import Store
from bot.testing.clock import FakeClock

from . import checks
from .book import Book
from .cast import Member, by_words, invite
from .course import TAIL, Course, Progress
from .death import Inline, unnoticed
from .evidence import Evidence, Finding, gather, restored_slots
from .own import copy_live, gather_own, phrases_of, wanted
from .press import WORDS, Printed, print_papers
from .report import Report
from .stage import Stage, by_lane
from .weather import forecast
from .wish import Wish

MADE = 8  # destinations, when nobody says how many and the database has none
PER_DAY = 10  # papers of a weekday
COLLECTED_EVERY = 50_000  # objects
EARLIER = 3  # days before the start on which there were papers, too


async def rehearse(wish: Wish, *, live: str = "", progress: Progress = lambda _done, _all: None) -> Report:
    """Rehearse on a scratch copy of the database at a URL, or on destinations of its own.

    It makes its own when the wish says how many, and where the database is empty. The live one is only read.
    """
    with tempfile.TemporaryDirectory(prefix="paperround-rehearsal-") as folder:
        database = Path(folder) / "rehearsal.db"
        chance = Random(wish.seed)  # noqa: S311 - the same rehearsal for the same seed
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Inline())
        loop.set_exception_handler(unnoticed)
        book = Book()
        with book.listening(), seldom_collected():
            cast = await _cast(database, wish, live, chance)
            return await _rehearsed(wish, database, cast, chance, progress, book)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage less often: a year makes much of it, and all of it short-lived."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Whom is rehearsed for, and what papers speak of."""

    members: tuple[Member, ...]
    words: tuple[str, ...] = WORDS
    is_own: bool = False  # the operator's


async def _cast(database: Path, wish: Wish, live: str, chance: Random) -> Cast:
    if wish.destinations is None and live:
        await copy_live(live, database)
    async with await Store.open(f"sqlite:///{database}", durable=False) as store:
        own = await gather_own(store, now=wish.begins)
        if own:
            return Cast(members=own, words=await phrases_of(store, own) or WORDS, is_own=True)
        made = await invite(store, wish.destinations or MADE, now=wish.begins, chance=chance)
        return Cast(members=made)


async def _rehearsed(
    wish: Wish,
    database: Path,
    cast: Cast,
    chance: Random,
    progress: Progress,
    book: Book,
) -> Report:
    began, cpu_began = time.monotonic(), time.process_time()
    clock, members = FakeClock(wish.begins), cast.members
    stage = Stage(
        (one.address.platform for one in members),
        clock,
        faults=wish.faults,
        chance=chance,
        plain_slack=cast.is_own,
    )
    for platform in stage.platforms.values():
        by_lane(platform, {one.address.channel: one.address.workspace for one in members})
    papers = print_papers(
        chance, wish.start - timedelta(days=EARLIER), wish.days + EARLIER, per_day=PER_DAY, words=cast.words
    )
    course = Course(
        wish=wish,
        database=database,
        clock=clock,
        stage=stage,
        weather=forecast(wish, chance, tail=TAIL),
        members=members,
        papers=_by_day(papers),
        chance=chance,
        progress=progress,
        book=book,
    )
    process = await course.run()
    evidence = await gather(
        process.store,
        stage=stage,
        book=book,
        members=members,
        papers=papers,
        wanted=await wanted(process.store, members) if cast.is_own else by_words(members, papers),
        begins=wish.begins,
        ends=wish.begins + timedelta(seconds=wish.seconds),
        kills=course.reaper.killed.total(),
    )
    await process.stop()
    await process.bury()
    findings = [
        *checks.check(evidence),
        checks.logged_finding(evidence, course.newsroom.failed),
        checks.unforeseen_finding(evidence),
    ]
    return _report(
        wish, course, evidence, findings, (time.monotonic() - began, time.process_time() - cpu_began)
    )


def _report(
    wish: Wish,
    course: Course,
    evidence: Evidence,
    findings: Sequence[Finding],
    took: tuple[float, float],
) -> Report:
    states = Counter(slot.state.value for slots in evidence.slots.values() for slot in slots)
    states["set aside by a restore"] = restored_slots(evidence)
    return Report(
        wish=wish,
        findings=findings,
        destinations=len(evidence.members),
        slots=dict(sorted(states.items())),
        messages=sum(len(platform.messages) for platform in evidence.stage.platforms.values()),
        kills={point.value: count for point, count in course.reaper.killed.items()},
        faults=_faults(course),
        person=dict(course.person.did),
        seconds=took[0],
        cpu_seconds=took[1],
    )


def _faults(course: Course) -> dict[str, int]:
    """What went wrong, by what it was."""
    refused = sum(platform.refused for platform in course.stage.platforms.values())
    return {
        **dict(sorted(course.stage.raised.items())),
        "connections refused": refused,
        "sources that did not answer": course.newsroom.failed,
        "calls refused by the store": course.busy.refused,
        "clocks set": course.steps,
        "naps": course.naps,
        "restores": len(course.book.restores),
        "starts": course.starts,
    }


def _by_day(papers: Sequence[Printed]) -> Mapping[date, Sequence[Printed]]:
    found: dict[date, list[Printed]] = {}
    for one in papers:
        found.setdefault(one.day, []).append(one)
    return found
