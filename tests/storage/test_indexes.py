"""The statements that run every few seconds read an index, however many rows there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.domain.delivery import Bury, Claim, Freeze, Sent, Step
from bot.storage import Store
from bot.storage.tables import metadata
from bot.testing.builders import SAMPLE_NOW

DAY = date(2026, 6, 1)
Call = Callable[[Store], Awaitable[Any]]


async def plan_of(store: Store, call: Call) -> str:
    """How SQLite goes about the statements of a call."""
    statements: list[tuple[str, Any]] = []

    def remember(_db: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    engines = (store.database._writer, store.database._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", remember)
    await call(store)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", remember)

    def explain(db: Connection) -> str:
        plans = [
            str(row[3])
            for statement, values in statements
            if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
        return "\n".join(plans)

    return await store.database.write(explain)


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda store: store.due(SAMPLE_NOW), "ix_destination_due"),
        (lambda store: store.next_due(), "ix_destination_due"),
        (
            lambda store: store.listed_page(since=DAY, until=DAY, latest=DAY),
            "ix_listing_day_source (day>? AND day<?)",
        ),
        (lambda store: store.listed_page(since=DAY, until=DAY, latest=DAY), "ix_listing_day_source (day<?)"),
        (lambda store: store.posted(1), "sqlite_autoindex_slot_1 (destination_id=?)"),
        (lambda store: store.posted(1), "ix_shown_slot_id (slot_id=?)"),
        (lambda store: store.posted_publicly(1), "ix_shown_paper_id (paper_id=?)"),
        (lambda store: store.ready("a:b", SAMPLE_NOW), "ix_delivery_lane (lane_id=? AND id>?)"),
        (lambda store: store.ready("a:b", SAMPLE_NOW), "ix_delivery_before (destination_id=?)"),
        (lambda store: store.uncertain("a:b"), "ix_delivery_in_flight (lane_id=?)"),
        (lambda store: store.expire(SAMPLE_NOW), "ix_delivery_expires_at (expires_at<?)"),
        (lambda store: store.expire(SAMPLE_NOW), "ix_delivery_held (expires_at<?)"),
        (lambda store: store.expire(SAMPLE_NOW), "ix_delivery_not_before (not_before>?)"),
        (lambda store: store.next_moment(SAMPLE_NOW), "ix_delivery_not_before (not_before>?)"),
        (lambda store: store.next_moment(SAMPLE_NOW), "ix_delivery_expires_at (expires_at>?)"),
        (
            lambda store: store.window(listed_since=date(2026, 6, 1), seen_before=SAMPLE_NOW),
            "ix_paper_listed",
        ),
        (lambda store: store.shown([1]), "sqlite_autoindex_shown_1"),
        (lambda store: store.subscriptions([1]), "sqlite_autoindex_subscription_1"),
        (lambda store: store.slot(1, "2026-06-01"), "sqlite_autoindex_slot_1"),
        (lambda store: store.paper("arxiv:2606.00001"), "sqlite_autoindex_paper_alias_1"),
    ],
)
async def test_what_runs_often_reads_an_index_and_not_the_whole_table(
    sqlite_store: Store, call: Call, index: str
) -> None:
    plan = await plan_of(sqlite_store, call)
    assert index in plan
    whole = {f"SCAN {table}" for table in metadata.tables}
    assert whole.isdisjoint(plan.splitlines())


async def test_looking_for_due_lanes_reads_every_lane_but_of_deliveries_only_indexes(
    sqlite_store: Store,
) -> None:
    plan = await plan_of(
        sqlite_store, lambda store: store.due_lanes(SAMPLE_NOW, settle=timedelta(seconds=65))
    )
    lookups = [line for line in plan.splitlines() if line.startswith(("SEARCH delivery", "SCAN delivery"))]
    assert len(lookups) == 5
    assert all("ix_delivery_in_flight" in line or "ix_delivery_lane_due" in line for line in lookups)


@pytest.mark.parametrize(
    "steps",
    [
        [Claim(delivery_id=1, at=SAMPLE_NOW)],
        [Sent(delivery_id=1, remote_id="m", at=SAMPLE_NOW)],
        [Freeze(delivery_id=1, payloads=(b"one",))],
        [Bury(delivery_id=1, error="too long")],
    ],
)
async def test_recording_reads_no_whole_table(sqlite_store: Store, steps: list[Step]) -> None:
    plan = await plan_of(sqlite_store, lambda store: store.record(steps, owner="a sender"))
    whole = {f"SCAN {table}" for table in metadata.tables}
    assert "SEARCH" in plan
    assert whole.isdisjoint(plan.splitlines())
