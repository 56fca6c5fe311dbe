"""A database of any earlier version becomes this version's, with all it held, whenever the machine stops."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, select, text

from bot.domain.delivery import Status
from bot.domain.query import parse
from bot.storage import Store, migrate
from bot.storage.database import connect

Rows = dict[str, dict[str, Any]]
MakeOld = Callable[[str, str], Rows]
CHILD = Path(__file__).with_name("upgrade_until.py")
OLDER = sorted(
    path.name.partition("_")[0]
    for path in (migrate.MIGRATIONS / "versions").glob("0*.py")
    if not path.name.startswith(migrate.HEAD)
)


def missing(db: Connection, wanted: Rows) -> Rows:
    """Those rows that do not stand there any more, in the columns they had."""
    known = MetaData()
    known.reflect(db, only=list(wanted))
    return {
        name: row
        for name, row in wanted.items()
        if row not in db.execute(select(*(known.tables[name].c[column] for column in row))).mappings().all()
    }


async def holds_all(url: str, held: Rows) -> None:
    async with await Store.open(url) as store:
        assert await store.database.read(migrate.revision) == migrate.HEAD
        assert await store.database.read(lambda db: missing(db, held)) == {}
        assert await store.check() == ()
        found = await store.search(parse("knitting author:example cat:cs"))
        assert [hit.paper.title for hit in found.hits] == ["Continual Knitting"]
        (delivery,) = await store.deliveries()
        assert (delivery.status, delivery.repeated, delivery.doubted) == (Status.PENDING, False, False)
        home = await store.destination_by_id(delivery.destination_id)
        assert home is not None
        assert delivery.channel == home.address.channel != ""


@pytest.mark.parametrize("revision", OLDER)
async def test_a_filled_database_of_an_earlier_version_keeps_all_it_held(
    empty_url: str, revision: str, make_old: MakeOld
) -> None:
    await holds_all(empty_url, make_old(empty_url, revision))


def revision_of(url: str) -> str | None:
    database = connect(url)
    try:
        return database.read_now(migrate.revision)
    finally:
        database.close_now()


def killed_upgrades(url: str, statements: range) -> None:
    """Kill the upgrade after each of these statements: the database is of the old version or of the new one."""
    before = revision_of(url)
    for number in statements:
        done = subprocess.run([sys.executable, str(CHILD), url, str(number)], check=False)
        if done.returncode == 0:  # it has no more statements than that
            break
        assert done.returncode == -9
        assert revision_of(url) in {before, migrate.HEAD}


async def test_an_upgrade_killed_midway_is_done_by_the_next_start(empty_url: str, make_old: MakeOld) -> None:
    held = make_old(empty_url, "0001")
    killed_upgrades(empty_url, range(8, 30, 9))
    await holds_all(empty_url, held)


@pytest.mark.slow
async def test_an_upgrade_killed_after_any_statement_is_done_by_the_next_start(
    empty_url: str, make_old: MakeOld
) -> None:
    held = make_old(empty_url, "0001")
    killed_upgrades(empty_url, range(1, 100))
    await holds_all(empty_url, held)


async def test_what_was_repeated_before_the_upgrade_counts_as_doubted(
    empty_url: str, make_old: MakeOld
) -> None:
    make_old(empty_url, "0003")
    database = connect(empty_url)
    database.write_now(lambda db: db.execute(text("UPDATE delivery SET repeated = true")))
    database.close_now()
    async with await Store.open(empty_url) as store:
        assert [one.doubted for one in await store.deliveries()] == [True]
