"""The bot in a stand-in for Slack: people type and press, real commands answer over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.chat.slack.api.people import People
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.listening.bolt import SlackApp, make_app
from adapters.chat.slack.office import Office
from adapters.chat.slack.settings import SlackSettings
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.domain.subscription import Address
from bot.ports import Installation
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.slack import Driver, SlackStandIn, View, Workspace
from bot.testing.slack.sent import Ack
from bot.testing.slack_blocks import slack_findings

NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
LINKS = tuple(f"https://arxiv.org/abs/2606.{number:05d}" for number in (1, 2, 3))
TURNS = 50  # of the event loop: more than it takes from an acknowledgement to the work


@dataclass
class Kept:
    """The workspaces as the bot keeps them: what it was told, in order."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    installed_in: dict[str, Installation] = field(default_factory=dict)

    async def installations(self, platform: str) -> tuple[Installation, ...]:
        return tuple(self.installed_in.values())

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        return self.installed_in.get(workspace)

    async def installed(self, installation: Installation) -> None:
        if installation.token:  # the operator's own is nobody's installation
            self.installed_in[installation.workspace] = installation

    async def renewing(self, platform: str, workspace: str) -> bool:
        return True

    async def renewed(self, installation: Installation) -> None:
        self.installed_in[installation.workspace] = installation

    async def uninstalled(self, platform: str, workspace: str) -> None:
        self.installed_in.pop(workspace, None)
        self.told.append(("uninstalled", workspace))

    async def new_state(self) -> str:
        return "state"

    async def used_state(self, state: str) -> bool:
        return True

    async def channel_gone(self, address: Address, reason: str) -> None:
        self.told.append(("gone", address.workspace, address.channel, reason))

    async def channel_back(self, address: Address) -> None:
        self.told.append(("back", address.workspace, address.channel))

    async def channel_renamed(self, address: Address, name: str) -> None:
        self.told.append(("renamed", address.workspace, address.channel, name))


@dataclass
class Scene:
    """A stand-in for Slack, and the bot in it."""

    slack: SlackStandIn
    store: Store
    clock: FakeClock
    kept: Kept
    tokens: Tokens
    people: People
    office: Office
    bot: SlackApp
    asked: list[tuple[object, Asker, Address, str]] = field(default_factory=list)
    instead: Reply | Exception | None = None  # what every command answers, or dies of
    meanwhile: Callable[[], object] = bool  # what happens while a command is carried out

    def driver(self, workspace: Workspace | None = None) -> Driver:
        """Somebody in a workspace, whose deeds reach the bot signed."""
        return Driver(self.slack, dispatch=self.dispatch, workspace=workspace)

    async def dispatch(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        asked = AsyncBoltRequest(body=body.decode(), headers=dict(headers))
        answer = await self.bot.async_dispatch(asked)
        return answer.status, answer.body

    async def settled(self) -> None:
        """Wait until nothing that was begun still runs; an event is acknowledged before it is looked at."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        await self.bot.end()

    async def slash(self, text: str, *, user: str = "ada", channel: str = "papers", **more: Any) -> str:
        """Type a command, and read the answer."""
        ack = await self.driver().slash(text, user=user, channel=channel, **more)
        assert ack.in_time
        return await self.read(ack)

    async def read(self, ack: Ack) -> str:
        """All that came to somebody's response_url."""
        await self.settled()
        said = self.driver().answers(ack)
        return "\n".join(everything((one.text, one.blocks)) for one in said)

    def window(self, user: str = "ada") -> View:
        """The window somebody has open."""
        view = self.slack.modal(user)
        assert view is not None
        return view

    async def subscribe(self, query: str = "topic:llm", *, channel: str = "papers", **settings: str) -> str:
        """Have something subscribed there, and its number."""
        place = self.slack.home.channel(channel)
        reply = await self.commands(
            Call("subscribe", {"query": query, **settings}),
            asker=Asker(user="U0", name="somebody", manager=True),
            address=Address(platform="slack", workspace=self.slack.home.id, channel=place.id),
            place=f"#{place.name}",
        )
        return str(cast("Any", reply).subscription.id)

    async def commands(
        self, asked: Call | str, *, asker: Asker, address: Address, place: str, prefix: str = ""
    ) -> Reply:
        self.asked.append((asked, asker, address, place))
        self.meanwhile()
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead is not None:
            return self.instead
        services = Services(
            why_not_post=self.people.why_not_post,
            may_read=self.people.may_read,
            manages=self.people.manages,
            prefix=prefix,
        )
        return await dispatch(
            asked,
            Context(
                store=self.store,
                clock=self.clock,
                asker=asker,
                address=address,
                place=place,
                services=services,
            ),
        )


def everything(value: object) -> str:
    """Every text in Slack's JSON, one after another."""
    if isinstance(value, dict):
        texts = [one for name, one in value.items() if name == "text" and isinstance(one, str)]
        return "".join(
            [*texts, *(everything(one) for name, one in value.items() if not isinstance(one, str))]
        )
    if isinstance(value, (list, tuple)):
        return " ".join(everything(one) if not isinstance(one, str) else one for one in value)
    return ""


def findings(message: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message of the bot's; a sentence without blocks is what a refused one comes as."""
    return slack_findings(message, links=LINKS) if message.get("blocks") else []


@pytest.fixture
async def scene(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """Slack with the bot in its first workspace, by its token, over HTTP."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    async with SlackStandIn(check_message=findings) as slack:
        settings = SlackSettings.load(
            api_url=slack.api_url,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            signing_secret=slack.state.app.signing_secret,
        )
        clock, kept = FakeClock(NOW), Kept()
        made = await make_scene(slack, store, settings, clock, kept)
        yield made
        await made.bot.end()
        await made.tokens.close()
        assert not slack.state.findings


async def make_scene(
    slack: SlackStandIn, store: Store, settings: SlackSettings, clock: FakeClock, kept: Kept
) -> Scene:
    tokens = Tokens(settings, kept, clock)
    people = People(tokens, settings, clock)

    async def commands(*asked: Any, **given: Any) -> Reply:
        return await made.commands(*asked, **given)

    office = Office(
        settings=settings, tokens=tokens, people=people, workspaces=kept, clock=clock, commands=commands
    )
    await tokens.start()
    made = Scene(
        slack=slack,
        store=store,
        clock=clock,
        kept=kept,
        tokens=tokens,
        people=people,
        office=office,
        bot=make_app(office),
    )
    return made
