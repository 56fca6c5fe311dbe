"""`restore`, done."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from bot.app.clock import SystemClock
from bot.app.lock import run_lock
from bot.config import Settings
from bot.errors import ConfigError, NotFound, UserError
from bot.storage.database import file_of
from bot.storage.store import Store
from jobs.restoring import Restoration, mark, restore

from ._session import put, settings
from ._typer import say


def put_back(file: Path | None, *, resend: bool, as_json: bool) -> int:
    """Put a backup in the database's place, or mark a database that was put back already."""
    given = settings()
    with run_lock(file_of(given.database_url)):
        done = asyncio.run(_restored(given, file, resend=resend))
    _tell(done, file, resend=resend, as_json=as_json)
    return 0


async def _restored(given: Settings, file: Path | None, *, resend: bool) -> Restoration:
    now = SystemClock().now()
    if file is None:
        return await _marked(given, now, resend=resend)
    database = file_of(given.database_url)
    if database is None:
        raise ConfigError(
            "Only a SQLite file can be put back here.",
            fix="Put a PostgreSQL database back with pg_restore, then run `paperround restore` without FILE.",
        )
    _check(file, database)
    return await restore(file, database, now=now, resend=resend)


def _check(file: Path, database: Path) -> None:
    if not file.is_file():
        raise NotFound(f"There is no file {file}.", fix="Name what `paperround backup` wrote.")
    if database.exists() and file.samefile(database):
        raise UserError(
            f"{file} is the database itself.", fix="Without FILE it is taken for put back: paperround restore"
        )


async def _marked(given: Settings, now: datetime, *, resend: bool) -> Restoration:
    if resend:
        raise UserError("--resend needs a FILE; without one there is nothing to do.", fix="Leave it out.")
    async with await Store.open(given.database_url) as store:
        return await mark(store, now=now)


def _tell(done: Restoration, file: Path | None, *, resend: bool, as_json: bool) -> None:
    if as_json:
        kept = None if done.kept is None else str(done.kept)
        counts = {"slots": done.slots, "messages": done.messages, "papers": done.papers}
        put({"file": None if file is None else str(file), "kept": kept, **counts})
        return
    if file is not None:
        say(f"{file} is in place now.")
    if done.kept is not None:
        say(f"The database that was there is kept as {done.kept}.")
    if resend:
        say("What came out since the backup is sent again, as far back as twelve hours.")
        return
    say(
        f"Taken for sent: {done.slots} digests due since the backup, and {done.papers} papers listed by now. "
        "`paperround digest --since DATE` shows them again."
    )
