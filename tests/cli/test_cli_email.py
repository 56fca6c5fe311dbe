"""The command line with mail beside it: `init email` as a process of its own, and a digest as a mailbox would get it."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli._env_file import values_in
from bot.testing.init_program import InitProgram
from bot.testing.smtp import SmtpStandIn

FROM = "Paper Round <papers@example.org>"
DRAWN = ("digest", "knitting OR crochet", "--since", "2026-01-01", "--dry-run", "--as", "email")


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpStandIn]:
    async with SmtpStandIn(user="ada", password="se/cret") as stand_in:
        yield stand_in


@pytest.fixture
def program(tmp_path: Path) -> InitProgram:
    return InitProgram("email", tmp_path, {})


async def test_the_server_and_the_sender_are_tried_and_kept_for_their_owner_alone(smtp, program) -> None:
    code, said = await program.piped(f"{smtp.url}\n{FROM}\n")
    assert code == 0, said
    assert "lets the bot in as ada" in said
    assert "it takes mail from papers@example.org" in said
    assert stat.S_IMODE(program.written.stat().st_mode) == 0o600
    kept = values_in(program.written)
    assert kept["PAPERROUND_CHAT"] == "email"
    assert kept["PAPERROUND_SMTP_URL"] == smtp.url
    assert kept["PAPERROUND_MAIL_FROM"] == FROM
    assert "--channel email:local:" in said
    assert smtp.state.taken == []


@pytest.mark.slow
async def test_a_refused_password_is_neither_written_nor_shown(smtp, program) -> None:
    code, said = await program.piped(f"{smtp.url.replace('cret', 'other')}\n{FROM}\n")
    assert code == 4
    assert "nothing was written" in said
    assert "other" not in said
    assert not program.written.exists()


@pytest.mark.slow
async def test_somebody_at_a_terminal_does_not_see_their_password(smtp, program) -> None:
    code, said = await program.typed(smtp.url, FROM)
    assert code == 0, said
    assert smtp.url not in said
    assert values_in(program.written)["PAPERROUND_SMTP_URL"] == smtp.url


def test_a_digest_drawn_as_a_mailbox_would_get_it_is_one_object(
    loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_SMTP_URL", "smtp://localhost:9")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", FROM)
    done = loaded(*DRAWN)
    assert done.code == 0, done.err
    mail = json.loads(done.out)
    assert " papers for " in mail["subject"]
    assert mail["html"].startswith("<!DOCTYPE html>")
    assert mail["text"].startswith("Papers for ")
    assert "nothing was delivered" in done.err


def test_without_a_server_it_says_who_asks_for_it(loaded) -> None:
    done = loaded(*DRAWN)
    assert done.code == 2
    assert "paperround init email" in done.err


def test_the_password_is_not_shown_with_the_settings(loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SMTP_URL", "smtps://ada:secret@mail.example.org")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", FROM)
    monkeypatch.setenv("PAPERROUND_CHAT", "email")
    done = loaded("config")
    assert done.code == 0
    assert "secret" not in done.out
    assert "PAPERROUND_SMTP_URL=***" in done.out
