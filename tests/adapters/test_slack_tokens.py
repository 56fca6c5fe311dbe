"""The bot's tokens: one, or many that rotate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from adapters.chat.slack.calling import called
from adapters.chat.slack.identity import scopes_of
from adapters.chat.slack.settings import SlackSettings
from adapters.chat.slack.tokens import Tokens
from bot.domain.subscription import Address
from bot.errors import AuthFailed, StoreBusy, Transient
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


async def test_one_token_says_whose_it_is_and_slack_is_asked_once(slack: SlackStandIn, one: Tokens) -> None:
    assert one.known(slack.home.id) is None
    await asyncio.gather(one.start(), one.start(), one.identity(""))
    identity = one.known(slack.home.id)
    assert identity is not None
    assert (identity.name, identity.bot_user, identity.bot_id) == (
        "Knitting Lab",
        slack.home.bot_user,
        slack.home.bot_id,
    )
    assert identity.reads_history
    assert "chat:write" in one.scopes(slack.home.id)
    assert one.known("") is identity
    assert slack.calls("auth.test") == 1


async def test_one_token_is_for_one_workspace(slack: SlackStandIn, one: Tokens) -> None:
    assert await whose(one, slack.home.id) == slack.home.id
    assert await whose(one, "") == slack.home.id
    with pytest.raises(AuthFailed, match="Knitting Lab"):
        await one.client(slack.other.id)
    assert one.known(slack.other.id) is None
    assert one.scopes(slack.other.id) == frozenset()


async def test_a_refused_token_is_named_with_what_to_do(slack: SlackStandIn, clock: FakeClock) -> None:
    tokens = Tokens(one_workspace(slack, "xoxb-nobodys"), None, clock)
    with pytest.raises(AuthFailed, match="SLACK_BOT_TOKEN is not accepted") as told:
        await tokens.start()
    assert told.value.fix
    await tokens.close()


async def test_while_slack_does_not_answer_nobody_is_blamed_and_it_is_asked_again(
    slack: SlackStandIn, one: Tokens
) -> None:
    slack.faults.add("503", method="auth.test")
    with pytest.raises(Transient):
        await one.client(slack.home.id)
    assert await whose(one, slack.home.id) == slack.home.id


async def test_a_token_is_shown_nowhere(slack: SlackStandIn, one: Tokens) -> None:
    await one.start()
    assert slack.bot_token not in repr(one.known(slack.home.id)) + repr(one.identities())


async def test_many_workspaces_are_read_at_the_start_without_asking_slack(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    kept.all[slack.other.id] = installation(slack, slack.other)
    await many.start()
    assert {one.workspace for one in many.identities()} == {slack.home.id, slack.other.id}
    assert slack.state.journal == []
    for workspace in (slack.home, slack.other):
        assert await whose(many, workspace.id) == workspace.id


async def test_a_workspace_that_is_not_known_yet_is_looked_up(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.start()
    kept.all[slack.other.id] = installation(slack, slack.other)
    assert many.known(slack.other.id) is None
    assert await whose(many, slack.other.id) == slack.other.id
    assert many.known(slack.other.id) is not None


async def test_a_workspace_that_never_installed_the_bot_has_no_token(many: Tokens) -> None:
    with pytest.raises(AuthFailed, match="not installed"):
        await many.client("T0NOBODY")


async def test_a_busy_database_is_nobodys_fault(slack: SlackStandIn, many: Tokens, kept: Kept) -> None:
    kept.busy = True
    for ask in (many.start(), many.client(slack.home.id)):
        with pytest.raises(Transient):
            await ask


async def test_what_was_learnt_and_forgotten_counts_at_once(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.learn(installation(slack, slack.other))
    assert await whose(many, slack.other.id) == slack.other.id
    await many.forget(slack.other.id)
    assert many.known(slack.other.id) is None


async def test_in_the_background_workspaces_come_and_go(
    slack: SlackStandIn, kept: Kept, clock: FakeClock
) -> None:
    kept.all[slack.home.id] = installation(slack, slack.home)
    clock_that_stops = StoppingClock(clock, after=2)
    tokens = Tokens(many_workspaces(slack), kept, clock_that_stops)
    await tokens.start()
    kept.all = {slack.other.id: installation(slack, slack.other)}
    with pytest.raises(Stopped):
        await tokens.keep()
    assert [one.workspace for one in tokens.identities()] == [slack.other.id]
    await tokens.close()


async def test_in_the_background_a_busy_database_is_waited_for(
    slack: SlackStandIn, kept: Kept, clock: FakeClock
) -> None:
    kept.busy = True
    tokens = Tokens(many_workspaces(slack), kept, StoppingClock(clock, after=3))
    with pytest.raises(Stopped):
        await tokens.keep()
    await tokens.close()


async def test_a_token_is_renewed_an_hour_before_it_expires(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    before = kept.all[slack.home.id]
    clock.advance(timedelta(hours=10, minutes=59))
    assert (await many.client(slack.home.id)).token == before.token
    clock.advance(timedelta(minutes=2))
    client = await many.client(slack.home.id)
    after = kept.all[slack.home.id]
    assert client.token == after.token != before.token
    assert after.refresh_token != before.refresh_token
    assert after.expires_at == clock.now() + timedelta(hours=12)
    assert await whose(many, slack.home.id) == slack.home.id


async def test_many_who_need_it_renew_a_token_once(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    clock.advance(timedelta(hours=11, minutes=30))
    clients = await asyncio.gather(*(many.client(slack.home.id) for _ in range(8)))
    assert len({client.token for client in clients}) == 1
    assert (kept.renewals, slack.calls("oauth.v2.access")) == (1, 1)


async def test_while_another_process_renews_the_old_token_is_used_as_long_as_it_lasts(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    before, kept.others_renew = kept.all[slack.home.id], True
    clock.advance(timedelta(hours=11, minutes=30))
    assert (await many.client(slack.home.id)).token == before.token
    clock.advance(timedelta(hours=1))
    with pytest.raises(Transient, match="another process"):
        await many.client(slack.home.id)
    kept.all[slack.home.id] = installation(slack, slack.home)
    assert await whose(many, slack.home.id) == slack.home.id
    assert slack.calls("oauth.v2.access") == 0


async def test_a_refresh_token_that_slack_does_not_take_needs_a_person(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], refresh_token="xoxe-1-used")
    clock.advance(timedelta(hours=13))
    with pytest.raises(AuthFailed, match="does not renew") as told:
        await many.client(slack.home.id)
    assert "install the app again" in told.value.fix


@pytest.mark.parametrize("kind", ["503", "garbage", "reset"])
async def test_a_renewal_that_slack_does_not_answer_is_tried_again(
    slack: SlackStandIn, many: Tokens, clock: FakeClock, kind: str
) -> None:
    clock.advance(timedelta(hours=13))
    slack.faults.add(kind, method="oauth.v2.access")
    with pytest.raises(Transient):
        await many.client(slack.home.id)


async def test_a_token_renewed_elsewhere_is_taken_when_the_old_one_is_refused(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.start()
    slack.state.vault.void(slack.home.id, "token_revoked")
    kept.all[slack.home.id] = installation(slack, slack.home)
    assert await whose(many, slack.home.id) == slack.home.id
    assert slack.calls("oauth.v2.access") == 0


async def test_a_token_that_expired_unexpectedly_is_renewed_once(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    later = clock.now() + timedelta(days=9)
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], expires_at=later)
    clock.advance(timedelta(hours=13))
    assert await whose(many, slack.home.id) == slack.home.id
    assert kept.renewals == 1


async def test_a_missing_right_is_no_reason_to_renew(slack: SlackStandIn, many: Tokens, kept: Kept) -> None:
    with pytest.raises(SlackApiError, match="missing_scope"):
        await called(many, slack.home.id, lambda client: client.users_info(user="U1"))
    assert kept.renewals == 0
    wider = slack.token("users:read")
    kept.all[slack.home.id] = replace(kept.all[slack.home.id], token=wider)
    ben = slack.home.person("ben").id
    await called(many, slack.home.id, lambda client: client.users_info(user=ben))


async def test_a_bot_that_was_removed_needs_somebody_to_install_it_again(
    slack: SlackStandIn, many: Tokens, kept: Kept
) -> None:
    await many.start()
    slack.state.vault.void(slack.home.id, "account_inactive")
    with pytest.raises(SlackApiError, match="account_inactive"):
        await whose(many, slack.home.id)
    assert slack.calls("oauth.v2.access") == 0
    await kept.uninstalled("slack", slack.home.id)
    with pytest.raises(AuthFailed, match="not installed"):
        await whose(many, slack.home.id)
    assert many.known(slack.home.id) is None


def test_scopes_are_read_from_the_header_however_it_is_spelt() -> None:
    assert scopes_of({"X-OAuth-Scopes": "chat:write, commands,"}) == {"chat:write", "commands"}
    assert scopes_of({}) == frozenset()


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
