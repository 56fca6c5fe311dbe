"""Settings: where they come from, and what is said of a bad one."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest

from bot.config import EXAMPLES, all_values, load_settings, unknown_names
from bot.errors import ConfigError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings."""
    for name in list(os.environ):
        if name.upper().startswith("PAPERROUND_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults_are_those_of_the_design() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///paperround.db"
    assert (settings.chat, settings.sources) == (("console",), ("huggingface", "arxiv"))
    assert (settings.timezone, settings.digest_at) == ("UTC", time(9, 0))
    assert settings.arxiv_categories == ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
    assert (settings.feeds, settings.allow_private_networks, settings.web_port) == ((), (), None)


def test_lists_are_read_by_comma_and_words_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "slack, discord,")
    monkeypatch.setenv("PAPERROUND_TIMEZONE", "berlin")
    monkeypatch.setenv("PAPERROUND_DIGEST_AT", "8:30am")
    settings = load_settings()
    assert settings.chat == ("slack", "discord")
    assert settings.schedule.tz == "Europe/Berlin"
    assert settings.schedule.at == time(8, 30)


def test_the_environment_goes_before_a_file_and_a_file_before_dotenv(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nowhere / ".env").write_text("PAPERROUND_MAIL_FROM=dotenv@x\nOTHER=1\n")
    assert load_settings().mail_from == "dotenv@x"
    (nowhere / "secret").write_text("file@x\n")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM_FILE", str(nowhere / "secret"))
    assert load_settings().mail_from == "file@x"
    monkeypatch.delenv("PAPERROUND_MAIL_FROM_FILE")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", "environment@x")
    assert load_settings().mail_from == "environment@x"


def test_a_file_may_be_named_in_dotenv(nowhere: Path) -> None:
    (nowhere / "key").write_text("c2VjcmV0")
    (nowhere / ".env").write_text(f"PAPERROUND_SECRET_KEY_FILE={nowhere / 'key'}\n")
    assert load_settings().secret_key.get_secret_value() == "c2VjcmV0"


def test_an_empty_value_is_a_value_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_WEB_PORT", "")
    monkeypatch.setenv("PAPERROUND_TIMEZONE", "")
    assert load_settings().web_port is None
    assert load_settings().timezone == "UTC"


@pytest.mark.parametrize(
    "value", ["https://papers.example.org", "http://[::1]:8080", "https://xn--bcher-kva.example:443/a/b_c~d"]
)
def test_our_own_address_may_have_a_port_and_a_path(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_WEB_URL", f"{value}/")
    assert load_settings().web_url == value


@pytest.mark.parametrize(
    "value",
    [
        "https://b\u00fccher.example",
        "https://example.org/a b",
        "https://example.org/?a=b",
        "https://example.org/#a",
        "https://ada:secret@example.org",
        "https://example.org/a>;b",
        "https://example.org//evil.example",
        "https://example.org:99999",
    ],
    ids=["letters", "space", "query", "fragment", "user", "bracket", "slashes", "port"],
)
def test_our_own_address_is_one_that_links_can_begin_with(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_WEB_URL", value)
    with pytest.raises(ConfigError, match="PAPERROUND_WEB_URL"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("TIMEZONE", "Mars/Olympus"),
        ("DIGEST_AT", "25:00"),
        ("HUGGINGFACE_URL", "ftp://x"),
        ("ARXIV_API_URL", "example.org"),
        ("ARXIV_FEED_URL", "file:///etc/passwd"),
        ("FEEDS", "https://ok.example/atom.xml,gopher://x"),
        ("ALLOW_PRIVATE_NETWORKS", "10.0.0.0/99"),
        ("WEB_PORT", "eighty"),
        ("WEB_PORT", "0"),
        ("WEB_URL", "papers"),
        ("INGEST_MINUTES", "1"),
        ("BACKFILL_DAYS", "-1"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    said = str(caught.value)
    assert said.startswith(f"PAPERROUND_{name} cannot be used: ")
    assert f"For example PAPERROUND_{name}=" in said
    assert "\n" not in said
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "TIMEZONE",
            "Nowhere",
            "I know no time zone or city called 'Nowhere'. For example PAPERROUND_TIMEZONE=Europe/Berlin",
        ),
        ("DIGEST_AT", "soon", "I cannot read 'soon' as a time. For example PAPERROUND_DIGEST_AT=09:00"),
        ("WEB_PORT", "abc", "it is not a whole number. For example PAPERROUND_WEB_PORT=8080"),
        ("WEB_PORT", "8.5", "it is not a whole number. For example PAPERROUND_WEB_PORT=8080"),
        ("WEB_PORT", "0", "it is below 1. For example PAPERROUND_WEB_PORT=8080"),
        ("KEEP_DAYS", "99999", "it is above 3650. For example PAPERROUND_KEEP_DAYS=30"),
        (
            "LOG_LEVEL",
            "loud",
            "it is none of debug, info, warning, error. For example PAPERROUND_LOG_LEVEL=warning",
        ),
    ],
)
def test_a_bad_value_is_told_in_our_words_with_one_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert str(caught.value) == f"PAPERROUND_{name} cannot be used: {said}"


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_TIMEZONE", "Mars")
    monkeypatch.setenv("PAPERROUND_WEB_PORT", "x")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "PAPERROUND_TIMEZONE",
        "PAPERROUND_WEB_PORT",
    ]


def test_the_examples_themselves_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EXAMPLES.items():
        monkeypatch.setenv(f"PAPERROUND_{name.upper()}", value)
    load_settings()


def test_a_file_that_cannot_be_read_is_named(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SECRET_KEY_FILE", str(nowhere / "gone"))
    with pytest.raises(ConfigError, match=r"PAPERROUND_SECRET_KEY_FILE names .*gone"):
        load_settings()


def test_a_value_and_its_file_together_are_refused(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "f").write_text("x")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", "a@b")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM_FILE", str(nowhere / "f"))
    with pytest.raises(ConfigError, match="both set"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SECRET_KEY", "hush")
    monkeypatch.setenv("PAPERROUND_SMTP_URL", "smtps://u:hush@mail")
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", "postgresql://u:hush@host/db")
    settings = load_settings()
    assert "hush" not in str(settings.shown()) + repr(settings.secret_key)
    assert settings.shown()["PAPERROUND_DATABASE_URL"] == "postgresql://u:***@host/db"


def test_sources_get_every_value_also_a_plug_ins_own(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / ".env").write_text("PAPERROUND_BULLETIN_URL=https://example.org\n")
    monkeypatch.setenv("PAPERROUND_HUGGINGFACE_URL", "http://127.0.0.1:9/")
    values = all_values(load_settings())
    assert values["PAPERROUND_BULLETIN_URL"] == "https://example.org"
    assert values["PAPERROUND_HUGGINGFACE_URL"] == "http://127.0.0.1:9"
    assert values["PAPERROUND_ARXIV_CATEGORIES"] == "cs.AI,cs.CL,cs.CV,cs.LG,stat.ML"


def test_a_name_that_is_no_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_TIMEZON", "UTC")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM_FILE", "/dev/null")
    assert unknown_names() == ("PAPERROUND_TIMEZON",)


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.timezone = "UTC"
