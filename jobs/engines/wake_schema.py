"""The tables that carry wake-ups on PostgreSQL: in a schema of their own, made on first use, never migrated.

They hold hints and nothing else, so a version that wants other tables drops these and makes its own.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

SCHEMA = "paperround_wake"
# Any number will do, as long as every process takes the same; it names the making of these tables and nothing else.
MAKING = 7_269_710_482_003
CONNECT_SECONDS = 5
# A frozen process must not keep others out; and whatever an administrator set as usual, jobs are taken one by one.
# https://www.postgresql.org/docs/current/runtime-config-client.html
SESSION = (
    f"-c search_path={SCHEMA},pg_catalog -c idle_in_transaction_session_timeout=8s -c lock_timeout=5s"
    r" -c default_transaction_isolation=read\ committed -c datestyle=ISO"
)


def connection_string(url: str) -> str:
    """The application's database URL as libpq takes it, with the wake-ups' own tables first.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
    """
    scheme, _, rest = url.partition("://")
    plain = f"{scheme.partition('+')[0]}://{rest}"
    options = f"{conninfo_to_dict(plain).get('options', '')} {SESSION}".strip()
    return make_conninfo(plain, options=options, connect_timeout=CONNECT_SECONDS)


async def ensure_tables(conninfo: str, *, made_by: str, tables: LiteralString) -> bool:
    """Make the tables, anew if another version made them; True when they were made now.

    One process at a time; the others wait and find them.
    """
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        await connection.execute("SET LOCAL lock_timeout = '60s'")
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
        found = await connection.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [SCHEMA]
        )
        if await found.fetchone() == (made_by,):
            return False
        name = sql.Identifier(SCHEMA)
        await connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        await connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        await connection.execute(sql.SQL(tables))
        note = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(made_by))
        await connection.execute(note)
        return True
