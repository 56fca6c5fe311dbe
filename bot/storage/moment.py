"""The database's own clock: leases are judged by it alone, so hosts with different clocks agree who owns what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SECOND = 1_000_000  # what `database_now()` counts in a second


class database_now(FunctionElement[int]):  # noqa: N801 - an SQL function, written like SQLAlchemy's own
    """Microseconds since 1970 when this statement runs, as a whole number; what `UtcTime` columns hold.

    Good to a millisecond on SQLite and a microsecond on PostgreSQL. Within one statement it stands still on SQLite;
    on PostgreSQL it goes on (`clock_timestamp()`, not the beginning of a transaction that may have waited for a lock).
    """

    type = BigInteger()
    inherit_cache = True


@compiles(database_now, "sqlite")
def _on_sqlite(_element: Any, _compiler: Any, **_how: Any) -> str:
    # SQLite counts milliseconds; unixepoch('subsec') came only with 3.42.
    # https://www.sqlite.org/lang_datefunc.html
    return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000"


@compiles(database_now, "postgresql")
def _on_postgresql(_element: Any, _compiler: Any, **_how: Any) -> str:
    return "CAST(floor(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000) AS BIGINT)"
