"""The store: the only place with SQL. Values in, values out; every method is awaitable and one transaction."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self

from . import database, fulltext
from .channels import Channels
from .contents import Contents
from .days import Days
from .destinations import Destinations
from .engine import BUSY_SECONDS, Database
from .figures import Measured
from .health import Health
from .ingest import Ingest
from .installations import Installations
from .lanes import Lanes
from .ledger import Ledger
from .mailing import Mailings
from .migrate import prepare
from .newest import Newest
from .notices import Notices
from .papers import Papers
from .pasts import Pasts
from .people import People
from .planning import Planning
from .posted import PostedDigests
from .purging import Purging
from .replay import Replays
from .reserved import Reserved
from .restoring import Restores
from .search import Search
from .slots import Slots
from .subscriptions import Subscriptions
from .upkeep import Upkeep
from .waiting import Waiting


class Store(
    Ingest,
    Papers,
    Days,
    Destinations,
    Subscriptions,
    People,
    Slots,
    Planning,
    Pasts,
    Contents,
    PostedDigests,
    Reserved,
    Waiting,
    Lanes,
    Ledger,
    Notices,
    Channels,
    Installations,
    Mailings,
    Purging,
    Replays,
    Upkeep,
    Health,
    Measured,
    Restores,
    Search,
    Newest,
):
    """Everything the bot remembers.

    Awaiting a method that writes means it is committed; cancelling the await does not undo it.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    async def open(
        cls, url: str, *, migrate: bool = True, busy_seconds: float = BUSY_SECONDS, durable: bool = True
    ) -> Self:
        """Open the database at a URL ("sqlite:///paperround.db", "postgresql://host/paperround"), made or migrated.

        `durable=False` is for scratch copies only: a power cut may take the last commits. Raises ConfigError when the
        database cannot be used, SchemaError when it is another version's, StoreBusy when its server is away.
        """
        return await asyncio.to_thread(
            cls.open_now, url, migrate=migrate, busy_seconds=busy_seconds, durable=durable
        )

    @classmethod
    def open_now(
        cls, url: str, *, migrate: bool = True, busy_seconds: float = BUSY_SECONDS, durable: bool = True
    ) -> Self:
        """`open`, in the caller's thread."""
        opened = database.connect(url, busy_seconds=busy_seconds, durable=durable)
        try:
            prepare(opened, migrate=migrate)
            if not opened.read_now(fulltext.is_current):
                opened.write_now(fulltext.rebuild)
        except BaseException:
            opened.close_now()
            raise
        return cls(opened)

    @property
    def path(self) -> Path | None:
        """The database file, None when there is none."""
        return self.database.path

    @property
    def name(self) -> str:
        """What messages call the database; never with a password."""
        return self.database.name

    async def close(self) -> None:
        """Close every connection, after what is running has finished."""
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self.close()
