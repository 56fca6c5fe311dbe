"""The rehearsal keeps its promises, and finds what breaks them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest

import jobs.overdue
from bot.domain.digest import Digest
from bot.domain.schedule import next_due
from bot.domain.subscription import Schedule
from bot.ports import NotFound
from bot.testing.platforms import FakePlatform, FakeSlack
from jobs.crash import CrashPoint
from jobs.rehearse import Report, Wish, rehearse
from jobs.rehearse.death import Killed, unnoticed

START = date(2026, 3, 1)
YEAR = {
    "start": date(2026, 1, 1),
    "days": 365,
    "destinations": 50,
    "faults": 0.05,
    "kills": 300,
    "restores": 2,
}


def broken(report: Report) -> set[str]:
    return {finding.name for finding in report.findings if not finding.is_kept}


async def short(**changes: Any) -> Report:
    given = {"start": START, "days": 4, "destinations": 4, "seed": 1}
    return await rehearse(Wish(**(given | changes)))


async def test_ten_days_of_faults_and_kills_break_no_promise() -> None:
    report = await short(days=10, destinations=8, faults=0.1, kills=20, restores=1)
    assert broken(report) == set()
    assert sum(report.kills.values()) == 20
    assert set(report.kills) <= {point.value for point in CrashPoint}
    assert report.messages > 20
    assert report.faults["starts"] >= 21
    assert all(finding.checked for finding in report.findings)


@pytest.mark.slow
async def test_the_same_seed_brings_the_same_troubles() -> None:
    first, second = [await short(faults=0.1, kills=5, seed=7) for _ in range(2)]
    for one in ("slots", "messages", "kills", "faults", "person"):
        assert getattr(first, one) == getattr(second, one), one


async def test_a_platform_that_drops_messages_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    accept, turn = FakePlatform.accept, count()

    def drops(self: FakePlatform, taken: Any, tick: float) -> str:
        return "into the void" if next(turn) % 4 == 0 else accept(self, taken, tick)

    monkeypatch.setattr(FakePlatform, "accept", drops)
    found = broken(await short())
    assert "what stands in the channel is what was frozen" in found
    assert "no paper lost" in found


@pytest.mark.slow
async def test_a_history_that_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSlack, "look_up", lambda *_arguments: NotFound())
    report = await short(days=8, destinations=12, faults=0.3, kills=40)
    assert "no message repeated without a mark" in broken(report)


async def test_a_schedule_that_skips_a_day_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def skips(schedule: Schedule, after: datetime) -> tuple[date, datetime]:
        day, at = next_due(schedule, after)
        return next_due(schedule, at) if day.day == 3 else (day, at)

    monkeypatch.setattr(jobs.overdue, "next_due", skips)
    assert "every date asked for has its slot" in broken(await short())


async def test_a_sender_that_does_not_wait_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    send = FakePlatform.send

    async def hasty(self: FakePlatform, part: Any, *, key: str) -> Any:
        for _ in range(60):
            self._log(part.channel)  # requests that bring nothing
        return await send(self, part, key=key)

    monkeypatch.setattr(FakePlatform, "send", hasty)
    assert "no platform's rate exceeded" in broken(await short())


async def test_a_digest_that_miscounts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Digest, "matched", property(lambda self: self.shown + len(self.folded) + 1))
    assert broken(await short(days=2)) == {"shown + folded + deferred = matched"}


async def test_a_job_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("jobs.rehearse.process.prune", breaks)
    report = await short(days=2)
    assert broken(report) == {"nothing failed in a way nobody foresaw"}
    assert "planted" in report.findings[-1].examples[0]


def line(report: Report) -> str:
    slots = sum(number for state, number in report.slots.items() if " " not in state)
    kills = " ".join(f"{point}={number}" for point, number in sorted(report.kills.items()))
    return (
        f"seed {report.wish.seed}: {report.seconds:.0f} s ({report.cpu_seconds:.0f} s CPU), {slots} slots, "
        f"{report.messages} messages, kills {sum(report.kills.values())} ({kills}), faults {report.faults}, "
        f"broken {sorted(broken(report))}"
    )


async def year(seed: int, say: Callable[[str], None]) -> None:
    report = await rehearse(Wish(**YEAR, seed=seed))
    say(line(report))
    assert broken(report) == set()
    assert sum(report.kills.values()) == 300
    assert {point.value for point in CrashPoint} == set(report.kills)
    assert report.faults["restores"] >= 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_year_of_everything_breaks_no_promise(seed: int) -> None:
    await year(seed, print)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 21))
async def test_twenty_years_of_everything_break_no_promise(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def aloud(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    await year(seed, aloud)


async def test_that_a_task_died_with_its_process_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    unnoticed(loop, {"message": "Task exception was never retrieved", "exception": Killed()})
    assert caplog.records == []
    unnoticed(loop, {"message": "Task exception was never retrieved", "exception": ValueError("a bug")})
    assert [record.levelname for record in caplog.records] == ["ERROR"]
