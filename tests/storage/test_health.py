from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch
from bot.testing.postgres import PostgresServer


async def test_a_database_that_is_whole_has_nothing_to_say(store: Store) -> None:
    await store.add_batch(make_batch(), now=SAMPLE_NOW)
    assert await store.check() == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "DELETE FROM paper_text WHERE id = (SELECT max(id) FROM paper)",
            "papers that are not in the full-text index: 1",
        ),
        (
            "INSERT INTO paper_text VALUES (7, 'lost'::tsvector)",
            "entries of the full-text index without a paper: 1",
        ),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_paper_listed'::regclass",
            "the index ix_paper_listed is not whole",
        ),
    ],
)
async def test_damage_on_a_server_is_named(
    postgres_server: PostgresServer, statement: str, said: str
) -> None:
    url = postgres_server.empty()
    async with await Store.open(url) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        await store.database.write(lambda db: db.exec_driver_sql(statement))
        (line,) = await store.check()
        assert said in line
    postgres_server.drop(url)


async def test_the_last_run_of_any_process_is_known(store: Store) -> None:
    assert await store.last_run() is None
    await store.once("the first topics", SAMPLE_NOW + timedelta(days=1))
    assert await store.last_run() is None
    await store.cron_run("tick", "one", "me", SAMPLE_NOW)
    await store.cron_run("tick", "two", "you", SAMPLE_NOW + timedelta(minutes=1))
    assert await store.last_run() == SAMPLE_NOW + timedelta(minutes=1)
