"""`init discord` as a process: a good token is kept with the invite link, every other is said in words and not written."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.chat.discord.invite import invite_link
from bot.cli._env_file import values_in
from bot.testing.discord import DiscordStandIn
from bot.testing.init_program import InitProgram


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def program(discord: DiscordStandIn, tmp_path: Path) -> InitProgram:
    return InitProgram("discord", tmp_path, {"DISCORD_API_URL": discord.api_url})


async def test_a_good_token_is_kept_for_its_owner_alone_and_the_invite_link_is_said(
    program: InitProgram, discord: DiscordStandIn
) -> None:
    program.written.write_text("PAPERROUND_CHAT=console,slack\n")
    code, said = await program.piped(f"Bot {discord.bot_token}\n", "--tz", "Berlin", "--at", "8am")
    assert code == 0, said
    assert "OK the bot is paperround" in said
    assert "OK the gateway answers" in said
    assert invite_link(discord.state.bot.id) in said
    assert "/papers subscribe" in said
    assert stat.S_IMODE(program.written.stat().st_mode) == 0o600
    kept = values_in(program.written)
    assert kept["PAPERROUND_CHAT"] == "console,slack,discord"
    assert discord.bot_token in kept["DISCORD_TOKEN"]
    assert kept["PAPERROUND_TIMEZONE"] == "Europe/Berlin"
    assert len(kept["PAPERROUND_SECRET_KEY"]) == 44


async def test_somebody_at_a_terminal_is_led_and_asked_again_after_a_wrong_token(
    program: InitProgram, discord: DiscordStandIn
) -> None:
    code, said = await program.typed("123456789012345678", discord.bot_token)
    assert code == 0, said
    assert "https://discord.com/developers/applications" in said
    assert "DISCORD_TOKEN is refused: it is an id" in said
    assert discord.bot_token not in said
    assert values_in(program.written)["DISCORD_TOKEN"] == discord.bot_token


TROUBLES = {
    "unknown": ("a.b.c", "", 4, "DISCORD_TOKEN is refused: Discord does not know it"),
    "secret": ("abcdefghijklmnopqrstuvwxyz-12345", "", 4, "it is the application's client secret"),
    "words": ("two words", "", 4, "DISCORD_TOKEN cannot be used"),
    "none": ("", "", 2, "DISCORD_TOKEN was not given"),
    "patience": ("a.b.c", "429", 5, "Discord asks for patience"),
    "broken": ("a.b.c", "502", 5, "Discord gave no answer"),
}


@pytest.mark.slow  # a process each; every word of them is in test_discord_setup.py
@pytest.mark.parametrize(("token", "fault", "ends", "told"), TROUBLES.values(), ids=list(TROUBLES))
async def test_what_is_not_taken_is_said_in_words_and_not_written(
    program: InitProgram, discord: DiscordStandIn, token: str, fault: str, ends: int, told: str
) -> None:
    if fault:
        discord.faults.add(fault, route="GET /users/@me", times=9)
    code, said = await program.piped(f"{token}\n")
    assert code == ends, said
    assert told in said
    assert "nothing was written" in said
    assert "Traceback" not in said
    assert not program.written.exists()


@pytest.mark.slow
async def test_a_discord_out_of_reach_is_told_apart_from_a_refusal(program: InitProgram) -> None:
    code, said = await program.piped("a.b.c\n", DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    assert code == 5, said
    assert "Look whether this machine reaches https://discord.com" in said
    assert not program.written.exists()
