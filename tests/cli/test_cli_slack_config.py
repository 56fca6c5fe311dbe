"""`config` with Slack switched on: its own settings too, and whether they can be used."""

from __future__ import annotations

import pytest

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_APP_TOKEN": "xapp-hush", "SLACK_MANAGERS": "U1, U2"}


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("tokens")
def test_slacks_settings_are_shown_and_their_secrets_hidden(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "console,slack")
    done = cli("config")
    assert {"SLACK_BOT_TOKEN=***", "SLACK_APP_TOKEN=***", "SLACK_MANAGERS=U1,U2"} <= set(
        done.out.splitlines()
    )
    assert "SLACK_SIGNING_SECRET=" in done.out.splitlines()
    assert "hush" not in done.out + cli("config", "--json").out
    assert cli("config", "--json").json["settings"]["SLACK_MANAGERS"] == "U1,U2"


@pytest.mark.usefixtures("tokens")
def test_where_slack_is_not_switched_on_nothing_of_it_is_shown(cli) -> None:
    assert "SLACK" not in cli("config").out


@pytest.mark.usefixtures("tokens")
def test_tokens_that_are_set_can_be_used(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "slack")
    assert cli("config", "--check").code == 0


def test_config_check_says_what_run_would_say_of_a_missing_token(
    cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "slack")
    done = cli("config", "--check")
    assert done.code == 2
    assert "SLACK_BOT_TOKEN is not set" in done.err
    assert cli("config").code == 0


def test_a_token_that_cannot_be_one_is_named_and_not_shown(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "slack")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-hush")
    done = cli("config")
    assert done.code == 2
    assert "SLACK_BOT_TOKEN cannot be used" in done.err
    assert "hush" not in done.err


def test_events_over_http_that_could_reach_nobody_are_noticed_before_the_start(
    loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_http = {"PAPERROUND_CHAT": "slack", "SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_SIGNING_SECRET": "hush"}
    for name, value in over_http.items():
        monkeypatch.setenv(name, value)
    checked, looked = loaded("config", "--check"), loaded("doctor", "--offline", "--json")
    assert (checked.code, looked.code) == (2, 1)
    assert "PAPERROUND_WEB_PORT" in checked.err
    (web,) = [one for one in looked.json["checks"] if one["name"] == "web"]
    assert "PAPERROUND_WEB_PORT" in web["what"] + web["fix"]
    monkeypatch.setenv("PAPERROUND_WEB_PORT", "8080")
    assert loaded("config", "--check").code == 0
