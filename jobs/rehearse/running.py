"""A rehearsal from its wish to its report."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bot.errors import UserError
from bot.storage.store import Store
from bot.testing.clock import FakeClock

from . import checks
from .book import Book
from .cast import Member, gather_own, invite
from .course import TAIL, Course, Progress
from .death import Inline
from .press import WORDS, Printed, print_papers
from .report import Report
from .stage import Stage, by_lane
from .weather import forecast
from .wish import Wish

MADE = 8  # destinations, when nobody says how many and the database has none
PER_DAY = 10  # papers of a weekday
EARLIER = 3  # days before the start on which there were papers, too


async def rehearse(
    wish: Wish, *, live: Store | None = None, progress: Progress = lambda _done, _all: None
) -> Report:
    """Rehearse on a scratch copy of `live`, or on destinations of its own; raises UserError for an impossible wish."""
    with tempfile.TemporaryDirectory(prefix="paperround-rehearsal-") as folder:
        database = Path(folder) / "rehearsal.db"
        chance = Random(wish.seed)  # noqa: S311 - the same rehearsal for the same seed
        if live is not None and wish.destinations is None:
            await live.backup(database)
        members = await _members(database, wish, chance)
        book = Book()
        with book.listening():
            return await _rehearsed(wish, database, members, chance, progress, book)


async def _rehearsed(
    wish: Wish,
    database: Path,
    members: Sequence[Member],
    chance: Random,
    progress: Progress,
    book: Book,
) -> Report:
    asyncio.get_running_loop().set_default_executor(Inline())
    began, cpu_began = time.monotonic(), time.process_time()
    clock = FakeClock(wish.begins)
    stage = Stage((one.address.platform for one in members), clock, faults=wish.faults, chance=chance)
    for platform in stage.platforms.values():
        by_lane(platform, {one.address.channel: one.address.workspace for one in members})
    papers = print_papers(
        chance, wish.start - timedelta(days=EARLIER), wish.days + EARLIER, per_day=PER_DAY, words=WORDS
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
    evidence = await checks.gather(
        process.store,
        stage=stage,
        book=book,
        members=members,
        papers=papers,
        begins=wish.begins,
        ends=wish.begins + timedelta(seconds=wish.seconds),
        kills=course.reaper.killed.total(),
    )
    await process.stop()
    await process.bury()
    findings = [*checks.check(evidence), checks.logged_finding(evidence, course.newsroom.failed)]
    return _report(
        wish, course, evidence, findings, (time.monotonic() - began, time.process_time() - cpu_began)
    )


def _report(
    wish: Wish,
    course: Course,
    evidence: checks.Evidence,
    findings: Sequence[checks.Finding],
    took: tuple[float, float],
) -> Report:
    states = Counter(slot.state.value for slots in evidence.slots.values() for slot in slots)
    states["set aside by a restore"] = checks.restored_slots(evidence)
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


async def _members(database: Path, wish: Wish, chance: Random) -> tuple[Member, ...]:
    async with await Store.open(f"sqlite:///{database}", durable=False) as store:
        own = () if wish.destinations is not None else await gather_own(store, now=wish.begins)
        members = own or await invite(store, wish.destinations or MADE, now=wish.begins, chance=chance)
    if not members:
        raise UserError("There is nobody to rehearse for.", fix="For example: --destinations 8")
    return members


def _by_day(papers: Sequence[Printed]) -> Mapping[date, Sequence[Printed]]:
    found: dict[date, list[Printed]] = {}
    for one in papers:
        found.setdefault(one.day, []).append(one)
    return found
