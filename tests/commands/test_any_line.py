"""Whatever anybody types is answered."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.catalogue import REGISTRY
from bot.commands.context import Asker, Context
from bot.commands.dispatch import dispatch
from bot.commands.replies import Notice, Reply
from bot.domain.subscription import Address
from bot.storage.store import Store
from bot.testing import FakeClock

PIECES = st.sampled_from(
    ["knitting", "2606.00001", "1", "*", "at:9am", "tz:", "max:0", "page:2", "since:", "topic:rlhf", "a OR", '"', "(", "-x",
     "<#C1|x>", "<https://a.b|c>", "weekdays", "= x", "🧶", "\u202e", "cat:cs.CV", "author:", "%", "'; DROP TABLE paper; --"]
)  # fmt: skip
VERBS = st.sampled_from([one.name for one in REGISTRY])


@pytest.fixture(scope="module")
def anywhere(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    path = tmp_path_factory.mktemp("any") / "papers.db"
    shutil.copy(stored, path)
    store = Store.open_now(f"sqlite:///{path}", migrate=False)
    yield Context(
        store=store,
        clock=FakeClock(),
        asker=Asker(user="U1", name="Ada", manager=True),
        address=Address(platform="slack", workspace="T1", channel="C1"),
        place="#knitting",
    )
    asyncio.run(store.close())


@settings(deadline=None, max_examples=150)
@given(verb=VERBS, pieces=st.lists(PIECES | st.text(max_size=12), max_size=5))
def test_any_line_gets_a_reply_and_never_an_incident(anywhere: Context, verb: str, pieces: list[str]) -> None:
    reply = asyncio.run(dispatch(f"{verb} {' '.join(pieces)}", anywhere))
    assert isinstance(reply, get_args(Reply))
    assert not (isinstance(reply, Notice) and reply.code == "P-INCIDENT")
