"""A database of an earlier version keeps what it froze and what it has shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, text

from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.subscription import Address
from bot.storage import Store, migrate
from bot.storage import tables as t
from bot.storage.database import connect
from bot.storage.plain import plain
from bot.testing.builders import SAMPLE_NOW, make_paper

HERE = Address(platform="console", workspace="local", channel="terminal")
SHOWN, FOLDED = (make_paper(number, summary="It knits.") for number in (1, 2))
DIGEST = Digest(
    address=HERE,
    destination="this terminal",
    day=date(2026, 6, 1),
    tz="UTC",
    groups=(
        Group(
            title="knit",
            picks=(
                Pick(paper=SHOWN, why=(Why(query="knit", subscription_id=1, hits=("knit",)),), score=1.5),
            ),
        ),
    ),
    folded=(Folded(paper_id=FOLDED.id, score=1.0, query="knit"),),
)


def of_version_2(db: Connection) -> None:
    """A sent slot as schema 0002 kept it: one row for each paper, folded or not, and the whole digest in one text."""
    command.upgrade(migrate.alembic_config(db), "0002")
    for paper in (SHOWN, FOLDED):
        own = {"title_fold": paper.title.casefold(), "version": None}
        db.execute(t.paper.insert().values(**{name: getattr(paper, name) for name in paper.__slots__} | own))
    _add(
        db,
        "lane",
        id="console:local",
        workspace_id="local",
        platform="console",
        token_ref="",
        paused=False,
        paused_reason="",
    )
    _add(db, "destination", id=1, workspace_id="local", platform="console", channel_id="terminal", lane_id="console:local",
         name="this terminal", hh=9, mm=0, tz="UTC", days=127, max_papers=10, note_empty=False, paused=False,
         paused_reason="", dead_in_row=0, created_at=0)  # fmt: skip
    due_at = int(SAMPLE_NOW.timestamp()) * 1_000_000
    _add(db, "slot", id=1, workspace_id="local", destination_id=1, slot_key="2026-06-01", day="2026-06-01", due_at=due_at,
         state="sent", reason="")  # fmt: skip
    whole = plain(DIGEST) | {"folded": {"queries": ["knit"], "papers": [[FOLDED.id, 1.0, 0]]}}
    _add(db, "digest", slot_id=1, workspace_id="local", content_json=json.dumps(whole), renderer_version=2)
    for paper in (SHOWN, FOLDED):
        _add(db, "shown", destination_id=1, paper_id=paper.id, workspace_id="local", slot_id=1)


def _add(db: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    db.execute(text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(values)})"), values)


async def test_what_an_earlier_version_showed_and_froze_is_still_known(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'paperround.db'}"
    database = connect(url)
    database.write_now(of_version_2)
    database.close_now()
    async with await Store.open(url) as store:
        assert await store.digest(1) == DIGEST
        assert await store.shown([1]) == {1: frozenset({SHOWN.id, FOLDED.id})}
        among = await store.shown_among([1], since_id=0, ids=())
        assert among == {1: [SHOWN.id, FOLDED.id]}
        slot = await store.shown_in(1, FOLDED.id)
        assert slot is not None
        assert slot.slot_key == "2026-06-01"
        assert await store.check() == ()
