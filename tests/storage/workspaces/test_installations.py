"""Workspaces that installed the bot come back as they were, and their tokens stand nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app.workspaces import KeptWorkspaces
from bot.ports import Workspaces
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_installation

Rows = Callable[[], Awaitable[list[Any]]]
Tamper = Callable[..., Awaitable[None]]
Everything = Callable[[], Awaitable[dict[str, tuple[str, ...]]]]
on_a_file = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def files_in(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


async def test_an_installation_comes_back_as_it_was(kept: Workspaces) -> None:
    await kept.installed(make_installation())
    assert await kept.installation("slack", "T01") == make_installation()
    assert await kept.installations("slack") == (make_installation(),)


async def test_one_whose_token_never_ends_comes_back_so(kept: KeptWorkspaces) -> None:
    plain = make_installation(refresh_token="", expires_at=None, details={}, scopes=frozenset())
    await kept.installed(plain)
    assert await kept.installation("slack", "T01") == plain


async def test_tenants_and_platforms_never_see_each_others(kept: KeptWorkspaces) -> None:
    for one in (
        make_installation("T01"),
        make_installation("T02"),
        make_installation("T01", platform="other"),
    ):
        await kept.installed(one)
    assert await kept.installation("slack", "T02") == make_installation("T02")
    assert await kept.installation("slack", "T03") is None
    assert await kept.installation("other", "T02") is None
    assert await kept.installations("other") == (make_installation("T01", platform="other"),)
    await kept.uninstalled("slack", "T01")
    assert await kept.installations("slack") == (make_installation("T02"),)
    assert await kept.installation("other", "T01") is not None


async def test_the_newest_installation_of_a_workspace_stands(kept: KeptWorkspaces) -> None:
    await kept.installed(make_installation())
    again = make_installation(token="xoxb-other", scopes=frozenset({"commands"}), installed_by="U02")
    await kept.installed(again)
    assert await kept.installations("slack") == (again,)


async def test_no_token_stands_in_the_database(kept: KeptWorkspaces, everything: Everything) -> None:
    await kept.installed(make_installation())
    await kept.renewed(make_installation(token="xoxb-canary-renewed"))
    state = await kept.new_state()
    held = str(await everything())
    assert "Knitters" in held
    assert "canary" not in held
    assert state not in held


@on_a_file
async def test_no_token_stands_in_the_file_or_in_a_backup(
    kept: KeptWorkspaces, store: Store, tmp_path: Path
) -> None:
    await kept.installed(make_installation())
    await kept.reseal()
    await store.backup(tmp_path / "backup.db")
    files = files_in(tmp_path)
    assert b"Knitters" in files["backup.db"]
    assert {name for name, held in files.items() if b"canary" in held} == set()


async def test_the_store_keeps_no_token_as_it_came(store: Store, rows: Rows) -> None:
    with pytest.raises(ValueError, match="seal it first") as refused:
        await store.save_installation(make_installation(), SAMPLE_NOW)
    assert "canary" not in str(refused.value)
    assert await rows() == []


def test_an_installation_does_not_show_its_tokens() -> None:
    assert "canary" not in repr(make_installation())
