"""A workspace that removed the bot long ago is forgotten: everything of it, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.app.workspaces import KeptWorkspaces
from bot.domain.mailing import SignUp, Wishes
from bot.domain.paper import Paper
from bot.domain.subscription import Address
from bot.storage import Store
from bot.storage import tables as t
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW, make_installation
from jobs.prune import prune

Fill = Callable[..., Awaitable[None]]
Everything = Callable[[], Awaitable[dict[str, tuple[str, ...]]]]
DAY = timedelta(days=1)
# Sign-ups go by themselves after two days; `everything` has them, too.
OWNED = [
    table for table in t.metadata.sorted_tables if "workspace_id" in table.c and table is not t.mail_signup
]


@pytest.fixture
def fill(
    kept: KeptWorkspaces, store: Store, make_destination: Any, make_plan: Any, papers: tuple[Paper, ...]
) -> Fill:
    """Gives a workspace two channels and a row in every table that has rows of workspaces."""

    async def sign_up(workspace: str) -> None:
        signup = SignUp(
            address=Address(platform="email", workspace=workspace, channel="ada@example.org"),
            wishes=Wishes(queries=("robot",)),
            asked_by=f"slack:{workspace}:U1",
            made_at=SAMPLE_NOW + 30 * DAY,
        )
        await store.add_signup(signup)
        await store.mailbox_confirmed(signup, SAMPLE_NOW)

    async def make(workspace: str, platform: str = "slack", *, told: str = "") -> None:
        named = told or workspace
        for channel in (f"C1-{named}", f"C2-{named}"):
            home = await make_destination(platform, workspace, channel)
            await store.subscribe(home.id, f"query-{named}", created_by=f"ada-{named}", now=SAMPLE_NOW)
            await store.plan(make_plan(home))
            await store.dismiss(home.id, papers[0].id, f"ada-{named}", SAMPLE_NOW)
            await kept.channel_gone(Address(platform=platform, workspace=workspace, channel=channel), "gone")
        await sign_up(workspace)
        await store.save(workspace, f"ada-{named}", papers[0].id, SAMPLE_NOW)
        await store.mute(workspace, f"ada-{named}", "Zoe Other")
        await store.define_topic(workspace, f"topic-{named}", "robot", "ada", SAMPLE_NOW)
        await store.add_feed(workspace, f"https://{named}.example/feed", "", "ada", SAMPLE_NOW)
        await kept.installed(make_installation(workspace, platform=platform))

    return make


async def counts(store: Store, workspace: str) -> dict[str, int]:
    """How many rows of a workspace stand in each table that has rows of workspaces."""

    def counted(db: Connection) -> dict[str, int]:
        of = {table.name: select(func.count()).where(table.c.workspace_id == workspace) for table in OWNED}
        return {name: int(db.execute(query).scalar_one()) for name, query in of.items()}

    return await store.database.read(counted)


async def test_nothing_of_a_purged_workspace_is_left_in_any_table_and_others_are_untouched(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock, everything: Everything
) -> None:
    for workspace in ("T01", "T02"):
        await fill(workspace)
    theirs = await counts(store, "T02")
    assert len(OWNED) >= 13
    assert all(theirs.values()), theirs
    assert await counts(store, "T01") == theirs
    await kept.uninstalled("slack", "T01")
    clock.advance(30 * DAY + timedelta(seconds=1))
    assert (await prune(store, clock=clock, keep_days=365))["workspaces"] == 1
    assert set((await counts(store, "T01")).values()) == {0}
    assert await counts(store, "T02") == theirs
    held = await everything()
    assert {name: rows for name, rows in held.items() if "T01" in str(rows)} == {}
    assert len(held["query"]) == 1
    assert len(held["paper"]) == 6
    assert await store.check() == ()
    assert await kept.installations("slack") == (make_installation("T02"),)


async def test_for_thirty_days_everything_is_kept(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    before = await counts(store, "T01")
    await kept.uninstalled("slack", "T01")
    clock.advance(30 * DAY)
    assert (await prune(store, clock=clock, keep_days=365))["workspaces"] == 0
    assert await counts(store, "T01") == before


async def test_who_came_back_in_time_is_never_purged(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    before = await counts(store, "T01")
    await kept.uninstalled("slack", "T01")
    clock.advance(29 * DAY)
    await kept.installed(make_installation())
    clock.advance(29 * DAY)
    assert (await prune(store, clock=clock, keep_days=365))["workspaces"] == 0
    assert await counts(store, "T01") == before


async def test_who_comes_back_while_they_are_forgotten_keeps_what_is_left(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    before = clock.now() - 30 * DAY
    assert await store.purge("slack", "T01", before)
    await kept.installed(make_installation())
    assert not await store.purge("slack", "T01", before)
    left = await counts(store, "T01")
    assert (left["destination"], left["installation"], left["saved"]) == (1, 1, 1)


async def test_a_workspace_of_another_platform_that_has_the_same_id_keeps_what_is_its_own(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    await fill("T01", "other", told="other")
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    assert (await prune(store, clock=clock, keep_days=365))["workspaces"] == 1
    left = await counts(store, "T01")
    assert (left["destination"], left["lane"], left["installation"]) == (2, 1, 1)
    assert {one.address.platform for one in await store.destinations()} == {"other"}
    assert left["saved"] == 2
    assert await kept.installation("other", "T01") is not None


async def test_a_workspace_that_never_subscribed_is_forgotten_too(
    kept: KeptWorkspaces, store: Store, clock: FakeClock
) -> None:
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    assert (await prune(store, clock=clock))["workspaces"] == 1
    assert (await prune(store, clock=clock))["workspaces"] == 0


async def test_who_is_purged_and_installs_the_bot_again_begins_anew(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    await prune(store, clock=clock)
    await kept.installed(make_installation())
    assert await kept.installations("slack") == (make_installation(),)
    assert await store.destinations() == ()


async def test_for_thirty_days_after_a_copy_was_put_back_nobody_is_purged(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    await store.mark_restored(clock.now())
    assert (await prune(store, clock=clock))["workspaces"] == 0
    clock.advance(31 * DAY)
    assert (await prune(store, clock=clock))["workspaces"] == 1


async def test_a_copy_that_was_put_back_sends_nothing_where_the_bot_had_been_removed(
    kept: KeptWorkspaces, store: Store, fill: Fill, clock: FakeClock
) -> None:
    await fill("T01")
    await kept.uninstalled("slack", "T01")
    await store.mark_restored(clock.now())
    assert await store.resume_lanes() == 0
    assert await kept.installations("slack") == ()
    assert [lane.paused for lane in await store.lanes()] == [True]
    assert await store.due(clock.now() + DAY) == ()


async def test_mailboxes_that_were_signed_up_in_a_workspace_are_forgotten_with_it(
    kept: KeptWorkspaces,
    store: Store,
    fill: Fill,
    clock: FakeClock,
    make_destination: Any,
    everything: Everything,
) -> None:
    await fill("T01")
    for workspace in ("T01", "T02"):
        await make_destination("email", workspace, f"ada-{workspace}@example.org")
    await kept.uninstalled("slack", "T01")
    clock.advance(40 * DAY)
    assert (await prune(store, clock=clock, keep_days=365))["workspaces"] == 1
    assert {name for name, rows in (await everything()).items() if "T01" in str(rows)} == set()
    assert [one.address.workspace for one in await store.destinations()] == ["T02"]
