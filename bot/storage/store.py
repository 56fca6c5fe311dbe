"""The store: the only place with SQL. Values in, values out; every method is awaitable and one transaction."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self

from . import fulltext
from .deliveries import Deliveries
from .destinations import Destinations
from .engine import BUSY_SECONDS, Database, database_path
from .ingest import Ingest
from .migrate import prepare
from .papers import Papers
from .people import People
from .replay import Replays
from .restoring import Restores
from .search import Search
from .slots import Slots
from .subscriptions import Subscriptions
from .upkeep import Upkeep


class Store(
    Ingest, Papers, Destinations, Subscriptions, People, Slots, Deliveries, Replays, Upkeep, Restores, Search
):
    """Everything the bot remembers.

    Awaiting a method that writes means it is committed; cancelling the await does not undo it.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open the database at a URL ("sqlite:///paperround.db", "sqlite://" in memory), made or migrated.

        Raises ConfigError when the file cannot be used, SchemaError when it is another version's.
        """
        return await asyncio.to_thread(cls.open_now, url, migrate=migrate, busy_seconds=busy_seconds)

    @classmethod
    def open_now(cls, url: str, *, migrate: bool = True, busy_seconds: float = BUSY_SECONDS) -> Self:
        """`open`, in the caller's thread."""
        database = Database(database_path(url), busy_seconds=busy_seconds)
        try:
            prepare(database, migrate=migrate)
            if not database.read_now(fulltext.is_current):
                database.write_now(fulltext.rebuild)
        except BaseException:
            database.close_now()
            raise
        return cls(database)

    @property
    def path(self) -> Path | None:
        """The database file, None when it is in memory."""
        return self.database.path

    async def close(self) -> None:
        """Close every connection, after what is running has finished."""
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self.close()
