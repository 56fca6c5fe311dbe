"""`.env.example` names exactly the settings, with safe values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.chat.discord.settings import DiscordSettings
from adapters.chat.slack.settings import SlackSettings
from bot.config import Settings, fields, load_settings, variable

EXAMPLE = Path(__file__).parents[1] / ".env.example"
LINES = EXAMPLE.read_text().splitlines()
NAMED = [
    match[1] for line in LINES if (match := re.match(r"#?((?:PAPERROUND|SLACK|DISCORD)_[A-Z_]+)=", line))
]
CHATS = (SlackSettings, DiscordSettings)
OF_CHATS = [chat.variable(name) for chat in CHATS for name in chat.model_fields]
SAFE = {"SLACK_API_URL", "DISCORD_API_URL", "DISCORD_CROSSPOST"}
SECRET = {"PAPERROUND_SECRET_KEY", "PAPERROUND_SMTP_URL", "PAPERROUND_WEB_PORT", *OF_CHATS} - SAFE


def test_it_names_every_setting_once_and_no_other() -> None:
    assert sorted(NAMED) == sorted([*(variable(name) for name, _ in fields()), *OF_CHATS])
    assert len(NAMED) == len(set(NAMED))


def test_every_setting_has_its_comment() -> None:
    blocks = EXAMPLE.read_text().split("\n\n")
    assert all(block.startswith("# ") for block in blocks)


def test_the_values_that_are_set_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    monkeypatch.chdir(tmp_path)
    from_example = load_settings()
    chats_from_example = [chat.load() for chat in CHATS]
    monkeypatch.chdir("/")
    assert from_example.shown() == Settings().shown()
    assert chats_from_example == [chat() for chat in CHATS]


def test_nothing_secret_or_public_is_set_by_default() -> None:
    set_lines = {line.partition("=")[0]: line.partition("=")[2] for line in LINES if re.match(r"[A-Z]", line)}
    assert not SECRET & set(set_lines)
    assert set_lines["PAPERROUND_WEB_HOST"] == "127.0.0.1"
