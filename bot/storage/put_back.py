"""Putting a copy of a SQLite database in the place of the one that is there; nothing is lost on the way."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import ConfigError, SchemaError

OWNER_ONLY = 0o600
BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a database (https://www.sqlite.org/walformat.html)


def copied(backup: Path, database: Path) -> Path:
    """Copy a backup beside the database whose place it shall take; the copy's path. Neither is changed."""
    target = database.with_name(f"{database.name}.restoring")
    _forget(target)
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        with (
            closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        _forget(target)
        raise SchemaError(
            f"{backup} is not a Paper Round database, or it is damaged ({error}); nothing was changed.",
            fix="Name a file that `paperround backup` wrote.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{target} cannot be written ({error.strerror}); nothing was changed.",
            fix="Make room, or check the folder's permissions.",
        ) from error
    return target


def swap_in(copy: Path, database: Path) -> Path | None:
    """Put a copy in the database's place; where that is kept now, None when there was none.

    What SQLite wrote beside the old file must go with it: it would be taken for the new one's.
    """
    kept = _free_name(database) if database.exists() else None
    if kept is not None:
        for ending in BESIDE:
            beside = database.with_name(database.name + ending)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + ending))
        kept.hardlink_to(database)  # so that there is a database here at every moment
    copy.replace(database)
    _forget(copy)
    for spare in database.parent.glob(f"{copy.name}.backup-*"):  # made when it was brought up to date
        spare.unlink()
    return kept


def _free_name(database: Path) -> Path:
    first = database.with_name(f"{database.name}.before-restore")
    numbered = (first.with_name(f"{first.name}.{number}") for number in range(2, 1000))
    return next(name for name in (first, *numbered) if not name.exists())


def _forget(path: Path) -> None:
    for ending in ("", *BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)
