from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.domain.paper import Paper
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]


async def test_saved_papers_come_last_saved_first(store: Store, papers: tuple[Paper, ...]) -> None:
    one, two = papers[:2]
    assert await store.save("local", "ada", one.id, SAMPLE_NOW)
    assert await store.save("local", "ada", two.id, SAMPLE_NOW + timedelta(minutes=1))
    assert not await store.save("local", "ada", one.id, SAMPLE_NOW + timedelta(minutes=2))
    assert await store.saved("local", "ada") == (two, one)
    assert await store.unsave("local", "ada", two.id)
    assert not await store.unsave("local", "ada", two.id)
    assert await store.saved("local", "ada") == (one,)


async def test_muted_authors_are_a_persons_own(store: Store) -> None:
    assert await store.mute("local", "ada", "Zoe Other")
    assert not await store.mute("local", "ada", "Zoe Other")
    await store.mute("local", "ada", "Bo Muster")
    assert await store.muted("local", "ada") == ("Bo Muster", "Zoe Other")
    assert await store.muted("local", "bo") == ()
    assert await store.unmute("local", "ada", "Bo Muster")
    assert not await store.unmute("local", "ada", "Bo Muster")
    assert await store.muted("local", "ada") == ("Zoe Other",)


async def test_dismissed_papers_are_a_channels_own(
    store: Store, make_destination: MakeDestination, papers: tuple[Paper, ...]
) -> None:
    home, other = await make_destination(), await make_destination(channel="other")
    assert await store.dismiss(home.id, papers[0].id, "ada", SAMPLE_NOW)
    assert not await store.dismiss(home.id, papers[0].id, "bo", SAMPLE_NOW)
    assert await store.dismissed([home.id, other.id]) == {
        home.id: frozenset({papers[0].id}),
        other.id: frozenset(),
    }


async def test_a_topic_is_removed_from_its_own_workspace_alone(store: Store) -> None:
    for workspace in ("T01", "T02"):
        await store.define_topic(workspace, "robots", "robot", "ada", SAMPLE_NOW)
    assert await store.remove_topic("T01", "robots")
    assert not await store.remove_topic("T01", "robots")
    assert await store.topics("T01") == {}
    assert await store.topics("T02") == {"robots": "robot"}


async def test_a_topic_is_defined_and_defined_anew(store: Store) -> None:
    await store.define_topic("T01", "robots", "robot OR drone", "ada", SAMPLE_NOW)
    await store.define_topic("T01", "knots", "knot", "ada", SAMPLE_NOW)
    await store.define_topic("T01", "robots", "robot", "bo", SAMPLE_NOW)
    assert await store.topics("T01") == {"knots": "knot", "robots": "robot"}


async def test_a_feed_is_added_once_and_removed_by_its_own_workspace(store: Store) -> None:
    first = await store.add_feed("T01", "https://example.org/feed", "A feed", "ada", SAMPLE_NOW)
    again = await store.add_feed("T01", "https://example.org/feed", "Other title", "bo", SAMPLE_NOW)
    theirs = await store.add_feed("T02", "https://example.org/feed", "A feed", "zoe", SAMPLE_NOW)
    assert again == first
    assert (first.title, first.created_by, first.created_at) == ("A feed", "ada", SAMPLE_NOW)
    assert await store.feeds("T01") == (first,)
    assert await store.feeds() == (first, theirs)
    assert await store.remove_feed("T02", first.id) is None
    assert await store.remove_feed("T01", first.id) == first
    assert await store.feeds("T01") == ()


async def test_two_workspaces_never_see_each_others_rows(
    store: Store, make_destination: MakeDestination, papers: tuple[Paper, ...]
) -> None:
    mine = await make_destination("slack", "T01", "C01")
    theirs = await make_destination("slack", "T02", "C01")
    await store.subscribe(mine.id, "robots", created_by="ada", now=SAMPLE_NOW)
    await store.save("T01", "ada", papers[0].id, SAMPLE_NOW)
    await store.mute("T01", "ada", "Zoe Other")
    await store.define_topic("T01", "robots", "robot", "ada", SAMPLE_NOW)
    await store.dismiss(mine.id, papers[0].id, "ada", SAMPLE_NOW)
    assert mine.id != theirs.id
    assert await store.destinations(workspace="T02") == (theirs,)
    assert await store.subscriptions([theirs.id]) == {theirs.id: ()}
    assert await store.saved("T02", "ada") == ()
    assert await store.muted("T02", "ada") == ()
    assert await store.topics("T02") == {}
    assert await store.dismissed([theirs.id]) == {theirs.id: frozenset()}
    (subscription,) = (await store.subscriptions([mine.id]))[mine.id]
    assert await store.unsubscribe(theirs.id, [subscription.id]) == ()
    assert await store.pause_subscription(theirs.id, [subscription.id]) == ()
    assert await store.edit_subscription(subscription.id, theirs.id, "drones", now=SAMPLE_NOW) is None
    assert await store.subscription(theirs.id, subscription.id) is None
    assert await store.subscription(mine.id, subscription.id) == subscription
