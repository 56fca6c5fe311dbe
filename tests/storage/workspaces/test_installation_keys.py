"""Keys that are missing, others, newer or lost, and rows somebody tampered with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.workspaces import KeptWorkspaces, keys
from bot.config import Settings
from bot.errors import ConfigError
from bot.storage import Store
from bot.storage.sealing import Keys
from bot.testing import FakeClock
from bot.testing.builders import make_installation, make_secret_key

Rows = Callable[[], Awaitable[list[Any]]]
Tamper = Callable[..., Awaitable[None]]


async def test_without_a_key_nothing_is_kept(store: Store, clock: FakeClock, rows: Rows) -> None:
    kept = KeptWorkspaces(store, keys(Settings(secret_key=SecretStr(""))), clock)
    assert await kept.installations("slack") == ()
    with pytest.raises(ConfigError, match=r"PAPERROUND_SECRET_KEY is not set.*slack workspace T01"):
        await kept.installed(make_installation())
    assert await rows() == []


async def test_another_key_is_a_clear_error(kept: KeptWorkspaces, store: Store, clock: FakeClock) -> None:
    await kept.installed(make_installation())
    other = KeptWorkspaces(store, Keys.of(make_secret_key()), clock)
    for asked in (other.installation("slack", "T01"), other.installations("slack")):
        with pytest.raises(
            ConfigError, match=r"PAPERROUND_SECRET_KEY does not hold the key.*workspace T01"
        ) as refused:
            await asked
        assert refused.value.fix.startswith("Add the former key behind a comma")
    assert await kept.installation("slack", "T01") == make_installation()


@pytest.mark.parametrize("field", ["token", "refresh_token"])
async def test_a_row_somebody_tampered_with_is_found_and_stops_nobody_else(
    kept: KeptWorkspaces, field: str, rows: Rows, tamper: Tamper
) -> None:
    for workspace in ("T01", "T02"):
        await kept.installed(make_installation(workspace))
    sealed = getattr((await rows())[0], field)
    await tamper("T01", **{field: sealed[:-3] + ("AAA" if sealed[-3:] != "AAA" else "BBB")})
    with pytest.raises(ConfigError, match="slack workspace T01 is not what was sealed there"):
        await kept.installation("slack", "T01")
    assert await kept.installations("slack") == (make_installation("T02"),)


async def test_a_token_that_was_copied_to_another_workspace_is_refused(
    kept: KeptWorkspaces, rows: Rows, tamper: Tamper
) -> None:
    for workspace in ("T01", "T02"):
        await kept.installed(make_installation(workspace))
    await tamper("T02", token=(await rows())[0].token)
    with pytest.raises(
        ConfigError, match="the token of the slack workspace T02 is not what was sealed there"
    ):
        await kept.installation("slack", "T02")


async def test_a_refresh_token_in_the_place_of_a_token_is_refused(
    kept: KeptWorkspaces, rows: Rows, tamper: Tamper
) -> None:
    await kept.installed(make_installation())
    await tamper("T01", token=(await rows())[0].refresh_token)
    with pytest.raises(ConfigError, match="the token of the slack workspace T01"):
        await kept.installation("slack", "T01")


async def test_a_newer_key_seals_every_row_anew(store: Store, clock: FakeClock) -> None:
    former, newer = make_secret_key(), make_secret_key()
    old = KeptWorkspaces(store, Keys.of(former), clock)
    for workspace in ("T01", "T02"):
        await old.installed(make_installation(workspace))
    both = KeptWorkspaces(store, Keys.of(f"{newer},{former}"), clock)
    assert await both.reseal() == 2
    assert await both.reseal() == 0
    alone = KeptWorkspaces(store, Keys.of(newer), clock)
    assert await alone.installations("slack") == (make_installation("T01"), make_installation("T02"))


async def test_two_processes_may_seal_anew_at_once(store: Store, clock: FakeClock, url: str) -> None:
    former, newer = make_secret_key(), make_secret_key()
    for number in range(5):
        await KeptWorkspaces(store, Keys.of(former), clock).installed(make_installation(f"T{number}"))
    both = Keys.of(f"{newer},{former}")
    async with await Store.open(url) as other:
        done = await asyncio.gather(*(KeptWorkspaces(one, both, clock).reseal() for one in (store, other)))
    assert sum(done) == 5
    alone = KeptWorkspaces(store, Keys.of(newer), clock)
    assert len(await alone.installations("slack")) == 5


async def test_sealing_anew_never_brings_an_older_token_back(
    store: Store, clock: FakeClock, rows: Rows
) -> None:
    former, newer = make_secret_key(), make_secret_key()
    await KeptWorkspaces(store, Keys.of(former), clock).installed(make_installation())
    old = (await store.installations())[0]
    both = KeptWorkspaces(store, Keys.of(f"{newer},{former}"), clock)
    fresh = make_installation(token="xoxb-fresh", refresh_token="xoxe-fresh")
    await both.renewed(fresh)
    assert not await store.reseal_installation(old, replace(old, token=(await rows())[0].refresh_token))
    assert await both.installation("slack", "T01") == fresh


async def test_what_cannot_be_opened_is_left_as_it_is_when_others_are_sealed_anew(
    store: Store, clock: FakeClock, rows: Rows
) -> None:
    lost, former, newer = make_secret_key(), make_secret_key(), make_secret_key()
    await KeptWorkspaces(store, Keys.of(lost), clock).installed(make_installation("T01"))
    await KeptWorkspaces(store, Keys.of(former), clock).installed(make_installation("T02"))
    before = (await rows())[0]
    both = KeptWorkspaces(store, Keys.of(f"{newer},{former}"), clock)
    assert await both.reseal() == 1
    assert (await rows())[0] == before
    assert await both.installations("slack") == (make_installation("T02"),)


async def test_a_workspace_with_a_lost_key_installs_the_bot_again(
    kept: KeptWorkspaces, store: Store, clock: FakeClock
) -> None:
    await kept.installed(make_installation())
    other = KeptWorkspaces(store, Keys.of(make_secret_key()), clock)
    again = make_installation(token="xoxb-again")
    await other.installed(again)
    assert await other.installations("slack") == (again,)
