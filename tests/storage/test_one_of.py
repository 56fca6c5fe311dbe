from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from bot.storage import Store
from bot.storage import tables as t
from bot.storage.one_of import one_of, one_of_words
from bot.testing.builders import SAMPLE_NOW, make_batch

BY_ID = select(t.paper.c.id).where(one_of(t.paper.c.id, "numbers")).order_by(t.paper.c.id)
BY_KEY = select(t.paper.c.key).where(one_of_words(t.paper.c.key, "words")).order_by(t.paper.c.key)


@pytest.fixture
async def ids(store: Store) -> list[int]:
    return sorted((await store.add_batch(make_batch(), now=SAMPLE_NOW)).paper_ids)


async def test_those_are_found_that_were_named(store: Store, ids: list[int]) -> None:
    def asked(db: Connection, numbers: list[int]) -> list[int]:
        return list(db.execute(BY_ID, {"numbers": numbers}).scalars())

    assert await store.database.read(lambda db: asked(db, [])) == []
    assert await store.database.read(lambda db: asked(db, ids[:2])) == ids[:2]
    many = [*ids, *range(1, 5_000)]
    assert await store.database.read(lambda db: asked(db, many)) == ids


async def test_words_are_taken_as_they_stand(store: Store, ids: list[int]) -> None:
    words = ["arxiv:2606.00001", 'it\'s "quoted", {braced}', "arxiv:2606.00003"]
    found = await store.database.read(lambda db: list(db.execute(BY_KEY, {"words": words}).scalars()))
    assert found == ["arxiv:2606.00001", "arxiv:2606.00003"]


async def test_changes_reach_them_alone(store: Store, ids: list[int]) -> None:
    change = update(t.paper).where(one_of(t.paper.c.id, "numbers")).values(votes=77)
    await store.database.write(lambda db: db.execute(change, {"numbers": ids[1:]}))
    assert [paper.votes for paper in await store.papers(ids)] == [10, 77, 77]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_an_index_finds_them(store: Store, ids: list[int]) -> None:
    def plan(db: Connection) -> str:
        text = str(BY_ID.compile(db.engine))
        return " ".join(row[3] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[1, 2]",)))

    assert "SEARCH paper USING" in await store.database.read(plan)
