"""The command line with Slack beside it: a digest drawn as Slack would show it, and what `doctor` says of the tokens."""

from __future__ import annotations

import json

import pytest

from bot.testing.slack import SlackStandIn


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-nobody")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-nobody")


def parts(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.usefixtures("tokens")
def test_a_digest_drawn_as_slack_would_get_it_is_one_object_a_message(loaded) -> None:
    done = loaded("digest", "knitting OR crochet", "--since", "2026-01-01", "--dry-run", "--as", "slack")
    assert done.code == 0, done.err
    opening, *others = parts(done.out)
    assert opening["blocks"][0]["type"] == "header"
    assert others
    assert all(one["blocks"] and one["text"] for one in (opening, *others))
    assert "nothing was delivered" in done.err


@pytest.mark.usefixtures("tokens")
def test_nothing_is_sent_for_a_drawing(loaded) -> None:
    loaded("digest", "knitting", "--since", "2026-01-01", "--dry-run", "--as", "slack")
    assert "knitting" in loaded("search", "knitting").out.lower()
    assert loaded("deliveries", "list", "--json").json["deliveries"] == []


def test_without_tokens_it_says_who_asks_for_them(loaded) -> None:
    done = loaded("digest", "knitting", "--since", "2026-01-01", "--dry-run", "--as", "slack")
    assert done.code == 2
    assert "paperround init slack" in done.err


@pytest.fixture
def slack(beside) -> SlackStandIn:
    stand_in = SlackStandIn()
    beside(stand_in, "slack")
    return stand_in


def told(done) -> list[dict[str, str]]:
    return [one for one in done.json["checks"] if one["name"] == "slack"]


def test_doctor_names_the_workspace_and_is_content(loaded, slack: SlackStandIn) -> None:
    found = told(loaded("doctor", "--json"))
    assert slack.home.name in found[0]["what"]
    assert {one["verdict"] for one in found} == {"OK"}


def test_doctor_says_what_to_do_about_a_token_that_was_revoked(loaded, slack: SlackStandIn) -> None:
    slack.state.vault.tokens[slack.bot_token].fault = "token_revoked"
    found = told(loaded("doctor", "--json"))
    assert "FAIL" in {one["verdict"] for one in found}
    assert all(one["fix"] for one in found if one["verdict"] == "FAIL")


def test_doctor_warns_when_a_right_lacks(
    loaded, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = slack.token("commands", "chat:write", "channels:read", "groups:read", "users:read")
    monkeypatch.setenv("SLACK_BOT_TOKEN", few)
    found = told(loaded("doctor", "--json"))
    warned = " ".join(one["what"] for one in found if one["verdict"] == "WARN")
    assert "links:write" in warned
    assert "FAIL" not in {one["verdict"] for one in found}


def test_doctor_offline_asks_slack_nothing(loaded, slack: SlackStandIn) -> None:
    assert told(loaded("doctor", "--offline", "--json")) == []
    assert not slack.state.journal
