"""Many values in one parameter, many rows in one answer: the same on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, Connection, LargeBinary, Text, cast, literal, null, select, update

from bot.storage import Store
from bot.storage import tables as t
from bot.storage.at_once import AtOnce
from bot.storage.given import Given, one_of
from bot.testing.builders import SAMPLE_NOW, make_batch

paper = t.paper.c
BY_ID = select(paper.id).where(one_of(paper.id, "numbers")).order_by(paper.id)
PLAIN = select(paper.id, paper.title, paper.authors, paper.submitted, paper.first_seen).order_by(
    paper.votes.desc()
)
HOSTILE = 'quoted "so", {braced}, \\ and %s; ü — 𝔘\n'


@pytest.fixture
async def ids(store: Store) -> list[int]:
    return sorted((await store.add_batch(make_batch(), now=SAMPLE_NOW)).paper_ids)


async def read(store: Store, query: Any, **given: Any) -> list[Any]:
    return await store.database.read(lambda db: list(db.execute(query, given).all()))


async def test_those_are_found_that_were_named(store: Store, ids: list[int]) -> None:
    assert await read(store, BY_ID, numbers=[]) == []
    assert [row.id for row in await read(store, BY_ID, numbers=ids[:2])] == ids[:2]
    many = [*ids, *range(10_000, 15_000)]
    assert [row.id for row in await read(store, BY_ID, numbers=many)] == ids


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_an_index_finds_them(store: Store, ids: list[int]) -> None:
    def plan(db: Connection) -> str:
        text = str(BY_ID.compile(db.engine))
        return " ".join(row[3] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[1, 2]",)))

    assert "SEARCH paper USING" in await store.database.read(plan)


async def test_each_row_gets_its_own_values(store: Store, ids: list[int]) -> None:
    given = Given("news", number=BigInteger(), title=Text(), seen=paper.first_seen.type)
    change = (
        update(t.paper)
        .where(paper.id == given.rows.c.number)
        .values(title=given.rows.c.title, first_seen=given.rows.c.seen)
    )
    later = SAMPLE_NOW + timedelta(microseconds=1)
    packed = given.packed([(ids[0], HOSTILE, later), (ids[1], "", SAMPLE_NOW)])
    await store.database.write(lambda db: db.execute(change, {"news": packed}))
    seen = {row.id: row for row in await read(store, PLAIN)}
    assert (seen[ids[0]].title, seen[ids[0]].first_seen) == (HOSTILE, later)
    assert (seen[ids[1]].title, seen[ids[1]].first_seen) == ("", SAMPLE_NOW)
    assert seen[ids[2]].title not in {HOSTILE, ""}


async def test_rows_that_come_at_once_are_those_that_come_one_by_one(store: Store, ids: list[int]) -> None:
    plain = await read(store, PLAIN)
    packed = await store.database.read(lambda db: list(AtOnce(PLAIN).rows(db, {})))
    assert [tuple(row) for row in packed] == [tuple(row) for row in plain]
    assert [row.id for row in packed] == [row.id for row in plain]
    none = AtOnce(BY_ID)
    assert list(await store.database.read(lambda db: list(none.rows(db, {"numbers": []})))) == []


async def test_what_no_database_takes_becomes_what_both_take(store: Store, ids: list[int]) -> None:
    given = Given("news", number=BigInteger(), title=Text())
    change = update(t.paper).where(paper.id == given.rows.c.number).values(title=given.rows.c.title)
    packed = given.packed([(ids[0], "a\0b"), (ids[1], "a\ud800b")])
    await store.database.write(lambda db: db.execute(change, {"news": packed}))
    seen = {row.id: row.title for row in await read(store, PLAIN)}
    assert (seen[ids[0]], seen[ids[1]]) == ("ab", "a?b")


def test_fractions_are_refused_for_sqlite_would_round_them() -> None:
    with pytest.raises(TypeError, match="15 digits"):
        AtOnce(select(t.lane.c.id, t.lane.c.tat))


async def test_bytes_and_nothing_come_as_they_are(store: Store) -> None:
    some = literal(b'\0\xff"', LargeBinary())
    query = AtOnce(select(some.label("some"), cast(null(), LargeBinary()).label("absent")))
    (row,) = await store.database.read(lambda db: list(query.rows(db, {})))
    assert (row.some, row.absent) == (b'\0\xff"', None)
