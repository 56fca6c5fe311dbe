"""Slack's settings: what is spaces only is not set."""

from __future__ import annotations

import pytest

from adapters.chat.slack.settings import SlackSettings
from bot.errors import ConfigError

WHOLE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "c",
}


def settings_with(monkeypatch: pytest.MonkeyPatch, **changes: str) -> SlackSettings:
    for name, value in {**WHOLE, **changes}.items():
        monkeypatch.setenv(name, value)
    return SlackSettings.load().checked()


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"])
def test_a_setting_of_spaces_only_is_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        settings_with(monkeypatch, **{name: "  "})


def test_a_token_of_spaces_only_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    without_oauth = {"SLACK_CLIENT_ID": "", "SLACK_CLIENT_SECRET": ""}
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN is not set"):
        settings_with(monkeypatch, SLACK_BOT_TOKEN=" ", **without_oauth)


def test_an_app_token_of_spaces_only_does_not_mean_socket_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not settings_with(monkeypatch, SLACK_APP_TOKEN=" \t").by_socket


def test_spaces_around_a_token_are_not_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with(monkeypatch, SLACK_BOT_TOKEN=" xoxb-1 ")
    assert settings.bot_token.get_secret_value() == "xoxb-1"
