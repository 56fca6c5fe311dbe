"""Tokens that rotate: one process renews, and what ended or was made anew meanwhile stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app.workspaces import KeptWorkspaces
from bot.storage import Store
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW, make_installation

Rows = Callable[[], Awaitable[list[Any]]]
Tamper = Callable[..., Awaitable[None]]


DAY = timedelta(days=1)
LONG_AGO, FAR_AHEAD = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


async def test_one_of_many_processes_renews_a_token(kept: KeptWorkspaces, url: str) -> None:
    await kept.installed(make_installation())
    others = [await Store.open(url) for _ in range(3)]
    asked = [replace(kept, store=one).renewing("slack", "T01") for one in (*others, *others)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 5 + [True]
    for one in others:
        await one.close()


async def test_a_renewal_that_came_to_nothing_is_tried_again_a_minute_later(
    kept: KeptWorkspaces, tamper: Tamper
) -> None:
    await kept.installed(make_installation())
    assert await kept.renewing("slack", "T01")
    assert not await kept.renewing("slack", "T01")
    await tamper("T01", renewing_until=LONG_AGO)
    assert await kept.renewing("slack", "T01")


async def test_a_renewal_that_a_clock_far_ahead_began_holds_nobody_up(
    kept: KeptWorkspaces, tamper: Tamper
) -> None:
    await kept.installed(make_installation())
    await tamper("T01", renewing_until=FAR_AHEAD)
    assert await kept.renewing("slack", "T01")
    assert not await kept.renewing("slack", "T01")


async def test_a_renewed_token_is_kept_and_the_next_renewal_is_free(kept: KeptWorkspaces) -> None:
    await kept.installed(make_installation())
    assert await kept.renewing("slack", "T01")
    newer = make_installation(token="xoxb-newer", refresh_token="xoxe-newer", expires_at=SAMPLE_NOW + DAY)
    await kept.renewed(newer)
    assert await kept.installation("slack", "T01") == newer
    assert await kept.renewing("slack", "T01")


async def test_with_a_renewed_token_a_lane_that_rested_for_the_old_one_is_tried_again(
    kept: KeptWorkspaces, store: Store, make_destination: Callable[..., Any]
) -> None:
    for workspace in ("T01", "T02"):
        await make_destination("slack", workspace)
        await kept.installed(make_installation(workspace))
        await store.pause_lane(f"slack:{workspace}", reason="token_expired")
    await kept.uninstalled("slack", "T02")
    for workspace in ("T01", "T02"):
        await kept.renewed(make_installation(workspace, token="xoxb-newer"))
    assert [lane.paused for lane in await store.lanes()] == [False, True]


async def test_what_ended_while_its_token_was_renewed_stays_ended(kept: KeptWorkspaces, rows: Rows) -> None:
    await kept.installed(make_installation())
    assert await kept.renewing("slack", "T01")
    await kept.uninstalled("slack", "T01")
    await kept.renewed(make_installation(token="xoxb-newer"))
    assert await kept.installation("slack", "T01") is None
    assert (await rows())[0].token == ""
    assert not await kept.renewing("slack", "T01")


async def test_a_renewal_does_not_take_the_place_of_an_installation_made_meanwhile(
    kept: KeptWorkspaces,
) -> None:
    await kept.installed(make_installation())
    assert await kept.renewing("slack", "T01")
    again = make_installation(token="xoxb-again", installed_at=SAMPLE_NOW + timedelta(minutes=1))
    await kept.installed(again)
    await kept.renewed(make_installation(token="xoxb-newer"))
    assert await kept.installation("slack", "T01") == again


async def test_a_renewal_of_nobody_makes_no_installation(kept: KeptWorkspaces, rows: Rows) -> None:
    assert not await kept.renewing("slack", "T01")
    await kept.renewed(make_installation())
    await kept.uninstalled("slack", "T01")
    assert await rows() == []


async def test_an_end_erases_the_tokens_and_is_remembered_once(
    kept: KeptWorkspaces, clock: FakeClock, rows: Rows
) -> None:
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    clock.advance(DAY)
    await kept.uninstalled("slack", "T01")
    (row,) = await rows()
    assert (row.token, row.refresh_token, row.expires_at, row.details) == ("", "", None, {})
    assert row.ended_at == SAMPLE_NOW
    assert await kept.installations("slack") == ()
