"""The connection itself: a token that is refused, servers on several shards, Discord away."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest
from discord.gateway import KeepAliveHandler

from adapters.chat.discord.api.budget import Budget
from adapters.chat.discord.listening.gateway import Gateway, listen
from adapters.chat.discord.settings import DiscordSettings
from bot.errors import AuthFailed
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.discord import DiscordStandIn

from .conftest import Scene, make_scene, read


class Resting(FakeClock):
    """A clock by which a sleep of more than a second is endless."""

    rests = False

    async def sleep(self, seconds: float) -> None:
        if seconds < 1:
            return await super().sleep(seconds)
        self.rests = True
        return await asyncio.get_running_loop().create_future()


def settings_of(discord: DiscordStandIn, token: str = "") -> DiscordSettings:
    return DiscordSettings.load(api_url=discord.api_url, token=token or discord.bot_token)


async def connected(scene: Scene) -> None:
    await scene.discord.until(lambda: scene.discord.state.synced and scene.kept.told)


async def started(scene: Scene, number: int) -> None:
    """Wait for the commands to be asked for, and the server to be there, for the so-manieth time."""
    asked, there = "GET /applications/{application}/commands", ("installed", scene.discord.home.id)
    await scene.discord.until(
        lambda: scene.discord.calls(asked) == number and scene.kept.told.count(there) == number
    )


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_refused_token_is_not_tried_again(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        with pytest.raises(AuthFailed):
            await listen(made.office, settings_of(discord, "nobodys"), Budget(made.clock))
        assert discord.calls("GET /users/@me") == 1


async def test_discord_away_is_tried_again_until_it_is_back(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        discord.faults.add("503", route="GET /users/@me", times=2)
        task = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await connected(made)
        assert "Knitting" in read(await made.driver.slash("papers search", query="knitting"))
        await ended(task)


async def test_two_shards_answer_as_one(store: Store) -> None:
    async with DiscordStandIn(shards=2) as discord:
        discord.other.members[discord.state.bot.id] = discord.state.bot
        made = make_scene(discord, store)
        task = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await discord.until(lambda: len(made.kept.told) == 2)
        for guild in (discord.home, discord.other):
            act = await made.driver.slash("papers status", channel=discord.channel("papers", guild).id)
            assert read(act)
            assert made.asked[-1][2].workspace == guild.id
        await ended(task)


async def test_nobody_beats_on_for_a_shard_that_was_still_connecting(store: Store) -> None:
    async with DiscordStandIn(shards=2) as discord:
        made = make_scene(discord, store)
        task = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await discord.until(
            lambda: len(beating()) == 2, seconds=10
        )  # the second waits five seconds to identify
        threads = beating()
        await ended(task)
        for thread in threads:
            thread.join(timeout=10)
        assert not any(thread.is_alive() for thread in threads)


def beating() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]


async def at_once(*_of: object, **_more: object) -> None:
    """Identify without the five seconds that are between two."""


async def test_whoever_stops_the_bot_while_it_connects_anew_need_not_say_so_twice(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made, clock = make_scene(discord, store), Resting()
        office = replace(made.office, clock=clock)
        listening = asyncio.create_task(listen(office, settings_of(discord), Budget(clock)))
        await connected(made)
        await discord.gateway.drop(4009)
        await discord.until(lambda: clock.rests)  # before a new session is begun
        listening.cancel()
        _, late = await asyncio.wait({listening}, timeout=5)
        await ended(listening)
        assert not late


@pytest.mark.parametrize("ending", ["told it is invalid", "closed as if for good"])
async def test_a_session_that_is_over_begins_anew_at_the_same_discord(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(Gateway, "before_identify_hook", at_once)
    line = scene.discord.gateway
    if ending == "told it is invalid":
        await line.invalidate()
    else:
        await line.drop(1000)
    await scene.discord.until(lambda: line.count("identify") == 2 and line.ready)
    assert read(await scene.driver.slash("papers status"))


async def test_commands_are_registered_once_discord_takes_them(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        discord.faults.add("error", route="PUT /applications/*/commands", code=0, status=403, times=3)
        task = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await connected(made)
        assert discord.state.synced == 1
        await ended(task)


async def test_the_next_start_registers_nothing_anew(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        for number in (1, 2):
            task = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
            await started(made, number)
            assert read(await made.driver.slash("papers status"))
            await ended(task)
        assert discord.state.synced == 1


async def test_too_many_refusals_keep_the_bot_quiet(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        budget = Budget(made.clock)
        task = asyncio.create_task(listen(made.office, settings_of(discord), budget))
        await connected(made)
        for _ in range(100):
            budget.count(403)
        made.driver.patience = 0.2
        act = await made.driver.slash("papers status")
        assert act.callback is None
        assert made.asked == []
        await ended(task)


async def test_sessions_that_end_as_they_begin_are_begun_ever_more_seldom(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        discord.gateway.invalid = 22
        listening = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await connected(made)
        assert discord.gateway.count("identify") == 23
        assert made.clock.monotonic() > 5 + 10 + 20 + 40
        await ended(listening)


async def test_the_last_sessions_of_the_day_are_left_for_whoever_starts_the_bot(store: Store) -> None:
    async with DiscordStandIn() as discord:
        made = make_scene(discord, store)
        discord.state.starts_left = 50
        asked = "GET /gateway/bot"
        listening = asyncio.create_task(listen(made.office, settings_of(discord), Budget(made.clock)))
        await discord.until(lambda: discord.calls(asked) > 2)
        assert discord.gateway.count("identify") == 0
        discord.state.starts_left = 1000
        await connected(made)
        assert discord.gateway.count("identify") == 1
        assert made.clock.monotonic() >= 2 * 3600
        await ended(listening)
