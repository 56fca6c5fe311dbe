"""Backups hold tokens as they are kept: sealed. What the copy does not know, the platform says at the first message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.workspaces import KeptWorkspaces
from bot.errors import ConfigError
from bot.storage import Store
from bot.storage.sealing import Keys
from bot.testing import FakeClock
from bot.testing.builders import make_installation, make_secret_key
from jobs.restoring import restore

MakeDestination = Callable[..., Any]
DAY = timedelta(days=1)
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # a server's are pg_dump's


async def put_back(store: Store, kept: KeptWorkspaces, copy: Path) -> KeptWorkspaces:
    """Stop, restore, and start on what is there now."""
    path = store.path
    assert path is not None
    await store.close()
    await restore(copy, path, now=kept.clock.now())
    again = await Store.open(f"sqlite:///{path}")
    await again.resume_lanes()
    return replace(kept, store=again)


async def test_a_copy_that_was_put_back_opens_with_the_same_key_alone(
    kept: KeptWorkspaces, store: Store, tmp_path: Path
) -> None:
    await kept.installed(make_installation())
    await store.backup(tmp_path / "copy.db")
    kept = await put_back(store, kept, tmp_path / "copy.db")
    assert await kept.installations("slack") == (make_installation(),)
    with pytest.raises(ConfigError, match="does not hold the key"):
        await replace(kept, keys=Keys.of(make_secret_key())).installations("slack")
    await kept.store.close()


async def test_who_had_removed_the_bot_when_the_copy_was_made_gets_nothing_and_may_come_back(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, clock: FakeClock, tmp_path: Path
) -> None:
    home = await make_destination("slack", "T01", "C01")
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    await store.backup(tmp_path / "copy.db")
    clock.advance(40 * DAY)
    kept = await put_back(store, kept, tmp_path / "copy.db")
    assert await kept.installations("slack") == ()
    assert [lane.paused for lane in await kept.store.lanes()] == [True]
    assert await kept.store.due(clock.now() + DAY) == ()
    await kept.installed(make_installation(installed_at=clock.now()))
    assert [one.id for one in await kept.store.due(clock.now() + 2 * DAY)] == [home.id]
    await kept.store.close()


async def test_who_removed_the_bot_after_the_copy_was_made_is_there_until_their_platform_says_so(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, tmp_path: Path
) -> None:
    await make_destination("slack", "T01", "C01")
    await kept.installed(make_installation())
    await store.backup(tmp_path / "copy.db")
    await kept.uninstalled("slack", "T01")
    kept = await put_back(store, kept, tmp_path / "copy.db")
    assert await kept.installations("slack") == (make_installation(),)
    await kept.uninstalled("slack", "T01")
    assert await kept.installations("slack") == ()
    await kept.store.close()
