from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import ConfigError, SchemaError
from bot.storage import Store, migrate
from bot.storage.tables import metadata
from bot.testing.builders import SAMPLE_NOW, make_batch
from bot.testing.postgres import PostgresServer

on_a_server = pytest.mark.parametrize("empty_url", ["postgres"], indirect=True)


def address(path: Path) -> str:
    return f"sqlite:///{path}"


def modes_in(folder: Path) -> dict[str, int]:
    return {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}


async def test_the_models_and_the_migrations_agree(store: Store) -> None:
    def differences(db: Connection) -> list[object]:
        options = {
            "include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("paper_text")
        }
        return list(compare_metadata(MigrationContext.configure(db, opts=options), metadata))

    assert await store.database.read(differences) == []


async def test_the_newest_migration_is_the_one_the_store_expects() -> None:
    assert ScriptDirectory.from_config(migrate.alembic_config()).get_heads() == [migrate.HEAD]


async def test_opening_makes_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with await Store.open(address(path)) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        assert store.path == path
        modes = modes_in(tmp_path)
    assert set(modes.values()) == {0o600}
    assert "new.db" in modes


async def test_opening_again_finds_everything(url: str) -> None:
    async with await Store.open(url) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
    async with await Store.open(url, migrate=False) as store:
        assert (await store.counts())["papers"] == 3


async def test_a_database_in_memory_needs_no_file() -> None:
    async with await Store.open("sqlite://") as store:
        assert store.path is None
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
        assert (await store.counts())["papers"] == 3


async def test_a_newer_schema_is_refused_and_the_backup_is_named(sqlite_url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "paperround.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(SchemaError, match="newer version of Paper Round") as refused:
        await Store.open(sqlite_url)
    assert refused.value.exit_code == 3
    backup = tmp_path / f"paperround.db.backup-{migrate.HEAD}"
    backup.touch()
    with pytest.raises(SchemaError, match=rf"paperround\.db\.backup-{migrate.HEAD}"):
        await Store.open(sqlite_url)


async def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="holds something else"):
        await Store.open(address(path))
    assert path.read_bytes()[100:] == before[100:]


async def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are my notes, not a database\n" * 100)
    with pytest.raises(SchemaError, match="not a Paper Round database") as refused:
        await Store.open(address(path))
    assert "\n" not in str(refused.value)
    assert path.read_text().startswith("these are my notes")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////no/such/folder/paperround.db", "there is no folder /no/such/folder"),
        ("sqlite:////proc/paperround.db", "cannot be opened for writing"),
        ("mysql://localhost/papers", "mysql, which Paper Round cannot use"),
        ("paperround.db", "not a database address"),
        ("sqlite:////tmp", "cannot be opened for writing"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused_in_one_line(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        await Store.open(url)
    assert "\n" not in str(refused.value)
    assert refused.value.fix


async def test_without_leave_to_migrate_an_empty_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="paperround run"):
        await Store.open(address(tmp_path / "new.db"), migrate=False)


async def test_a_filled_database_is_copied_beside_itself_before_it_is_migrated(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await Store.open(sqlite_url) as store:
        await store.add_batch(make_batch(), now=SAMPLE_NOW)
    found = migrate.HEAD
    # A version that knows one more migration; that it does nothing is no matter here.
    monkeypatch.setattr(migrate, "HEAD", "the next")
    monkeypatch.setattr(migrate, "upgrade", lambda _: None)
    for name in (f"paperround.db.backup-{found}", f"paperround.db.backup-{found}.2"):
        await (await Store.open(sqlite_url)).close()
        copy = tmp_path / name
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with sqlite3.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM paper").fetchone() == (3,)
        connection.close()


async def test_a_migration_that_fails_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_a_migration(db: Connection) -> None:
        db.exec_driver_sql("ALTER TABLE paper RENAME TO work")
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(migrate, "HEAD", "the next")
    monkeypatch.setattr(migrate, "upgrade", half_a_migration)
    with pytest.raises(RuntimeError, match="the machine stopped"):
        await Store.open(url)
    monkeypatch.undo()
    async with await Store.open(url) as store:
        assert await store.check() == ()
        assert (await store.counts())["papers"] == 0


async def test_several_processes_may_open_a_new_database_at_once(empty_url: str) -> None:
    stores = await asyncio.gather(*(Store.open(empty_url) for _ in range(4)))
    for store in stores:
        assert await store.check() == ()
        await store.close()


@on_a_server
async def test_somebody_elses_tables_on_a_server_are_left_alone(
    empty_url: str, postgres_server: PostgresServer
) -> None:
    name = empty_url.partition("?")[0].rpartition("/")[2]
    postgres_server.run("CREATE TABLE recipes (name text)", name)
    with pytest.raises(SchemaError, match=r"holds something else \(tables recipes"):
        await Store.open(empty_url)
    assert postgres_server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name) == [
        ("recipes",)
    ]


@on_a_server
async def test_the_carriers_tables_may_stand_beside_ours(
    empty_url: str, postgres_server: PostgresServer
) -> None:
    name = empty_url.partition("?")[0].rpartition("/")[2]
    postgres_server.run("CREATE TABLE procrastinate_jobs (id bigint)", name)
    async with await Store.open(empty_url) as store:
        assert (await store.counts())["papers"] == 0


async def test_a_newer_schema_on_a_server_is_refused(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    postgres_server.run("UPDATE alembic_version SET version_num = '9999'", name)
    with pytest.raises(SchemaError, match="newer version of Paper Round") as refused:
        await Store.open(postgres_url)
    assert refused.value.exit_code == 3


async def test_a_database_that_cannot_hold_every_letter_is_refused(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty(encoding="LATIN1")
    with pytest.raises(ConfigError, match="keeps text as LATIN1") as refused:
        await Store.open(url)
    assert "createdb" in refused.value.fix
    postgres_server.drop(url)
