"""Yesterday's file put back: nobody is sent again what came out meanwhile, unless asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.delivery import RESTORED, SlotState, Status
from bot.domain.paper import Batch
from bot.errors import SchemaError
from bot.storage.store import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.fake_source import FakeSource
from jobs.ingest import ingest
from jobs.restoring import restore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NINE = datetime(2026, 6, 2, 9, tzinfo=UTC)


def batch(*numbers: int, day: date) -> Batch:
    """A list of papers called "knitting <number>", as `town.lists` has them."""
    return make_batch(
        *(
            make_listing(
                rank, facts=make_facts(number, title=f"knitting {number}", abstract="Scarves."), day=day
            )
            for rank, number in enumerate(numbers, start=1)
        ),
        day=day,
    )


async def put_back(town, copy: Path, **how: bool) -> None:
    """Stop, restore, and start on what is there now."""
    path = town.store.path
    await town.store.close()
    done = await restore(copy, path, now=town.clock.now(), **how)
    town.store = await Store.open(f"sqlite:///{path}")
    town.kept = done.kept


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Only a file can be put back by a file; marking is tested on both databases."""
    async with await Store.open(f"sqlite:///{tmp_path / 'paperround.db'}") as opened:
        yield opened


@pytest.fixture
async def copy(town, tmp_path: Path):
    """A channel with a digest on 1 June; a backup at noon; a digest on 2 June; and it is ten o'clock."""
    town.room = await town.channel()
    await town.lists(1)
    await town.at(NINE - timedelta(days=1))
    town.clock.move_to(NOON)
    await town.lists(2)  # known to the backup, shown after it
    await town.store.backup(tmp_path / "copy.db")
    await town.lists(3)  # unknown to the backup
    await town.at(NINE)
    assert sorted(town.chat.titles()) == ["knitting 1", "knitting 2", "knitting 3"]
    town.clock.move_to(NINE + timedelta(hours=1))
    yield tmp_path / "copy.db"
    await town.store.close()


async def test_what_may_have_been_sent_since_is_not_sent_again(town, copy) -> None:
    await put_back(town, copy)
    slot = await town.store.slot(town.room.id, "2026-06-02")
    assert (slot.state, slot.reason) == (SlotState.SKIPPED, RESTORED)
    await town.tick()
    await town.at(NINE + timedelta(days=1))
    assert len(town.chat.sent) == 2


async def test_what_comes_out_afterwards_is_news(town, copy) -> None:
    await put_back(town, copy)
    await town.lists(4)
    await town.at(NINE + timedelta(days=1))
    assert town.chat.titles()[-1] == "knitting 4"
    slot = await town.store.slot(town.room.id, "2026-06-03")
    assert (await town.store.digest(slot.id)).combined == ()  # the restored date brought nothing to combine


async def test_asked_to_resend_it_sends_what_came_out_since_again(town, copy) -> None:
    await put_back(town, copy, resend=True)
    await town.tick()
    assert town.chat.titles().count("knitting 2") == 2


async def test_lists_of_before_are_back_fill_until_they_were_read_once(town, copy) -> None:
    await put_back(town, copy)
    day = NINE.date()
    source = FakeSource(name="huggingface").gives(batch(2, 3, day=day - timedelta(days=1)))
    await ingest(town.store, [source], clock=town.clock)
    town.clock.advance(timedelta(hours=1))
    source.forgets().gives(batch(2, 3, 5, day=day - timedelta(days=1)), batch(6, day=day))
    await ingest(town.store, [source], clock=town.clock)
    town.clock.advance(timedelta(hours=1))
    source.forgets().gives(batch(6, 7, day=day))
    await ingest(town.store, [source], clock=town.clock)
    await town.at(NINE + timedelta(days=1))
    assert sorted(town.chat.titles()[3:]) == ["knitting 5", "knitting 7"]


async def test_what_was_under_way_in_the_copy_is_given_up_and_its_papers_stay_reserved(
    town, tmp_path: Path
) -> None:
    room = await town.channel()
    await town.lists(1)
    town.clock.move_to(NINE)
    await town.plan()
    await town.store.backup(tmp_path / "copy.db")
    await town.deliver()
    await put_back(town, tmp_path / "copy.db")
    (message,) = await town.store.deliveries()
    assert message.status is Status.CANCELLED
    assert (await town.store.slot(room.id, "2026-06-02")).reason == RESTORED
    await town.at(NINE + timedelta(days=1))
    assert town.chat.titles() == ["knitting 1"]
    await town.store.close()


async def test_each_date_of_a_long_gap_is_recorded_and_the_next_one_is_due(town, copy) -> None:
    town.clock.move_to(NINE + timedelta(days=3, hours=1))
    await put_back(town, copy)
    slots = await town.store.slots(town.room.id)
    assert [slot.slot_key[-2:] for slot in slots] == ["05", "04", "03", "02", "01"]
    assert (await town.store.destination_by_id(town.room.id)).next_due_at == NINE + timedelta(days=4)


async def test_what_was_there_is_kept_and_a_damaged_copy_changes_nothing(town, copy, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(copy.read_bytes()[:5000])
    path = town.store.path
    with pytest.raises(SchemaError):
        await put_back(town, tmp_path / "broken.db")
    town.store = await Store.open(f"sqlite:///{path}")
    assert await town.store.slot(town.room.id, "2026-06-02") is not None
    await put_back(town, copy)
    async with await Store.open(f"sqlite:///{town.kept}") as before:
        assert (await before.slot(town.room.id, "2026-06-02")).state is SlotState.SENT
