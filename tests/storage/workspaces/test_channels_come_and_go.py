"""What a platform says of its channels, by their addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.app.workspaces import KeptWorkspaces
from bot.domain.subscription import Address, Destination
from bot.storage import Store
from bot.testing import FakeClock
from bot.testing.builders import SAMPLE_NOW

MakeDestination = Callable[..., Any]
HERE = Address(platform="slack", workspace="T01", channel="C01")
ELSEWHERE = (
    replace(HERE, platform="other"),
    replace(HERE, workspace="T02"),
    replace(HERE, channel="C02"),
)


@pytest.fixture
async def home(store: Store, make_destination: MakeDestination) -> Destination:
    made: Destination = await make_destination("slack", "T01", "C01", name="#papers")
    await store.subscribe(made.id, "robots", created_by="ada", now=SAMPLE_NOW)
    return made


async def now_of(store: Store, home: Destination) -> Destination:
    found = await store.destination_by_id(home.id)
    assert found is not None
    return found


async def test_a_channel_that_is_gone_is_paused_and_one_person_is_told_once(
    kept: KeptWorkspaces, store: Store, home: Destination
) -> None:
    for _ in range(3):
        await kept.channel_gone(HERE, "the channel was archived")
    gone = await now_of(store, home)
    assert (gone.paused, gone.paused_reason) == (True, "the channel was archived")
    (notice,) = await store.notices()
    assert (notice.address, notice.person) == (HERE, "ada")
    assert notice.text.startswith("I cannot post in #papers any more: the channel was archived.")


async def test_a_channel_that_is_back_gets_its_digests_again(
    kept: KeptWorkspaces, store: Store, home: Destination, clock: FakeClock
) -> None:
    await kept.channel_gone(HERE, "the channel was archived")
    clock.advance(timedelta(days=3))
    await kept.channel_back(HERE)
    back = await now_of(store, home)
    assert (back.paused, back.paused_reason) == (False, "")
    assert back.next_due_at is not None
    assert back.next_due_at > clock.now() - timedelta(hours=12)
    assert await store.notices() == ()


async def test_a_channel_that_people_paused_is_not_resumed_by_coming_back(
    kept: KeptWorkspaces, store: Store, home: Destination
) -> None:
    await store.update_destination(home.id, paused=True, paused_reason="on holiday")
    await kept.channel_gone(HERE, "the channel was archived")
    await kept.channel_back(HERE)
    assert (await now_of(store, home)).paused_reason == "on holiday"
    assert await store.notices() == ()


async def test_the_channels_that_are_given_up_are_listed_with_the_reason_and_no_others(
    kept: KeptWorkspaces, store: Store, home: Destination, make_destination: MakeDestination
) -> None:
    paused: Destination = await make_destination("slack", "T01", "C02")
    await store.update_destination(paused.id, paused=True, paused_reason="on holiday")
    assert await kept.channels_shut("slack", "T01") == {}
    await kept.channel_gone(HERE, "the channel was archived")
    assert await kept.channels_shut("slack", "T01") == {"C01": "the channel was archived"}
    assert await kept.channels_shut("slack", "T02") == {}
    assert await kept.channels_shut("discord", "T01") == {}


async def test_a_channel_that_was_never_gone_is_left_alone(
    kept: KeptWorkspaces, store: Store, home: Destination, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=3))
    await kept.channel_back(HERE)
    assert await now_of(store, home) == home


async def test_a_channel_is_called_by_its_new_name(
    kept: KeptWorkspaces, store: Store, home: Destination
) -> None:
    await kept.channel_renamed(HERE, "#ml-papers")
    assert await now_of(store, home) == replace(home, name="#ml-papers")


@pytest.mark.parametrize("address", ELSEWHERE, ids=str)
async def test_of_a_channel_nobody_subscribed_in_there_is_nothing_to_say(
    kept: KeptWorkspaces, store: Store, home: Destination, address: Address
) -> None:
    await kept.channel_gone(address, "gone")
    await kept.channel_back(address)
    await kept.channel_renamed(address, "#other")
    assert await store.destinations() == (home,)
    assert await store.notices() == ()
