"""Bring a database to this version's schema, or say why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.errors import ConfigError, SchemaError, StoreBusy

from .engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

# The newest file in migrations/versions; known here so that an up-to-date database opens without Alembic.
HEAD = "0007"
CARRIER = "procrastinate_"  # tables of the wake-ups' carrier, which may stand beside ours
PATIENCE = 60  # times `busy_seconds` that another's migration is waited for
MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(database: Database, *, migrate: bool) -> None:
    """Leave the database at `HEAD`; a filled file is copied beside itself before it is changed.

    Several processes may do so at once: one migrates, the others wait and find it done.
    """
    found = database.read_now(revision)
    if found == HEAD:
        return
    if found is not None:
        _check_known(database, found)
    if not migrate:
        raise SchemaError(
            f"{database.name} belongs to another version (schema {found}, this version needs {HEAD}).",
            fix="Run `paperround run` once, it brings the database up to date.",
        )
    if found is not None and database.path is not None:
        database.copy_now(free_name(database.path, found))
    _upgraded(database)


def _upgraded(database: Database) -> None:
    """Migrate, however long another process that migrates takes."""
    for _ in range(PATIENCE):
        try:
            return database.write_now(upgrade)
        except StoreBusy:
            continue
    return database.write_now(upgrade)


def revision(connection: Connection) -> str | None:
    """The schema a database has, None for an empty one; refuses somebody else's."""
    names = {name for name in inspect(connection).get_table_names() if not name.startswith(CARRIER)}
    if not names:
        _check_encoding(connection)
        return None
    if "alembic_version" not in names or "paper" not in names:
        raise SchemaError(
            f"The database holds something else (tables {', '.join(sorted(names)[:3])}, ...); it was left alone.",
            fix="Point PAPERROUND_DATABASE_URL at a database of its own.",
        )
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


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


def free_name(path: Path, found: str) -> Path:
    """A name beside the database that nobody uses: paperround.db.backup-0001, ...-0001.2, ..."""
    first = path.with_name(f"{path.name}.backup-{found}")
    numbered = (first.with_name(f"{first.name}.{number}") for number in range(2, 1000))
    return next(name for name in (first, *numbered) if not name.exists())


def _check_encoding(connection: Connection) -> None:
    """Papers are written in every script there is."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise ConfigError(
            f"The database keeps text as {encoding}, which cannot hold every title.",
            fix="Make one with `createdb --encoding UTF8 --template template0 paperround`.",
        )


def _check_known(database: Database, found: str) -> None:
    if any((MIGRATIONS / "versions").glob(f"{found}_*.py")):
        return
    backups = sorted(database.path.parent.glob(f"{database.path.name}.backup-*")) if database.path else []
    fix = f"Install that version again, or go back to the copy made before: {backups[-1]}" if backups else ""
    raise SchemaError(
        f"{database.name} was written by a newer version of Paper Round (schema {found}; this one knows {HEAD}).",
        fix=fix or "Install that version again, or start with another PAPERROUND_DATABASE_URL.",
    )
