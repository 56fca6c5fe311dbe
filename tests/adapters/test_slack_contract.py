"""The Slack adapter keeps what every chat adapter must keep, against a stand-in for Slack."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.chat.slack.adapter import SlackAdapter
from adapters.chat.slack.drawing.limits import BLIND_LIMITS, LIMITS
from bot import plugins
from bot.commands.replies import Notice, Tone
from bot.domain.subscription import Address
from bot.errors import AuthFailed, ConfigError
from bot.ports import ChatContext, Doorkeeper, Examined, Finding, Paced, Served, Teller
from bot.testing import FakeClock, check_chat_adapter
from bot.testing.slack import Driver, SlackStandIn

MARKUP = ("<!channel>", "<!here>", "<@U123>", "<#C1|x>", "@everyone", "@channel")
NO_HISTORY = ("chat:write", "channels:read", "groups:read", "users:read", "commands")


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as made:
        made.home.add_channel("contract", members=("bot",))
        yield made


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "API_URL"):
        monkeypatch.delenv(f"SLACK_{name}", raising=False)


def adapter_of(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> SlackAdapter:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = {"PAPERROUND_WEB_URL": "https://papers.example.org", "PAPERROUND_SECRET_KEY": "a key"}
    return SlackAdapter(ChatContext(clock=FakeClock(), settings=settings))


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_the_adapter_keeps_the_contract(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    adapter = adapter_of(monkeypatch, slack.environment(transport=transport))
    channel = slack.home.channel("contract")
    await check_chat_adapter(adapter, channel=channel.id, markup=MARKUP)
    await adapter.close()
    assert slack.posted("contract")
    assert not slack.state.findings


async def test_the_adapter_keeps_the_contract_where_history_cannot_be_read(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = slack.token(*NO_HISTORY)
    adapter = adapter_of(monkeypatch, {**slack.environment(), "SLACK_BOT_TOKEN": token})
    await check_chat_adapter(adapter, channel=slack.home.channel("contract").id, markup=MARKUP)
    await adapter.close()


def test_the_adapter_is_everything_a_chat_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = adapter_of(monkeypatch, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    for offer in (Teller, Doorkeeper, Paced, Served, Examined):
        assert isinstance(adapter, offer)
    assert plugins.load(plugins.CHAT).factories["slack"] is SlackAdapter
    assert SlackAdapter.setup.questions()


def test_loading_the_adapter_loads_no_library_of_slacks() -> None:
    heavy = "{'slack_sdk', 'slack_bolt', 'aiohttp', 'starlette'}"
    code = f"import sys, adapters.chat.slack.adapter; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": "xapp-1"}, "xoxb-"),
    ],
)
def test_settings_that_do_not_go_together_are_named(
    monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        adapter_of(monkeypatch, given)


@pytest.mark.parametrize(
    ("transport", "oauth", "serves"),
    [("socket", False, False), ("socket", True, True), ("http", False, True), ("http", True, True)],
)
def test_only_what_comes_over_http_is_served(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, transport: str, oauth: bool, serves: bool
) -> None:
    adapter = adapter_of(monkeypatch, slack.environment(transport=transport, oauth=oauth))
    assert (adapter.asgi() is not None) is serves


async def test_several_go_out_at_once_only_where_history_can_be_read(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = ("channels:history", "groups:history", "im:history")
    for scopes, limits in (
        (("chat:write", *histories), LIMITS),
        (("chat:write", "channels:history"), BLIND_LIMITS),
        (("chat:write", "chat:write.public", *histories), BLIND_LIMITS),  # also where it was never invited
    ):
        environment = slack.environment() | {"SLACK_BOT_TOKEN": slack.token(*scopes)}
        adapter = adapter_of(monkeypatch, environment)
        assert adapter.limits_in(slack.home.id) == BLIND_LIMITS  # not known yet
        await found(adapter)
        assert adapter.limits_in(slack.home.id) == limits
        assert adapter.limits_in("T0NOBODY") == BLIND_LIMITS


async def found(adapter: SlackAdapter) -> list[Finding]:
    return [one async for one in adapter.examine()]


async def test_all_is_well_with_good_tokens(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = await found(adapter_of(monkeypatch, slack.environment()))
    assert all(one.good for one in findings)
    told = " ".join(one.what for one in findings)
    for words in ("Knitting Lab", "paperround", "history can be read", "Socket Mode answers"):
        assert words in told


async def test_what_the_bot_may_not_do_is_named_with_its_use(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = slack.token("chat:write", "commands")
    findings = await found(adapter_of(monkeypatch, {**slack.environment(), "SLACK_BOT_TOKEN": token}))
    (lacking,) = [one for one in findings if not one.good]
    assert "users:read" in lacking.what
    assert "time zone" in lacking.fix
    assert any("history cannot be read" in one.what and "channels:history" in one.fix for one in findings)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-nobodys"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-nobodys"}, "SLACK_APP_TOKEN"),
    ],
)
async def test_a_token_slack_does_not_take_is_named(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, changed: Mapping[str, str], words: str
) -> None:
    findings = await found(adapter_of(monkeypatch, {**slack.environment(), **changed}))
    (bad,) = [one for one in findings if not one.good]
    assert words in bad.what
    assert bad.fix
    assert not bad.passing


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_while_slack_does_not_answer_nothing_is_blamed(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    slack.faults.add("503", method=method)
    findings = await found(adapter_of(monkeypatch, slack.environment()))
    (bad,) = [one for one in findings if not one.good]
    assert bad.passing


async def test_two_tokens_of_different_apps_are_found_out(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "xapp-1-A0ELSEWHERE-1-x"
    slack.sockets.app_token = other
    findings = await found(adapter_of(monkeypatch, {**slack.environment(), "SLACK_APP_TOKEN": other}))
    (bad,) = [one for one in findings if not one.good]
    assert "different Slack apps" in bad.what


async def test_over_http_and_by_oauth_there_is_less_to_ask(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = await found(adapter_of(monkeypatch, slack.environment(transport="http")))
    assert [one.good for one in findings] == [True, True, True]
    assert "SLACK_SIGNING_SECRET" in findings[-1].what


@pytest.mark.parametrize("key", ["", "  ", " , "])
async def test_a_secret_key_of_nothing_but_spaces_and_commas_seals_nothing(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c", "SLACK_SIGNING_SECRET": "s"}
    for name, value in oauth.items():
        monkeypatch.setenv(name, value)
    settings = {"PAPERROUND_WEB_URL": "https://papers.example.org", "PAPERROUND_SECRET_KEY": key}
    with pytest.raises(ConfigError, match="PAPERROUND_SECRET_KEY"):
        SlackAdapter(ChatContext(clock=FakeClock(), settings=settings)).asgi()


async def test_the_bot_waits_for_slack_to_answer_and_then_runs(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.faults.add("503", method="auth.test", times=3)
    adapter = adapter_of(monkeypatch, slack.environment())
    running = asyncio.create_task(adapter.run(nobody))
    await slack.until(lambda: slack.sockets.connections)
    assert slack.calls("auth.test") == 4
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_somebody_asked_is_answered_before_the_bot_stops(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter, asked, go_on = adapter_of(monkeypatch, slack.environment()), asyncio.Event(), asyncio.Event()

    async def slowly(*_asked: object, **_who: object) -> Notice:
        asked.set()
        await go_on.wait()
        return Notice(kind=Tone.DONE, what="It is done.")

    running = asyncio.create_task(adapter.run(slowly))
    await slack.until(lambda: slack.sockets.connections)
    ack = await Driver(slack).slash("help")
    await asked.wait()
    running.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    (answer,) = await Driver(slack).answered(ack)
    assert "It is done." in answer.text


async def test_a_bot_whose_token_is_refused_does_not_run(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = adapter_of(monkeypatch, {**slack.environment(), "SLACK_BOT_TOKEN": "xoxb-nobodys"})
    with pytest.raises(AuthFailed):
        await adapter.run(nobody)


async def test_questions_about_places_are_answered_without_running(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = adapter_of(monkeypatch, slack.environment())
    where = Address(platform="slack", workspace=slack.home.id, channel=slack.home.channel("papers").id)
    ben, mia = slack.home.person("ben").id, slack.home.person("mia").id
    assert await adapter.why_not_post(where) == ""
    assert await adapter.may_read(where, mia)
    assert [await adapter.manages(where, one) for one in (ben, mia)] == [True, False]
    await adapter.close()


async def nobody(*_asked: object, **_who: object) -> object:
    return None
