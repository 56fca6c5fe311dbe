"""What the store says when PostgreSQL does not do its part, and that nothing is half-written then."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection

from bot.errors import ConfigError, PaperRoundError, SchemaError, StoreBusy
from bot.storage import Store, database
from bot.storage.postgres import WRITER
from bot.storage.postgres_faults import FAULTS
from bot.testing.builders import SAMPLE_NOW, make_batch
from bot.testing.postgres import NoPostgres, PostgresServer

SECRET = "hunter2"


@contextmanager
def locked(url: str, statement: str) -> Iterator[Any]:
    """Somebody else has a transaction open with this."""
    with psycopg.connect(url) as other:
        other.execute(statement.encode())
        yield other


@pytest.mark.parametrize(("durable", "said"), [(True, "on"), (False, "off")])
async def test_what_is_committed_outlives_a_power_cut_unless_it_is_scratch(
    postgres_url: str, durable: bool, said: str
) -> None:
    async with await Store.open(postgres_url, durable=durable) as store:
        kept = await store.database.write(lambda db: db.exec_driver_sql("SHOW synchronous_commit").scalar())
        assert kept == said


async def test_one_writer_of_all_processes_writes_at_a_time(postgres_url: str) -> None:
    async with await Store.open(postgres_url, busy_seconds=30) as store:
        with locked(postgres_url, f"SELECT pg_advisory_xact_lock({WRITER})") as other:
            adding = asyncio.create_task(store.add_batch(make_batch(), now=SAMPLE_NOW))
            await asyncio.sleep(0.2)
            assert not adding.done()
            assert (await store.counts())["papers"] == 0  # readers go on
            other.rollback()
            assert len((await adding).new_ids) == 3


async def test_a_lock_that_stays_is_busy_and_nothing_is_changed(postgres_url: str) -> None:
    async with await Store.open(postgres_url, busy_seconds=0.1) as store:
        with locked(postgres_url, f"SELECT pg_advisory_xact_lock({WRITER})"):
            with pytest.raises(StoreBusy, match="in use by another program") as busy:
                await store.add_batch(make_batch(), now=SAMPLE_NOW)
            assert busy.value.exit_code == 5
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        assert (await store.counts())["papers"] == 3


async def test_what_is_written_beside_waits_for_no_writer(postgres_url: str) -> None:
    async with await Store.open(postgres_url, busy_seconds=0.1) as store:
        with locked(postgres_url, f"SELECT pg_advisory_xact_lock({WRITER})"):
            done = await store.database.write_beside(
                lambda db: db.exec_driver_sql("INSERT INTO setting VALUES ('beside', 'done')").rowcount
            )
        assert done == 1


async def test_transactions_that_wait_for_each_other_both_get_through(postgres_url: str) -> None:
    """PostgreSQL ends one of two that wait for each other; that one is tried again."""

    def first_then_second(one: str, two: str) -> Any:
        def work(db: Connection) -> None:
            for name in (one, two):
                db.exec_driver_sql("UPDATE setting SET value = value || '.' WHERE name = %s", (name,))
                db.exec_driver_sql("SELECT pg_sleep(0.3)")

        return work

    async with await Store.open(postgres_url, busy_seconds=30) as store:
        await store.database.write(
            lambda db: db.exec_driver_sql("INSERT INTO setting VALUES ('one', ''), ('two', '')")
        )
        await asyncio.gather(
            store.database.write_beside(first_then_second("one", "two")),
            store.database.write_beside(first_then_second("two", "one")),
        )
        values = await store.database.read(
            lambda db: (
                db.exec_driver_sql("SELECT value FROM setting WHERE name IN ('one', 'two')").scalars().all()
            )
        )
        assert values == ["..", ".."]


async def test_what_is_read_is_of_one_moment(postgres_url: str) -> None:
    async with await Store.open(postgres_url) as store:

        def twice(db: Connection) -> list[Any]:
            count = "SELECT count(*) FROM setting"
            before = db.exec_driver_sql(count).scalar()
            store.database.write_now(
                lambda other: other.exec_driver_sql("INSERT INTO setting VALUES ('x', '')")
            )
            return [before, db.exec_driver_sql(count).scalar()]

        first, second = await store.database.read(twice)
        assert first == second


@pytest.fixture
async def own_server() -> AsyncIterator[PostgresServer]:
    try:
        server = await asyncio.to_thread(PostgresServer)
    except NoPostgres as reason:
        pytest.skip(str(reason))
    with server:
        yield server


async def test_a_server_that_goes_away_is_busy_and_works_again_when_it_is_back(
    own_server: PostgresServer,
) -> None:
    url = await asyncio.to_thread(own_server.fresh)
    async with await Store.open(url) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        await asyncio.to_thread(own_server.stop)
        for call in (store.counts, lambda: store.add_batch(make_batch(), now=SAMPLE_NOW), store.check):
            with pytest.raises(StoreBusy, match="does not answer"):
                await call()
        with pytest.raises(StoreBusy, match="does not answer"):
            await Store.open(url)
        await asyncio.to_thread(own_server.start)
        assert (await store.counts())["papers"] == 3
        assert (await store.add_batch(make_batch(), now=SAMPLE_NOW)).new_ids == frozenset()
        assert await store.check() == ()


async def test_a_connection_cut_inside_a_transaction_undoes_all_of_it(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    def cut(db: Connection) -> None:
        db.exec_driver_sql("INSERT INTO setting VALUES ('half', 'done')")
        pid = db.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        postgres_server.run(f"SELECT pg_terminate_backend({pid})")
        db.exec_driver_sql("INSERT INTO setting VALUES ('whole', 'done')")

    async with await Store.open(postgres_url) as store:
        with pytest.raises(StoreBusy, match="does not answer"):
            await store.database.write(cut)
        rows = await store.database.read(
            lambda db: db.exec_driver_sql("SELECT count(*) FROM setting WHERE value = 'done'").scalar()
        )
        assert rows == 0


@pytest.mark.slow
async def test_a_process_that_freezes_inside_a_transaction_holds_nobody_up_for_long(
    postgres_url: str,
) -> None:
    async with (
        await Store.open(postgres_url) as frozen,
        await Store.open(postgres_url, busy_seconds=30) as other,
    ):

        def freeze(db: Connection) -> None:
            db.exec_driver_sql("INSERT INTO setting VALUES ('half', 'done')")
            time.sleep(12)
            db.exec_driver_sql("INSERT INTO setting VALUES ('whole', 'done')")

        freezing = asyncio.create_task(frozen.database.write(freeze))
        await asyncio.sleep(0.5)
        assert len((await other.add_batch(make_batch(), now=SAMPLE_NOW)).new_ids) == 3
        assert not freezing.done()
        with pytest.raises(StoreBusy, match="does not answer"):
            await freezing


async def test_a_password_never_stands_in_a_message(postgres_server: PostgresServer) -> None:
    address = postgres_server.url("nowhere").replace("postgres@", f"postgres:{SECRET}@")
    with pytest.raises(ConfigError, match="There is no database nowhere") as refused:
        await Store.open(address)
    stranger = postgres_server.url().replace("postgres@", f"stranger:{SECRET}@")
    with pytest.raises(ConfigError, match="refused the user name or the password") as denied:
        await Store.open(stranger)
    with pytest.raises(StoreBusy) as away:
        await Store.open(f"postgresql://bot:{SECRET}@127.0.0.1:1/papers")
    with pytest.raises(ConfigError) as odd:
        await Store.open(f"postgresql//bot:{SECRET}@x")
    for raised in (refused, denied, away, odd):
        assert SECRET not in str(raised.value)
        assert "\n" not in str(raised.value)
        assert raised.value.fix


async def test_a_copy_is_left_to_the_tool_that_makes_them(postgres_url: str, tmp_path: Any) -> None:
    async with await Store.open(postgres_url.replace("postgres@", f"postgres:{SECRET}@")) as store:
        with pytest.raises(ConfigError, match="pg_dump") as told:
            await store.backup(tmp_path / "copy")
        assert SECRET not in str(told.value)
        assert f"--file='{tmp_path / 'copy'}'" in told.value.fix


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match="psycopg, which is not installed") as refused:
        database.connect("postgresql://localhost/papers")
    assert "paperround[postgres]" in refused.value.fix


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_way_to_write_the_address_means_the_same(scheme: str) -> None:
    opened = database.connect(f"{scheme}://bot:{SECRET}@db.example.org/papers")
    assert opened.name == "papers on db.example.org"
    assert opened.path is None
    opened.close_now()


@pytest.mark.parametrize(
    ("state", "kind", "said"),
    [
        ("53100", StoreBusy, "no room left"),
        ("53300", StoreBusy, "no more connections"),
        ("53200", StoreBusy, "short of memory"),
        ("55P03", StoreBusy, "in use by another program"),
        ("57014", StoreBusy, "in use by another program"),
        ("57P01", StoreBusy, "does not answer"),
        ("08006", StoreBusy, "does not answer"),
        ("58030", StoreBusy, "could not read or write"),
        ("28P01", ConfigError, "refused the user name"),
        ("3D000", ConfigError, "There is no database"),
        ("42501", ConfigError, "cannot be opened for writing"),
        ("XX001", SchemaError, "is damaged"),
    ],
)
async def test_each_fault_says_what_happened_and_what_to_try(
    postgres_store: Store, state: str, kind: type[PaperRoundError], said: str
) -> None:
    def fail(db: Connection) -> None:
        db.exec_driver_sql(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$")

    with pytest.raises(kind, match=said) as raised:
        await postgres_store.database.write_beside(fail)
    assert raised.value.fix
    assert "{" not in str(raised.value)


def test_no_fault_is_hidden_by_one_before_it() -> None:
    known = [beginning for fault in FAULTS for beginning in fault[0]]
    for at, later in enumerate(known):
        assert not any(later.startswith(earlier) for earlier in known[:at])


async def test_a_mistake_of_ours_stays_what_it_is(postgres_store: Store) -> None:
    with pytest.raises(Exception, match="nonsense") as raised:
        await postgres_store.database.write(lambda db: db.exec_driver_sql("SELECT nonsense"))
    assert not isinstance(raised.value, PaperRoundError)
