"""`digest` beside a bot, before one, and as a trial."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.app import lock
from bot.app.lock import is_running, run_lock, sending_lock
from bot.storage import Store
from jobs.deliver import Sender


def dump(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "papers.db") as db:
        lines = list(db.iterdump())
    db.close()
    return lines


@pytest.mark.parametrize("asked", [(), ("knitting",), ("--since", "2026-01-01")])
def test_a_trial_run_changes_nothing_in_the_database(loaded, folder: Path, asked: tuple[str, ...]) -> None:
    before = dump(folder)
    assert loaded("digest", *asked, "--dry-run").code == 0
    assert dump(folder) == before


def test_a_digest_is_sent_under_the_lock_of_a_bot(loaded, folder: Path, monkeypatch) -> None:
    states, drain = [], Sender.drain_all_of

    async def watched(sender, lane_id):
        descriptor = lock._opened(lock.lock_path(folder / "papers.db"))
        assert not lock._locked(descriptor, lock.fcntl.LOCK_EX)
        lock.os.close(descriptor)
        states.append(is_running(folder / "papers.db"))
        return await drain(sender, lane_id)

    monkeypatch.setattr(Sender, "drain_all_of", watched)
    assert loaded("digest", "knitting", "--since", "2026-01-01").code == 0
    assert states == [False], "it is no bot that runs"


def test_it_waits_for_no_lease_of_a_process_that_was_killed(loaded, folder: Path) -> None:
    async def left_behind() -> None:
        async with await Store.open(f"sqlite:///{folder / 'papers.db'}") as store:
            assert await store.take_lane("console:local", owner="killed", seconds=10**6)

    assert loaded("digest", "knitting", "--since", "2026-01-01").code == 0
    asyncio.run(left_behind())
    assert loaded("digest", "crochet", "--since", "2026-01-01").code == 0
    rows = loaded("deliveries", "list", "--json").json["deliveries"]
    assert [row["status"] for row in rows] == ["sent", "sent"]


def test_beside_a_running_bot_it_is_printed_here_and_left_to_the_bot(loaded, folder: Path) -> None:
    with run_lock(folder / "papers.db"):
        done = loaded("digest", "knitting", "--since", "2026-01-01")
    assert "papers for this terminal" in done.out
    assert "The running bot delivers it" in done.err
    (delivery,) = loaded("deliveries", "list", "--json").json["deliveries"]
    assert delivery["status"] == "pending"
    again = loaded("digest", "knitting", "--since", "2026-01-01", "--dry-run", "--json").json
    assert again["shown"] == 0, "what was shown is not shown again"


async def test_a_bot_that_starts_waits_until_the_digest_is_sent(tmp_path: Path) -> None:
    database, order, sending = tmp_path / "papers.db", [], threading.Event()

    def start() -> None:
        sending.wait()
        with run_lock(database):
            order.append("the bot runs")

    starting = asyncio.create_task(asyncio.to_thread(start))
    with sending_lock(database) as alone:
        assert alone
        sending.set()
        await asyncio.sleep(0)
        order.append("the digest is sent")
    await starting
    assert order == ["the digest is sent", "the bot runs"]


def test_looking_whether_a_bot_runs_stops_none_from_starting(tmp_path: Path) -> None:
    database = tmp_path / "papers.db"
    with run_lock(database):
        pass
    looking = lock._opened(lock.lock_path(database))
    assert lock._locked(looking, lock.fcntl.LOCK_SH)
    threading.Timer(0.1, lock.os.close, [looking]).start()
    with run_lock(database):
        assert is_running(database)
