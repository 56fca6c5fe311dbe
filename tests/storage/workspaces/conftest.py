"""Workspaces kept in a store on each database, and ways to look at and change what is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.app.workspaces import KeptWorkspaces
from bot.storage import Store
from bot.storage import tables as t
from bot.storage.sealing import Keys
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW, make_secret_key

Rows = dict[str, tuple[str, ...]]  # table -> its rows as text


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SAMPLE_NOW)


@pytest.fixture
def kept(store: Store, clock: FakeClock) -> KeptWorkspaces:
    return KeptWorkspaces(store, Keys.of(make_secret_key()), clock)


@pytest.fixture
def rows(store: Store) -> Callable[[], Awaitable[list[Any]]]:
    """Reads the rows of the table of installations."""
    query = select(t.installation).order_by(t.installation.c.platform, t.installation.c.workspace_id)

    async def read() -> list[Any]:
        return await store.database.read(lambda db: list(db.execute(query)))

    return read


@pytest.fixture
def tamper(store: Store) -> Callable[..., Awaitable[None]]:
    """Changes a workspace's row, as somebody does who can write to the database."""

    async def change(workspace: str, **values: Any) -> None:
        statement = update(t.installation).where(t.installation.c.workspace_id == workspace).values(**values)
        await store.database.write(lambda db: db.execute(statement))

    return change


@pytest.fixture
def everything(store: Store) -> Callable[[], Awaitable[Rows]]:
    """Reads every row of every table."""

    def dumped(db: Connection) -> Rows:
        return {
            table.name: tuple(str(row) for row in db.execute(select(table)))
            for table in t.metadata.sorted_tables
        }

    async def read() -> Rows:
        return await store.database.read(dumped)

    return read
