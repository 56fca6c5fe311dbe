"""Workspaces and their tokens, on a stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.chat.slack.api.calling import called
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.settings import SlackSettings
from bot.domain.subscription import Address
from bot.errors import StoreBusy
from bot.ports import Installation
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn, Workspace

HISTORY = ("channels:history", "groups:history", "im:history")


class Kept:
    """Workspaces in memory, as the bot keeps them."""

    def __init__(self) -> None:
        self.all: dict[str, Installation] = {}
        self.others_renew = False
        self.busy = False
        self.busy_writing = 0  # how often more
        self.renewals = 0

    async def installations(self, platform: str) -> tuple[Installation, ...]:
        self._check()
        return tuple(one for one in self.all.values() if one.platform == platform)

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        self._check()
        return self.all.get(workspace)

    async def renewing(self, platform: str, workspace: str) -> bool:
        return not self.others_renew

    async def renewed(self, installation: Installation) -> None:
        if self.busy_writing:
            self.busy_writing -= 1
            raise StoreBusy("The database is busy.")
        self.renewals += 1
        if installation.workspace in self.all:
            self.all[installation.workspace] = installation

    async def installed(self, installation: Installation) -> None:
        self.all[installation.workspace] = installation

    async def uninstalled(self, platform: str, workspace: str) -> None:
        self.all.pop(workspace, None)

    async def new_state(self) -> str:
        return "state"

    async def used_state(self, state: str) -> bool:
        return True

    async def channel_gone(self, address: Address, reason: str) -> None: ...

    async def channel_back(self, address: Address) -> None: ...

    async def channel_renamed(self, address: Address, name: str) -> None: ...

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("The database is busy.")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(clock=clock, rotating=True) as made:
        yield made


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def one(slack: SlackStandIn, clock: FakeClock) -> AsyncIterator[Tokens]:
    """The tokens of a bot with one."""
    made = Tokens(one_workspace(slack, slack.bot_token), None, clock)
    yield made
    await made.close()


@pytest.fixture
async def many(slack: SlackStandIn, clock: FakeClock, kept: Kept) -> AsyncIterator[Tokens]:
    """The tokens of a bot that any workspace may install; the first has."""
    kept.all[slack.home.id] = installation(slack, slack.home)
    made = Tokens(many_workspaces(slack), kept, clock)
    yield made
    await made.close()


def one_workspace(slack: SlackStandIn, token: str) -> SlackSettings:
    return SlackSettings.load(api_url=slack.api_url, bot_token=token, app_token=slack.app_token)


def many_workspaces(slack: SlackStandIn) -> SlackSettings:
    app = slack.state.app
    return SlackSettings.load(
        api_url=slack.api_url, client_id=app.client_id, client_secret=app.client_secret, signing_secret="x"
    )


def installation(slack: SlackStandIn, workspace: Workspace) -> Installation:
    vault = slack.state.vault
    token, refresh = vault.issue(workspace.id, ("chat:write", *HISTORY), slack.state.clock.now())
    return Installation(
        platform="slack",
        workspace=workspace.id,
        token=token.secret,
        refresh_token=refresh,
        expires_at=token.expires_at,
        installed_at=slack.state.clock.now(),
        name=workspace.name,
        bot_user=workspace.bot_user,
        scopes=frozenset(token.scopes),
        details={"bot_id": workspace.bot_id},
    )


async def whose(tokens: Tokens, workspace: str) -> str:
    """The workspace whose token a call is made with."""
    answer = await called(tokens, workspace, lambda client: client.auth_test())
    return str(answer["team_id"])


class Stopped(Exception):
    """The clock of a test has run down."""


class StoppingClock:
    """A clock that stops whoever sleeps by it too often."""

    def __init__(self, clock: FakeClock, *, after: int) -> None:
        self.now, self.monotonic = clock.now, clock.monotonic
        self._left = after

    async def sleep(self, seconds: float) -> None:
        self._left -= 1
        if self._left < 0:
            raise Stopped
