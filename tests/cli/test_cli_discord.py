"""The command line with Discord beside it: a digest as Discord would get it, `doctor`, and its own settings."""

from __future__ import annotations

import json

import pytest

from bot.testing.discord import DiscordStandIn, Permission

DRAWN = ("digest", "knitting OR crochet", "--since", "2026-01-01", "--dry-run", "--as", "discord")


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hush.hush.hush")


@pytest.fixture
def discord(beside) -> DiscordStandIn:
    stand_in = DiscordStandIn()
    beside(stand_in, "discord")
    return stand_in


def told(done) -> list[dict[str, str]]:
    return [one for one in done.json["checks"] if one["name"].startswith("discord")]


@pytest.mark.usefixtures("token")
def test_a_digest_drawn_as_discord_would_get_it_is_one_object_a_message(loaded) -> None:
    done = loaded(*DRAWN)
    assert done.code == 0, done.err
    opening, *others = [json.loads(line) for line in done.out.splitlines()]
    assert "Papers for" in opening["content"]
    assert len(opening["embeds"]) == 10
    assert others
    assert "nothing was delivered" in done.err
    assert "knitting" in loaded("search", "knitting").out.lower()
    assert loaded("deliveries", "list", "--json").json["deliveries"] == []


def test_without_a_token_it_says_who_asks_for_it(loaded) -> None:
    done = loaded(*DRAWN)
    assert done.code == 2
    assert "paperround init discord" in done.err


def test_doctor_is_content_with_a_bot_that_has_its_token_and_its_server(
    loaded, discord: DiscordStandIn
) -> None:
    found = told(loaded("doctor", "--json"))
    assert {one["verdict"] for one in found if "no command is registered" not in one["what"]} == {"OK"}
    assert any(discord.home.name in one["what"] for one in found)
    assert told(loaded("doctor", "--offline", "--json")) == []


def test_doctor_says_what_to_do_about_a_token_that_was_reset(loaded, discord: DiscordStandIn) -> None:
    discord.state.token = "another"
    (found,) = told(loaded("doctor", "--json"))
    assert found["verdict"] == "FAIL"
    assert "Reset Token" in found["fix"]


def test_doctor_looks_at_the_channels_that_digests_go_to(loaded, discord: DiscordStandIn) -> None:
    for name in ("papers", "hushed"):
        where = f"discord:{discord.home.id}:{discord.channel(name).id}"
        assert loaded("subscribe", "knitting", "--channel", where).code == 0
    discord.deny("papers", Permission.READ_MESSAGE_HISTORY)
    found = [one for one in told(loaded("doctor", "--json")) if one["name"] != "discord"]
    assert [one["verdict"] for one in found] == ["WARN", "WARN"]
    assert "Read Message History" in found[0]["fix"]
    assert "Send Messages" in found[1]["fix"]


@pytest.mark.usefixtures("token")
def test_discords_settings_are_shown_and_its_token_hidden(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "console,discord")
    done = cli("config")
    assert {"DISCORD_TOKEN=***", "DISCORD_CROSSPOST=False"} <= set(done.out.splitlines())
    assert "hush" not in done.out + cli("config", "--json").out
    assert cli("config", "--check").code == 0
