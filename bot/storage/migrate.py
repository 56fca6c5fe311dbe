"""Bring a database to this version's schema, or say why not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.errors import SchemaError

from .engine import OWNER_ONLY, Database

if TYPE_CHECKING:
    from alembic.config import Config

# The newest file in migrations/versions; known here so that an up-to-date database opens without Alembic.
HEAD = "0004"
MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(database: Database, *, migrate: bool) -> None:
    """Leave the database at `HEAD`; a filled one is copied beside itself before it is changed."""
    found = database.read_now(revision)
    if found == HEAD:
        return
    if found is not None:
        _check_known(database, found)
    if not migrate:
        raise SchemaError(
            f"{database.path} belongs to another version (schema {found}, this version needs {HEAD}).",
            fix="Run `paperround run` once, it brings the database up to date.",
        )
    if found is not None and database.path is not None:
        database.maintain_now(lambda connection: copy(connection, free_name(database.path, found)))
    database.write_now(upgrade)


def revision(connection: Connection) -> str | None:
    """The schema a database has, None for an empty one; refuses somebody else's."""
    names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not names:
        return None
    if "alembic_version" not in names or "paper" not in names:
        raise SchemaError(
            f"The database holds something else (tables {', '.join(sorted(names)[:3])}, ...); it was left alone.",
            fix="Point PAPERROUND_DATABASE_URL at a file of its own.",
        )
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def upgrade(connection: Connection) -> None:
    """Run what is missing inside the caller's transaction; another process may have been faster."""
    from alembic import command  # noqa: PLC0415 - 0.1 s that an up-to-date database does not need

    if revision(connection) == HEAD:
        return
    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; `migrations/env.py` takes the connection from it."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def copy(connection: Connection, target: Path) -> None:
    """Write a whole, consistent copy of the database, readable for its owner alone."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    connection.exec_driver_sql("VACUUM INTO ?", (str(target),))


def free_name(path: Path | None, found: str) -> Path:
    """A name beside the database that nobody uses: paperround.db.backup-0001, ...-0001.2, ..."""
    if path is None:
        raise ValueError("a database in memory has no place beside it")
    first = path.with_name(f"{path.name}.backup-{found}")
    numbered = (first.with_name(f"{first.name}.{number}") for number in range(2, 1000))
    return next(name for name in (first, *numbered) if not name.exists())


def _check_known(database: Database, found: str) -> None:
    if any((MIGRATIONS / "versions").glob(f"{found}_*.py")):
        return
    backups = sorted(database.path.parent.glob(f"{database.path.name}.backup-*")) if database.path else []
    fix = f"Install that version again, or go back to the copy made before: {backups[-1]}" if backups else ""
    raise SchemaError(
        f"{database.path} was written by a newer version of Paper Round (schema {found}; this one knows {HEAD}).",
        fix=fix or "Install that version again, or start with another PAPERROUND_DATABASE_URL.",
    )
