"""Alembic runs this: migrate inside the transaction of the connection that `bot.storage.migrate` hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlmodel import AutoString

from bot.storage.tables import metadata
from bot.storage.tables.types import Id, Names, Strings, UtcTime

# A migration stands for ever, so it names the database's own types and not today's Python classes.
PLAIN = {
    Id: "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')",
    UtcTime: "sa.BigInteger()",
    Strings: "sa.Text()",
    Names: "sa.Text()",
    AutoString: "sa.String()",
}


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is one of the models'; the full-text index keeps tables of its own."""
    return kind != "table" or not str(name).startswith("paper_text")


def plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How a column's type is written into a new migration."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=ours,
    render_item=plainly,
    transactional_ddl=True,  # the connection begins transactions itself, so SQLite's DDL rolls back too
    render_as_batch=context.config.attributes.get("batch", True),
)
context.run_migrations()
