"""What `init slack` says, asks and tries: every finding is true, and the bad ones say what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.chat.slack import scopes
from adapters.chat.slack.manifest import install_link, socket_manifest
from adapters.chat.slack.setup import APP, BOT, SlackSetup, rights
from bot.ports import Finding, Setup
from bot.testing.slack import SlackStandIn
from bot.testing.slack.tokens import Token


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(scopes=scopes.BOT) as stand_in:
        monkeypatch.setenv("SLACK_API_URL", stand_in.api_url)
        yield stand_in


async def tried(bot_token: str, app_token: str) -> list[Finding]:
    return [one async for one in SlackSetup().check({BOT: bot_token, APP: app_token})]


def test_it_can_set_up() -> None:
    setup: Setup = SlackSetup()
    assert [one.variable for one in setup.questions()] == [BOT, APP]
    assert all(one.secret and one.required for one in setup.questions())


def test_the_way_in_begins_with_one_link_and_is_short() -> None:
    opening = list(SlackSetup().opening())
    assert install_link(socket_manifest()) in opening[2]
    assert len(opening) <= 10
    assert any("connections:write" in line for line in opening)


async def test_good_tokens_name_the_workspace_and_the_bot(slack: SlackStandIn) -> None:
    findings = await tried(slack.bot_token, slack.app_token)
    assert all(one.good and not one.fix for one in findings)
    assert slack.home.name in findings[0].what
    assert "Socket Mode" in findings[-1].what


@pytest.mark.parametrize(
    ("fault", "said"),
    [("token_revoked", "it was revoked"), ("account_inactive", "gone"), ("token_expired", "expired")],
)
async def test_a_refused_bot_token_says_why_and_where_another_is(
    slack: SlackStandIn, fault: str, said: str
) -> None:
    slack.state.vault.tokens[slack.bot_token].fault = fault
    (finding,) = await tried(slack.bot_token, slack.app_token)
    assert not finding.good
    assert not finding.passing
    assert f"{BOT} is refused" in finding.what
    assert said in finding.what
    assert "OAuth & Permissions" in finding.fix


async def test_a_token_nobody_made_is_refused(slack: SlackStandIn) -> None:
    (finding,) = await tried("xoxb-nobody", slack.app_token)
    assert "Slack does not know it" in finding.what


async def test_a_refused_app_token_says_where_another_is(slack: SlackStandIn) -> None:
    finding = (await tried(slack.bot_token, "xapp-nobody"))[-1]
    assert not finding.good
    assert APP in finding.what
    assert "connections:write" in finding.fix


async def test_the_wrong_kind_of_token_is_told_before_slack_is_asked(slack: SlackStandIn) -> None:
    (finding,) = await tried(slack.app_token, slack.app_token)
    assert not finding.good
    assert "xoxb-" in finding.what
    assert not slack.calls("auth.test")


async def test_tokens_of_two_apps_do_not_go_together(slack: SlackStandIn) -> None:
    other = "xapp-1-A0OTHERAPP-1-secret"
    slack.sockets.app_token = other
    finding = (await tried(slack.bot_token, other))[-1]
    assert not finding.good
    assert "different Slack apps" in finding.what


async def test_a_missing_right_is_named_with_its_reason(slack: SlackStandIn) -> None:
    few = slack.token("commands", "chat:write", "channels:read", "groups:read")
    findings = await tried(few, slack.app_token)
    bad = [one for one in findings if not one.good]
    assert [one.what for one in bad] == ["lacks users:read"]
    assert "time zone" in bad[0].fix


def test_an_optional_right_that_lacks_is_advice() -> None:
    (finding,) = rights({name for name in scopes.BOT if name != "links:write"})
    assert finding.good
    assert "links:write" in finding.what
    assert "install the app again" in finding.fix


def test_where_slack_does_not_say_what_is_granted_nothing_is_claimed() -> None:
    assert list(rights(())) == []


async def test_a_slack_that_is_out_of_reach_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    (finding,) = await tried("xoxb-1", "xapp-1")
    assert not finding.good
    assert finding.passing


@pytest.mark.parametrize("fault", ["html", "garbage", "500", "reset"])
async def test_a_broken_answer_is_no_refusal(slack: SlackStandIn, fault: str) -> None:
    slack.faults.add(fault, method="auth.test", times=9)
    (finding,) = await tried(slack.bot_token, slack.app_token)
    assert not finding.good
    assert finding.passing


async def test_secrets_are_in_no_finding(slack: SlackStandIn) -> None:
    slack.state.vault.keep(Token(secret="xoxb-hush", workspace=slack.home.id, scopes=("commands",)))
    told = str([*await tried("xoxb-hush", "xapp-hush"), *await tried("xoxb-hush2", "xapp-hush")])
    assert "hush" not in told
