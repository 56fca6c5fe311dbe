"""`post now`: sent here, by whoever sends, or later; and the answer says which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.app import App, open_app, services
from bot.app.lock import run_lock
from bot.app.services import Outbox, post_now
from bot.domain.delivery import Status
from bot.domain.schedule import next_due
from bot.domain.subscription import Address, Destination, Schedule
from bot.testing.fake_chat import FakeChat
from jobs.engines.embedded import EmbeddedEngine

THERE = Address(platform="fake", workspace="w", channel="crafts")


@pytest.fixture
async def app(installation) -> AsyncIterator[App]:
    installation.source.lists(1)
    await installation.once()
    chat = FakeChat()
    async with open_app(
        installation.settings, clock=installation.clock, adapters={chat.platform: chat}
    ) as opened:
        yield opened


@pytest.fixture
async def channel(app: App) -> Destination:
    now, schedule = app.clock.now(), Schedule()
    made = await app.store.ensure_destination(
        THERE, name="#crafts", schedule=schedule, next_due_at=next_due(schedule, now)[1], now=now
    )
    await app.store.subscribe(made.id, "rlhf", created_by="ada", now=now)
    return made


def outbox(app: App, engine=None, adapters=None) -> Outbox:
    return Outbox(app.store, app.sender, engine, app.adapters if adapters is None else adapters)


async def states(app: App) -> list[Status]:
    return [one.status for one in await app.store.deliveries() if one.lane_id == "fake:w"]


async def test_where_something_keeps_running_it_is_out_when_the_answer_comes(app, channel) -> None:
    engine, stop = EmbeddedEngine(), asyncio.Event()
    engine.handler("lane", app.sender.drain)
    running = asyncio.create_task(engine.run(stop))
    posted = await post_now(outbox(app, engine), app.clock, channel)
    stop.set()
    await running
    assert posted.arrived
    assert posted.digest.matched == 1
    assert app.adapters["fake"].titles() == ["RLHF for Knitting, Part 1"]


async def test_whom_nobody_answers_is_told_that_it_is_on_its_way(app, channel, monkeypatch) -> None:
    monkeypatch.setattr(services, "ANSWER_SECONDS", 0.3)
    posted = await post_now(outbox(app, EmbeddedEngine()), app.clock, channel)
    assert not posted.arrived
    assert await states(app) == [Status.PENDING]


async def test_a_single_command_sends_it_itself(app, channel) -> None:
    assert (await post_now(outbox(app), app.clock, channel)).arrived
    assert await states(app) == [Status.SENT]


async def test_beside_a_running_bot_it_is_left_to_the_bot(app, channel, monkeypatch) -> None:
    monkeypatch.setattr("bot.app.lock.PATIENCE", 0.1)
    with run_lock(app.store.path):
        assert not (await post_now(outbox(app), app.clock, channel)).arrived
    assert await states(app) == [Status.PENDING]


async def test_without_its_chat_it_waits(app, channel) -> None:
    assert not (await post_now(outbox(app, adapters={}), app.clock, channel)).arrived
    assert await states(app) == [Status.PENDING]


async def test_nothing_new_is_not_posted(app, channel) -> None:
    await post_now(outbox(app), app.clock, channel)
    assert await post_now(outbox(app), app.clock, channel) is None
