"""A workspace that removed the bot is served by `SLACK_BOT_TOKEN` now: it goes on there."""

from __future__ import annotations

from datetime import time

from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.settings import SlackSettings
from bot.app.workspaces import KeptWorkspaces
from bot.domain.subscription import Address, Schedule
from bot.storage import Store
from bot.storage.sealing import Keys
from bot.testing import FakeClock
from bot.testing.builders import make_installation, make_secret_key
from bot.testing.slack import SlackStandIn


async def test_the_operators_own_token_takes_over_where_the_app_was_removed() -> None:
    clock = FakeClock()
    async with SlackStandIn(clock=clock) as slack, await Store.open("sqlite://") as store:
        kept = KeptWorkspaces(store, Keys.of(make_secret_key()), clock)
        home = Address(platform="slack", workspace=slack.home.id, channel="C01")
        made = await store.ensure_destination(
            home, name="#papers", schedule=Schedule(at=time(9)), next_due_at=clock.now(), now=clock.now()
        )
        await kept.installed(make_installation(slack.home.id))
        await kept.uninstalled("slack", slack.home.id)
        own = SlackSettings.load(api_url=slack.api_url, bot_token=slack.bot_token, app_token=slack.app_token)
        tokens = Tokens(own, kept, clock)
        await tokens.start()
        await tokens.close()
        assert await store.destination(home) == made
        assert [lane.paused for lane in await store.lanes()] == [False]
