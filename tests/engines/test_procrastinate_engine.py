"""What only the engine on PostgreSQL does: its own tables, many processes, and going on whatever the database does."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import psycopg
import pytest

from bot.errors import ConfigError
from jobs.engines import make_engine
from jobs.engines.embedded import EmbeddedEngine
from jobs.engines.handlers import Handlers
from jobs.engines.procrastinate import ProcrastinateEngine
from jobs.engines.wake_schema import SCHEMA, connection_string, ensure_tables


@pytest.fixture
def bench(on_postgres):
    """Not what all engines do, but what this one does."""
    return on_postgres


@pytest.fixture
async def database(wake_url):
    async with await psycopg.AsyncConnection.connect(
        connection_string(wake_url), autocommit=True
    ) as connection:
        yield connection


async def note_of(database) -> str:
    found = await database.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [SCHEMA]
    )
    return (await found.fetchone())[0]


def noting(engine, runs):
    async def note(key: str) -> bool:
        runs.append(key)
        return False

    engine.handler("lane", note)
    return engine


async def test_of_racing_processes_one_makes_the_tables(wake_url) -> None:
    dsn = connection_string(wake_url)
    made = await asyncio.gather(
        *(ensure_tables(dsn, made_by="v1", tables="CREATE TABLE hint (id int)") for _ in range(5))
    )
    assert sorted(made) == [False] * 4 + [True]


async def test_another_version_makes_them_anew(wake_url, database) -> None:
    dsn = connection_string(wake_url)
    await ensure_tables(dsn, made_by="v1", tables="CREATE TABLE hint (id int)")
    assert await ensure_tables(dsn, made_by="v2", tables="CREATE TABLE hint (id int, more text)")
    assert await note_of(database) == "v2"
    await database.execute("SELECT more FROM hint")


async def test_the_application_s_own_tables_are_left_alone(wake_url, database) -> None:
    async def tables() -> list[tuple[str]]:
        found = await database.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        )
        return await found.fetchall()

    before = await tables()
    assert ("paper",) in before
    engine = ProcrastinateEngine(wake_url)
    await engine.wake("lane", ["a"])
    await engine.close()
    assert await tables() == before
    assert (await note_of(database)).startswith("procrastinate 3.")


async def test_a_wake_up_is_queued_once_and_gone_when_it_ran(bench, wake_url, database) -> None:
    engine = noting(ProcrastinateEngine(wake_url), bench.ran)
    for _ in range(3):
        await engine.wake("lane", ["a", "b", "a"])

    async def queued() -> int:
        found = await database.execute("SELECT count(*) FROM procrastinate_jobs")
        return (await found.fetchone())[0]

    assert await queued() == 2
    async with bench.running(engine):
        await bench.until(lambda: sorted(bench.ran) == ["a", "b"])

        async def none_left() -> bool:
            return await queued() == 0

        await bench.until(none_left)


async def test_two_processes_share_what_is_queued(bench, wake_url) -> None:
    by_first, by_second = [], []
    first, second = (ProcrastinateEngine(wake_url, handlers=Handlers({"lane": 40})) for _ in range(2))
    go = asyncio.Event()
    for engine, runs in ((first, by_first), (second, by_second)):

        async def slow(key: str, runs: list[str] = runs) -> bool:
            runs.append(key)
            await go.wait()
            return False

        engine.handler("lane", slow)
    async with bench.running(first), bench.running(second):
        await first.wake("lane", [str(number) for number in range(60)])
        await bench.until(lambda: len(by_first) + len(by_second) == 60)
        go.set()
    assert sorted(by_first + by_second, key=int) == [str(number) for number in range(60)]
    assert by_first
    assert by_second


async def test_what_a_dead_worker_had_taken_is_woken_again(bench, wake_url, database) -> None:
    engine = noting(ProcrastinateEngine(wake_url), bench.ran)
    await engine.wake("lane", ["left"])
    await database.execute(
        "UPDATE procrastinate_jobs SET status = 'doing'"
    )  # by a worker that is there no more
    async with bench.running(engine):
        await bench.until(lambda: bench.ran == ["left"])


async def test_a_worker_that_ends_is_started_again(bench, wake_url, database) -> None:
    engine = noting(ProcrastinateEngine(wake_url), bench.ran)
    async with bench.running(engine):
        await engine.wake("lane", ["a"])
        await bench.until(lambda: bench.ran == ["a"])
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await database.execute("DELETE FROM procrastinate_workers")

        async def woken() -> bool:
            await engine.wake("lane", ["b"])
            return "b" in bench.ran

        await bench.until(woken)


async def test_a_handler_outlives_the_worker_that_took_its_wake_up(bench, wake_url, database) -> None:
    engine, go, ended = ProcrastinateEngine(wake_url), asyncio.Event(), []

    async def slow(key: str) -> bool:
        bench.ran.append(key)
        await go.wait()
        ended.append(key)
        return False

    engine.handler("lane", slow)
    async with bench.running(engine):
        await engine.wake("lane", ["a"])
        await bench.until(lambda: bench.ran == ["a"])
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await asyncio.sleep(3)
        await engine.wake("lane", ["b"])
        await bench.until(lambda: "b" in bench.ran)
        assert ended == []
        go.set()
    assert sorted(ended) == ["a", "b"]


async def test_without_a_queue_this_process_does_it_itself(bench) -> None:
    engine = noting(ProcrastinateEngine("postgresql://nobody@127.0.0.1:1/nothing"), bench.ran)
    async with bench.running(engine):
        await engine.wake("lane", ["a"])
        await bench.until(lambda: bench.ran == ["a"])


def test_the_connection_keeps_what_the_url_says() -> None:
    made = connection_string(
        "postgresql+psycopg://ada:x@db:5433/papers?options=-c%20jit%3Doff&sslmode=require"
    )
    assert "options='-c jit=off -c search_path=paperround_wake" in made
    for part in ("user=ada", "host=db", "port=5433", "dbname=papers", "sslmode=require", "connect_timeout=5"):
        assert part in made


@pytest.mark.parametrize(
    ("name", "url", "kind"),
    [
        ("auto", "sqlite:///papers.db", EmbeddedEngine),
        ("embedded", "postgresql://db/papers", EmbeddedEngine),
        ("auto", "postgresql://db/papers", ProcrastinateEngine),
        ("procrastinate", "postgresql+psycopg://db/papers", ProcrastinateEngine),
    ],
)
def test_the_setting_and_the_database_choose_the_engine(name, url, kind) -> None:
    assert isinstance(make_engine(name, url), kind)


def test_a_queue_beside_one_file_is_refused_with_a_word_on_why() -> None:
    with pytest.raises(ConfigError, match=r"needs PostgreSQL.*Leave it at auto"):
        make_engine("procrastinate", "sqlite:///papers.db")


def test_where_the_extra_is_missing_it_is_named(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "jobs.engines.procrastinate", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"paperround\[postgres\]"):
        make_engine("auto", "postgresql://db/papers")


def test_nothing_of_it_is_loaded_until_it_is_used() -> None:
    code = "import sys, jobs.engines; jobs.engines.make_engine('auto', 'sqlite://'); assert not {'procrastinate', 'psycopg'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
