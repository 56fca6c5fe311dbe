"""The bot's tokens: one, or many that rotate."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.chat.slack.api.identity import scopes_of
from adapters.chat.slack.api.tokens import Tokens
from bot.errors import AuthFailed, Transient
from bot.testing import FakeClock
from bot.testing.slack import SlackStandIn

from .conftest import (
    HISTORY,
    Kept,
    Stopped,
    StoppingClock,
    installation,
    many_workspaces,
    one_workspace,
    whose,
)


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


def test_scopes_are_read_from_the_header_however_it_is_spelt() -> None:
    assert scopes_of({"X-OAuth-Scopes": "chat:write, commands,"}) == {"chat:write", "commands"}
    assert scopes_of({}) == frozenset()


async def test_a_process_that_only_sends_learns_of_new_rights_as_well(
    slack: SlackStandIn, many: Tokens, kept: Kept, clock: FakeClock
) -> None:
    few = replace(kept.all[slack.home.id], scopes=frozenset({"chat:write"}))
    kept.all[slack.home.id] = few
    assert (await many.identity(slack.home.id)).scopes == {"chat:write"}
    kept.all[slack.home.id] = replace(few, scopes=frozenset({"chat:write", *HISTORY}))
    clock.advance(timedelta(minutes=6))
    assert (await many.identity(slack.home.id)).reads_history
    kept.busy = True
    clock.advance(timedelta(minutes=6))
    assert (await many.identity(slack.home.id)).reads_history, "as long as nobody can be asked"
