from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import NotFound
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]


async def subscribe(store: Store, destination_id: int, query: str) -> int:
    made = await store.subscribe(destination_id, query, created_by="ada", now=SAMPLE_NOW)
    return made.id


async def test_the_same_query_again_is_the_subscription_there_is(
    store: Store, make_destination: MakeDestination
) -> None:
    home = await make_destination()
    first = await store.subscribe(home.id, "diffusion", created_by="ada", now=SAMPLE_NOW)
    again = await store.subscribe(home.id, "diffusion", created_by="bo", now=SAMPLE_NOW)
    assert again == first
    assert (first.query, first.created_by, first.created_at) == ("diffusion", "ada", SAMPLE_NOW)
    assert await store.subscriptions([home.id]) == {home.id: (first,)}


async def test_a_query_that_many_ask_for_is_stored_once(
    store: Store, make_destination: MakeDestination
) -> None:
    for number in range(3):
        home = await make_destination(channel=str(number))
        await subscribe(store, home.id, "diffusion")
    assert await store.all_queries() == ("diffusion",)
    assert (await store.counts())["queries"] == 1
    assert (await store.counts())["subscriptions"] == 3


async def test_unsubscribing_returns_what_was_there_and_forgets_unused_queries(
    store: Store, make_destination: MakeDestination
) -> None:
    home, other = await make_destination(), await make_destination(channel="other")
    mine = await subscribe(store, home.id, "diffusion")
    await subscribe(store, other.id, "diffusion")
    alone = await subscribe(store, home.id, "robots")
    theirs = await subscribe(store, other.id, "knitting")
    gone = await store.unsubscribe(home.id, [mine, alone, theirs, 999])
    assert [one.query for one in gone] == ["diffusion", "robots"]
    assert await store.all_queries() == ("diffusion", "knitting")


async def test_a_paused_subscription_asks_for_nothing_until_it_is_resumed(
    store: Store, make_destination: MakeDestination
) -> None:
    home = await make_destination()
    mine = await subscribe(store, home.id, "diffusion")
    (paused,) = await store.pause_subscription(home.id, [mine])
    assert paused.paused
    assert await store.all_queries() == ()
    (resumed,) = await store.pause_subscription(home.id, [mine], paused=False)
    assert not resumed.paused
    assert await store.all_queries() == ("diffusion",)


async def test_an_edited_subscription_keeps_its_id(store: Store, make_destination: MakeDestination) -> None:
    home, other = await make_destination(), await make_destination(channel="other")
    mine = await subscribe(store, home.id, "difusion")
    edited = await store.edit_subscription(mine, home.id, "diffusion", now=SAMPLE_NOW)
    assert edited is not None
    assert (edited.id, edited.query) == (mine, "diffusion")
    assert await store.all_queries() == ("diffusion",)
    assert await store.edit_subscription(mine, other.id, "robots", now=SAMPLE_NOW) is None


async def test_editing_into_a_query_that_is_there_makes_the_two_one(
    store: Store, make_destination: MakeDestination
) -> None:
    home = await make_destination()
    older = await subscribe(store, home.id, "diffusion")
    newer = await subscribe(store, home.id, "robots")
    edited = await store.edit_subscription(newer, home.id, "diffusion", now=SAMPLE_NOW)
    assert edited is not None
    assert (edited.id, edited.query) == (older, "diffusion")
    assert [one.id for one in (await store.subscriptions([home.id]))[home.id]] == [older]


async def test_editing_the_older_into_the_newers_query_keeps_the_older(
    store: Store, make_destination: MakeDestination
) -> None:
    home = await make_destination()
    older = await subscribe(store, home.id, "diffusion")
    await subscribe(store, home.id, "robots")
    edited = await store.edit_subscription(older, home.id, "robots", now=SAMPLE_NOW)
    assert edited is not None
    assert (edited.id, edited.query) == (older, "robots")
    assert await store.all_queries() == ("robots",)


async def test_subscribing_nobody_says_so(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.subscribe(3, "diffusion", created_by="ada", now=SAMPLE_NOW)
