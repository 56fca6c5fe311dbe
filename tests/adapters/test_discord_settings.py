"""Discord's own settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.discord.settings import API_URL, DiscordSettings
from bot.errors import ConfigError

TOKEN = "c29tZQ.body.elses-token"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TOKEN", "TOKEN_FILE", "API_URL", "API_URL_FILE", "CROSSPOST"):
        monkeypatch.delenv(f"DISCORD_{name}", raising=False)


@pytest.mark.parametrize("given", [TOKEN, f" {TOKEN}\n", f"Bot {TOKEN}"])
def test_a_token_is_taken_however_it_was_copied(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", given)
    settings = DiscordSettings.load().checked()
    assert settings.token.get_secret_value() == TOKEN
    assert settings.api_url == API_URL
    assert settings.shown()["DISCORD_TOKEN"] == "***"
    assert TOKEN not in repr(settings)


def test_a_token_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    assert DiscordSettings.load().token.get_secret_value() == TOKEN


def test_without_a_token_it_is_named() -> None:
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        DiscordSettings.load().checked()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "two words"),
        ("TOKEN", "tök.en"),
        ("API_URL", "discord.com/api"),
        ("API_URL", "ftp://discord.com"),
        ("API_URL", "https://discord.com/{x}"),
        ("CROSSPOST", "perhaps"),
    ],
)
def test_what_cannot_be_used_is_named_and_a_token_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DISCORD_{name}", value)
    with pytest.raises(ConfigError, match=f"DISCORD_{name}") as told:
        DiscordSettings.load()
    assert name != "TOKEN" or value not in str(told.value)
