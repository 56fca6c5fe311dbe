"""A disk that is full at any write: it says so, nothing is half-written, and with room again it goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.domain.delivery import Again, Claim, Freeze, SlotPlan
from bot.domain.subscription import Address, Destination, Schedule
from bot.errors import StoreBusy
from bot.storage import Store
from bot.storage.tables import metadata
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing

BIG = "many words " * 50_000
LATER = SAMPLE_NOW + timedelta(hours=1)
Write = Callable[[Store, SlotPlan], Awaitable[Any]]

on_a_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def record(store: Store, *steps: Any) -> tuple[bool, ...]:
    return await store.record(steps, owner="me")


WRITES: dict[str, Write] = {
    "papers come in": lambda store, _: store.add_batch(
        make_batch(make_listing(90, facts=make_facts(90, abstract=BIG))), now=SAMPLE_NOW
    ),
    "a slot is planned": lambda store, plan: store.plan(
        replace(
            plan,
            slot_key="2026-06-02",
            digest=None,
            reason=BIG,
            expected_next_due_at=plan.next_due_at,
            next_due_at=LATER + timedelta(days=9),
        )
    ),
    "a channel is added": lambda store, _: store.ensure_destination(
        Address(platform="console", workspace="local", channel="other"),
        name=BIG,
        schedule=Schedule(at=time(9), tz="UTC"),
        next_due_at=SAMPLE_NOW,
        now=SAMPLE_NOW,
    ),
    "a channel subscribes": lambda store, plan: store.subscribe(
        plan.destination_id, BIG, created_by="ada", now=SAMPLE_NOW
    ),
    "a feed is added": lambda store, _: store.add_feed("local", "https://e.org", BIG, "ada", SAMPLE_NOW),
    "an author is muted": lambda store, _: store.mute("local", "ada", BIG),
    "a lane is paused": lambda store, _: store.pause_lane("console:local", reason=BIG),
    "bytes are frozen": lambda store, _: record(store, Freeze(delivery_id=1, payloads=(BIG.encode(),))),
    "a try is noted": lambda store, _: record(
        store,
        Claim(delivery_id=1, at=SAMPLE_NOW),
        Again(delivery_id=1, error=BIG, not_before=LATER),
    ),
    "a job runs": lambda store, _: store.cron_run("tick", BIG, "me", SAMPLE_NOW),
}


def limit_pages(store: Store, *, spare: int) -> None:
    """Let the file grow by so many pages and no more."""

    def limit(db: Connection) -> None:
        pages = int(db.exec_driver_sql("PRAGMA page_count").scalar() or 0)
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + spare}")

    store.database.maintain_now(limit)


async def everything(store: Store) -> dict[str, list[Any]]:
    return await store.database.read(
        lambda db: {
            name: sorted(map(str, db.execute(select(table)))) for name, table in metadata.tables.items()
        }
    )


@on_a_file
@pytest.mark.parametrize("spare", [0, 3, 40])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
async def test_a_full_disk_leaves_all_as_it_was_and_room_lets_it_go_on(
    store: Store,
    make_destination: Callable[..., Awaitable[Destination]],
    make_plan: Callable[..., SlotPlan],
    write: Write,
    spare: int,
) -> None:
    plan = make_plan(await make_destination())
    await store.plan(plan)
    await store.take_lane("console:local", owner="me", seconds=60)
    before = await everything(store)
    limit_pages(store, spare=spare)
    with pytest.raises(StoreBusy, match="no room left"):
        await write(store, plan)
    assert await everything(store) == before
    assert await store.check() == ()
    limit_pages(store, spare=10_000)
    await write(store, plan)
    assert await everything(store) != before
    assert await store.check() == ()
