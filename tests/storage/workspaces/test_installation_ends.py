"""A workspace removes the bot, and perhaps comes back: nothing is sent meanwhile, and nothing is lost for 30 days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.app.workspaces import KeptWorkspaces
from bot.domain.delivery import Status
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.storage.installations import ENDED
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW, make_installation

MakeDestination = Callable[..., Any]
DAY = timedelta(days=1)
LANE = "slack:T01"


async def a_channel(
    make_destination: MakeDestination, workspace: str = "T01", channel: str = "C01"
) -> Destination:
    made: Destination = await make_destination("slack", workspace, channel, name="#papers")
    return made


async def lane_of(store: Store, lane_id: str = LANE) -> Any:
    return next(lane for lane in await store.lanes() if lane.id == lane_id)


async def test_nothing_is_planned_or_sent_where_the_bot_was_removed(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, make_plan: Any, clock: FakeClock
) -> None:
    home = await a_channel(make_destination)
    theirs = await a_channel(make_destination, "T02")
    for workspace in ("T01", "T02"):
        await kept.installed(make_installation(workspace))
    await store.plan(make_plan(home))
    await kept.uninstalled("slack", "T01")
    lane = await lane_of(store)
    assert (lane.paused, lane.paused_reason) == (True, ENDED)
    assert await store.ready(LANE, SAMPLE_NOW) == ()
    assert await store.due(SAMPLE_NOW + DAY) == (theirs,)
    assert not (await lane_of(store, "slack:T02")).paused


async def test_a_start_does_not_resume_the_lanes_of_those_who_removed_the_bot(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    for workspace in ("T01", "T02", "T03"):
        await a_channel(make_destination, workspace)
        await store.pause_lane(f"slack:{workspace}", reason="token_revoked")
    await make_destination("other", "T01")
    await store.pause_lane("other:T01", reason="token_revoked")
    for workspace in ("T01", "T02"):
        await kept.installed(make_installation(workspace))
        await store.pause_lane(f"slack:{workspace}", reason="token_revoked")
    await kept.uninstalled("slack", "T01")
    assert await store.resume_lanes() == 3
    assert [lane.id for lane in await store.lanes() if lane.paused] == [LANE]


async def test_who_comes_back_finds_every_subscription_and_the_channel_goes_on(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, clock: FakeClock
) -> None:
    home = await a_channel(make_destination)
    asked = await store.subscribe(home.id, "robots", created_by="ada", now=SAMPLE_NOW)
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    clock.advance(29 * DAY + timedelta(hours=5))
    again = make_installation(token="xoxb-again", installed_at=clock.now())
    await kept.installed(again)
    assert await kept.installation("slack", "T01") == again
    assert await store.subscriptions([home.id]) == {home.id: (asked,)}
    back = await store.destination_by_id(home.id)
    assert back is not None
    assert (back.paused, back.paused_reason) == (False, "")
    assert back.next_due_at is not None
    assert clock.now() - timedelta(hours=12) < back.next_due_at <= clock.now() + DAY
    assert not (await lane_of(store)).paused


async def test_what_waited_when_the_bot_was_removed_for_a_moment_is_sent(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, make_plan: Any, clock: FakeClock
) -> None:
    home = await a_channel(make_destination)
    await kept.installed(make_installation())
    slot = await store.plan(make_plan(home))
    await kept.uninstalled("slack", "T01")
    clock.advance(timedelta(minutes=5))
    await kept.installed(make_installation(installed_at=clock.now()))
    (waiting,) = await store.ready(LANE, clock.now())
    assert (waiting.slot_id, waiting.status) == (slot.id, Status.PENDING)


async def test_a_digest_due_while_the_bot_was_away_for_a_moment_is_caught_up_with(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, clock: FakeClock
) -> None:
    home = await a_channel(make_destination)  # due at 9:00 in Berlin, an hour later
    due_at = SAMPLE_NOW + timedelta(hours=1)
    await store.update_destination(home.id, next_due_at=due_at)
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    clock.advance(timedelta(hours=2))
    await kept.installed(make_installation(installed_at=clock.now()))
    assert [one.id for one in await store.due(clock.now())] == [home.id]


async def test_a_channel_that_people_paused_stays_paused(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    home = await a_channel(make_destination)
    await store.update_destination(home.id, paused=True, paused_reason="on holiday")
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    await kept.installed(make_installation())
    now = await store.destination_by_id(home.id)
    assert now is not None
    assert (now.paused, now.paused_reason) == (True, "on holiday")


async def test_a_channel_whose_zone_is_gone_stops_nobody_from_coming_back(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination, clock: FakeClock
) -> None:
    home = await a_channel(make_destination)
    other = await a_channel(make_destination, channel="C02")
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    await lose_the_zone(store, home.id)
    clock.advance(3 * DAY)
    await kept.installed(make_installation())
    assert [one.paused for one in await store.destinations()] == [False, False]
    assert (await store.destination_by_id(other.id)).next_due_at > SAMPLE_NOW


async def lose_the_zone(store: Store, destination_id: int) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - only here

    statement = text(f"UPDATE destination SET tz = 'Mars/Olympus' WHERE id = {destination_id}")
    await store.database.write(lambda db: db.execute(statement))


async def test_where_the_operators_own_token_serves_only_the_lane_rests_until_the_next_start(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    home = await a_channel(make_destination)
    await kept.uninstalled("slack", "T01")
    assert (await lane_of(store)).paused
    assert await store.destination_by_id(home.id) == home
    assert await store.resume_lanes() == 1


async def test_where_the_operators_own_token_serves_the_lane_goes_on_when_the_bot_is_back(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    await a_channel(make_destination)
    await kept.uninstalled("slack", "T01")
    await kept.installed(make_installation(token="", refresh_token=""))
    lane = await lane_of(store)
    assert (lane.paused, lane.paused_reason) == (False, "")


async def test_where_the_operators_own_token_takes_over_the_channels_go_on_and_nothing_is_forgotten(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    home = await a_channel(make_destination)
    await kept.installed(make_installation())
    await kept.uninstalled("slack", "T01")
    await kept.installed(make_installation(token="", refresh_token=""))
    assert await kept.installation("slack", "T01") is None
    assert not (await lane_of(store)).paused
    assert await store.destination_by_id(home.id) == home
    assert await store.ended_installations(SAMPLE_NOW + 99 * DAY) == ()


async def test_an_operators_own_token_changes_nothing_where_nothing_ended(
    kept: KeptWorkspaces, store: Store, make_destination: MakeDestination
) -> None:
    await a_channel(make_destination)
    await kept.installed(make_installation())
    await store.pause_lane(LANE, reason="token_revoked")
    for workspace in ("T01", "T02"):
        await kept.installed(make_installation(workspace, token="", refresh_token=""))
    assert await kept.installations("slack") == (make_installation(),)
    assert (await lane_of(store)).paused
