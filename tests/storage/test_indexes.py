"""The statements that run every few seconds read an index, however many rows there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.domain.query import parse
from bot.storage import Store
from bot.storage.tables import metadata
from bot.testing.builders import SAMPLE_NOW

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
        (lambda store: store.claim(SAMPLE_NOW), "ix_delivery_next"),
        (lambda store: store.claim(SAMPLE_NOW), "ix_delivery_before"),
        (lambda store: store.uncertain(), "ix_delivery_"),
        (lambda store: store.expire(SAMPLE_NOW), "ix_delivery_"),
        (lambda store: store.next_attempt(), "ix_delivery_"),
        (
            lambda store: store.window(listed_since=date(2026, 6, 1), seen_before=SAMPLE_NOW),
            "ix_paper_listed",
        ),
        (lambda store: store.shown([1]), "sqlite_autoindex_shown_1"),
        (lambda store: store.subscriptions([1]), "sqlite_autoindex_subscription_1"),
        (lambda store: store.slot(1, "2026-06-01"), "sqlite_autoindex_slot_1"),
        (lambda store: store.paper("arxiv:2606.00001"), "sqlite_autoindex_paper_alias_1"),
        (lambda store: store.search(parse("robots")), "VIRTUAL TABLE INDEX"),
    ],
)
async def test_what_runs_often_reads_an_index_and_not_the_whole_table(
    store: Store, call: Call, index: str
) -> None:
    plan = await plan_of(store, call)
    assert index in plan
    whole = {f"SCAN {table}" for table in metadata.tables}
    assert whole.isdisjoint(plan.splitlines())
