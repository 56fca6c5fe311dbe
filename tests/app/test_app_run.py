"""`run`: what a terminal sees on its first day and on later ones."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from adapters.chat.console import HERE
from bot.app.lock import is_running, lock_path, run_lock
from bot.app.opening import FIRST_TOPICS
from bot.app.run import run
from bot.domain.delivery import SlotState
from bot.domain.topics import Topics
from bot.errors import ConfigError


async def test_the_first_run_follows_a_few_topics_and_prints_at_once(installation) -> None:
    installation.source.lists(1, 2, 3)
    code, out = await installation.once()
    assert code == 0
    assert "Mon 1 Jun 2026 · Europe/Berlin" in out
    assert "3 papers for this terminal" in out
    assert "RLHF and preference optimization ─" in out
    assert "Hugging Face: 3 listings, the newest of 2026-06-01" in installation.said
    assert installation.said[-1] == "Next digest: Tue 2 Jun 2026, 09:00 Europe/Berlin."


async def test_todays_slot_is_taken_under_todays_date_before_its_hour(installation) -> None:
    installation.source.lists(1, 2)
    await installation.once()
    async with await installation.store() as store:
        destination = await store.destination(HERE)
        (slot,) = await store.slots(destination.id)
        assert (slot.slot_key, slot.state) == ("2026-06-01", SlotState.SENT)
        assert destination.next_due_at == datetime(2026, 6, 2, 7, 0, tzinfo=UTC)


async def test_a_second_run_of_the_day_shows_the_same_page_and_sends_nothing(installation) -> None:
    installation.source.lists(1, 2)
    _, first = await installation.once()
    installation.source.lists(1, 2, 3)
    installation.clock.advance(timedelta(hours=2))
    code, second = await installation.once()
    assert (code, second) == (0, first)
    assert installation.said[-1] == "Sent 08:00. Next digest: Tue 2 Jun 2026, 09:00 Europe/Berlin."
    async with await installation.store() as store:
        assert (await store.counts())["papers"] == 3
        assert len(await store.deliveries()) == 1


async def test_the_next_day_brings_only_what_is_new(installation) -> None:
    installation.source.lists(1, 2)
    await installation.once()
    installation.clock.advance(timedelta(days=1))
    installation.source.lists(1, 2, 3, day=installation.clock.now().date())
    _, out = await installation.once()
    assert "1 paper for this terminal" in out
    assert "Part 3" in out


async def test_a_day_with_nothing_new_says_so_and_keeps_its_slot(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    installation.clock.advance(timedelta(hours=22))  # 06:00 of the next day
    code, out = await installation.once()
    assert (code, out) == (0, "")
    assert installation.said[-1].startswith(
        "Nothing new for this terminal yet. Next digest: Tue 2 Jun 2026, 09:00"
    )


async def test_with_nothing_reached_and_nothing_stored_the_sample_is_shown_and_not_kept(installation) -> None:
    installation.source.fails()
    code, out = await installation.once()
    assert code == 0
    assert "Sample edition" in out
    assert "Hugging Face: It did not answer. Check the network." in installation.said
    async with await installation.store() as store:
        assert (await store.counts())["papers"] == 0
        assert await store.deliveries() == ()


async def test_after_the_sample_the_first_real_digest_comes_the_same_day(installation) -> None:
    installation.source.fails()
    await installation.once()
    installation.source.lists(1)
    _, out = await installation.once()
    assert "Sample edition" not in out
    assert "1 paper for this terminal" in out


async def test_with_every_source_failing_a_filled_store_exits_5_and_still_shows_today(installation) -> None:
    installation.source.lists(1)
    _, first = await installation.once()
    installation.source.fails()
    assert await installation.once() == (5, first)


async def test_a_source_that_breaks_is_one_line(installation) -> None:
    installation.source.error = RuntimeError("boom")
    code, _ = await installation.once()
    assert code == 0
    (line,) = [line for line in installation.said if line.startswith("Hugging Face: ")]
    assert "boom" in line


async def test_a_broken_plug_in_nobody_asked_for_is_named_and_left_out(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    assert installation.said[0] == "Left out: odd (from odd-papers) cannot be loaded: ImportError: no odd"


async def test_what_is_subscribed_stays_as_it_is(installation) -> None:
    installation.source.lists(1)
    await installation.once()
    async with await installation.store() as store:
        destination = await store.destination(HERE)
        before = (await store.subscriptions([destination.id]))[destination.id]
        await store.unsubscribe(destination.id, [one.id for one in before[1:]])
    await installation.once()
    async with await installation.store() as store:
        assert len((await store.subscriptions([destination.id]))[destination.id]) == 1


async def test_it_keeps_running_until_cancelled_and_lets_go_of_the_lock(installation) -> None:
    installation.source.lists(1, 2)
    running = asyncio.Event()

    def say(line: str) -> None:
        if "Ctrl-C" in line:
            running.set()

    console = Console(file=io.StringIO(), width=80)
    task = asyncio.create_task(run(installation.settings, say=say, out=console, clock=installation.clock))
    await asyncio.wait_for(running.wait(), timeout=120)
    database = installation.path / "papers.db"
    assert is_running(database)
    with pytest.raises(ConfigError, match="runs already"):
        await run(installation.settings, once=True, say=say, clock=installation.clock)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(database)
    with run_lock(database):
        assert lock_path(database).exists()


def test_the_first_topics_are_all_in_the_catalogue() -> None:
    assert [name for name in FIRST_TOPICS if Topics.shipped().get(name) is None] == []
    assert [Topics.shipped().get(name).name for name in FIRST_TOPICS] == list(FIRST_TOPICS)
