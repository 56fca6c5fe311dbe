"""Databases as earlier versions left them, with a row in every table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from alembic import command
from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Float, Integer, LargeBinary, MetaData

from bot.storage import migrate
from bot.storage.database import connect

Rows = dict[str, dict[str, Any]]  # table -> its row
MakeOld = Callable[[str, str], Rows]

SAID: dict[str, Any] = {
    "title": "Continual Knitting",
    "authors": '["Ada Example"]',
    "categories": '["cs.LG"]',
    "keywords": "[]",
    "sources": '["arxiv"]',
    "provenance": "{}",
    "tz": "UTC",
    "days": 127,
    "status": "pending",
    "state": "open",
    "archive": "link",
    "verdict": "fresh",
    "definition": "knitting",
    "text": "knitting",
    "papers": "[]",
    "channel_id": "C01",
    "channel": "C01",
}


@pytest.fixture
def make_old() -> MakeOld:
    """Makes the database at a URL one of an older schema, filled; returns what it holds."""
    return make_old_database


def make_old_database(url: str, revision: str) -> Rows:
    def build(db: Connection) -> Rows:
        command.upgrade(migrate.alembic_config(db), revision)
        return _filled(db)

    database = connect(url)
    try:
        return database.write_now(build)
    finally:
        database.close_now()


def _filled(db: Connection) -> Rows:
    known = MetaData()
    known.reflect(db, only=lambda name, _: name != "alembic_version" and not name.startswith("paper_text"))
    rows: Rows = {}
    for table in known.sorted_tables:
        refers = {column.name: key.column for column in table.c for key in column.foreign_keys}
        row = {
            column.name: rows[refers[column.name].table.name][refers[column.name].name]
            if column.name in refers
            else _value(column)
            for column in table.c
        }
        db.execute(table.insert(), row)
        rows[table.name] = row
    return rows


def _value(column: Column[Any]) -> Any:
    is_moment = column.name.endswith(("_at", "_until", "_seen", "_before"))
    of_type = {
        Boolean: False,
        Date: date(2026, 6, 1),
        LargeBinary: b"bytes",
        BigInteger: 1_780_000_000_000_000 if is_moment else 1,
        Integer: 1,
        Float: 1.5,
    }
    fitting = (value for kind, value in of_type.items() if isinstance(column.type, kind))
    return SAID.get(column.name, next(fitting, f"{column.table.name} {column.name}"))
