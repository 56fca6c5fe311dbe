"""`init slack`: asked at a terminal or given by a program, tried at once, and kept without touching what is there."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.chat.slack.scopes import BOT
from bot.cli._env_file import merged, values_in
from bot.testing.init_program import InitProgram
from bot.testing.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(scopes=BOT) as stand_in:
        yield stand_in


class Program(InitProgram):
    """One `paperround init slack`."""

    def __init__(self, slack: SlackStandIn, folder: Path) -> None:
        super().__init__("slack", folder, {"SLACK_API_URL": slack.api_url})
        self.slack = slack

    @property
    def tokens(self) -> str:
        return f"{self.slack.bot_token}\n{self.slack.app_token}\n"


@pytest.fixture
def program(slack: SlackStandIn, tmp_path: Path) -> Program:
    return Program(slack, tmp_path)


async def test_tokens_given_as_lines_are_tried_and_kept_for_their_owner_alone(program: Program) -> None:
    code, said = await program.piped(program.tokens, "--tz", "Berlin", "--at", "8am")
    assert code == 0, said
    assert f"OK the workspace is {program.slack.home.name}" in said
    assert stat.S_IMODE(program.written.stat().st_mode) == 0o600
    kept = values_in(program.written)
    assert kept["PAPERROUND_CHAT"] == "slack"
    assert kept["SLACK_BOT_TOKEN"] == program.slack.bot_token
    assert kept["SLACK_APP_TOKEN"] == program.slack.app_token
    assert kept["PAPERROUND_TIMEZONE"] == "Europe/Berlin"
    assert len(kept["PAPERROUND_SECRET_KEY"]) == 44
    assert "/papers subscribe" in said


async def test_tokens_in_the_environment_are_not_asked_for(program: Program) -> None:
    code, said = await program.piped(
        SLACK_BOT_TOKEN=program.slack.bot_token, SLACK_APP_TOKEN=program.slack.app_token
    )
    assert code == 0, said
    assert "manifest_json" not in said
    assert values_in(program.written)["SLACK_BOT_TOKEN"] == program.slack.bot_token


async def test_somebody_at_a_terminal_is_led_and_their_tokens_are_not_shown(program: Program) -> None:
    code, said = await program.typed(program.slack.bot_token, program.slack.app_token)
    assert code == 0, said
    assert "https://api.slack.com/apps?new_app=1" in said
    assert program.slack.bot_token not in said
    assert program.slack.app_token not in said
    assert values_in(program.written)["SLACK_APP_TOKEN"] == program.slack.app_token


async def test_a_refused_token_is_not_written(program: Program) -> None:
    code, said = await program.piped(f"xoxb-nobody\n{program.slack.app_token}\n")
    assert code == 4
    assert "SLACK_BOT_TOKEN is refused: Slack does not know it; nothing was written." in said
    assert "OAuth & Permissions" in said
    assert not program.written.exists()


async def test_somebody_who_copied_the_wrong_token_is_asked_again(program: Program) -> None:
    code, said = await program.typed("xoxb-nobody", program.slack.app_token, program.slack.bot_token, "")
    assert code == 0, said
    assert "SLACK_BOT_TOKEN is refused" in said
    kept = values_in(program.written)
    assert kept["SLACK_BOT_TOKEN"] == program.slack.bot_token
    assert kept["SLACK_APP_TOKEN"] == program.slack.app_token


async def test_after_three_wrong_tokens_it_gives_up_and_has_written_nothing(program: Program) -> None:
    code, said = await program.typed("xoxb-nobody", program.slack.app_token, "", "", "", "")
    assert code == 4, said
    assert said.count("SLACK_BOT_TOKEN is refused") == 3
    assert not program.written.exists()


async def test_a_slack_out_of_reach_is_another_exit_code(program: Program) -> None:
    code, said = await program.piped(program.tokens, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert code == 5
    assert "nothing was written" in said
    assert not program.written.exists()


async def test_a_value_that_is_not_given_is_named(program: Program) -> None:
    code, said = await program.piped("")
    assert code == 2
    assert "SLACK_BOT_TOKEN was not given, so nothing was written." in said


async def test_what_stands_in_the_file_stays(program: Program) -> None:
    program.written.write_text(
        "# mine\nPAPERROUND_CHAT=console\nPAPERROUND_SECRET_KEY=kept\n#SLACK_BOT_TOKEN=xoxb-...\n\nOTHER=1 # x\n"
    )
    code, said = await program.piped(program.tokens)
    assert code == 0, said
    assert program.written.read_text() == (
        "# mine\nPAPERROUND_CHAT=console,slack\nPAPERROUND_SECRET_KEY=kept\n"
        f"SLACK_BOT_TOKEN={program.slack.bot_token}\n\nOTHER=1 # x\nSLACK_APP_TOKEN={program.slack.app_token}\n"
    )


async def test_a_program_replaces_no_value(program: Program) -> None:
    before = "SLACK_BOT_TOKEN=xoxb-older\n"
    program.written.write_text(before)
    code, said = await program.piped(program.tokens)
    assert code == 2
    assert "SLACK_BOT_TOKEN has another value in .env, so nothing was written." in said
    assert program.written.read_text() == before


async def test_empty_lines_keep_what_stands_in_the_file(program: Program) -> None:
    assert (await program.piped(program.tokens))[0] == 0
    before = program.written.read_text()
    code, said = await program.piped("\n\n")
    assert code == 0, said
    assert program.written.read_text() == before


async def test_at_a_terminal_another_value_takes_the_place_and_enter_keeps_one(program: Program) -> None:
    assert (await program.piped(program.tokens))[0] == 0
    another = program.slack.token(*BOT)
    code, said = await program.typed(another, "")
    assert code == 0, said
    assert "[Enter keeps the one you have]" in said
    kept = values_in(program.written)
    assert kept["SLACK_BOT_TOKEN"] == another
    assert kept["SLACK_APP_TOKEN"] == program.slack.app_token


@pytest.mark.parametrize(("answer", "code", "zone"), [("n", 2, "UTC"), ("y", 0, "Europe/Berlin")])
async def test_at_a_terminal_another_zone_is_asked_about(
    program: Program, answer: str, code: int, zone: str
) -> None:
    assert (await program.piped(program.tokens, "--tz", "UTC"))[0] == 0
    ended, said = await program.typed("", "", answer, options=("--tz", "Berlin"))
    assert ended == code, said
    assert values_in(program.written)["PAPERROUND_TIMEZONE"] == zone


async def test_a_link_stays_a_link(program: Program) -> None:
    (program.folder / "elsewhere").write_text("")
    program.written.symlink_to("elsewhere")
    assert (await program.piped(program.tokens))[0] == 0
    assert program.written.is_symlink()
    assert "SLACK_BOT_TOKEN" in (program.folder / "elsewhere").read_text()


def test_a_chat_that_does_not_exist_is_named(cli) -> None:
    done = cli("init", "slak")
    assert done.code == 2
    assert "There is no chat called `slak`. Did you mean slack?" in done.err


def test_a_chat_that_needs_nothing_says_so(cli, folder: Path) -> None:
    done = cli("init", "console")
    assert done.code == 2
    assert "`console` needs no setting up." in done.err
    assert not (folder / ".env").exists()


@pytest.mark.parametrize("value", ["plain", "two words", "it's", 'a "b"', "a#b", "back\\slash", "$HOME", "ü"])
def test_a_value_is_read_back_as_it_was_written(tmp_path: Path, value: str) -> None:
    (tmp_path / ".env").write_text(merged("A=1\n", {"TOKEN": value}))
    assert values_in(tmp_path / ".env") == {"A": "1", "TOKEN": value}


def test_the_line_that_counts_is_the_one_replaced() -> None:
    assert merged("A=1\nexport A=2\n#A=3\n", {"A": "4"}) == "A=1\nA=4\n#A=3\n"
    assert merged("# about A=9\n#A=3\n", {"A": "4"}) == "# about A=9\nA=4\n"
