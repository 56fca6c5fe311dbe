"""`mail bounce`, as a mail server's pipe runs it, and `email` where mail is not set up."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot
from bot.domain.subscription import Address, Schedule
from bot.storage.store import Store
from bot.testing.smtp import SmtpStandIn

ADA = Address(platform="email", workspace="local", channel="ada@example.org")
REPORT = b"""Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1

--x--
"""


async def mailed() -> None:
    async with await Store.open("sqlite:///papers.db") as store:
        now = datetime(2026, 6, 1, tzinfo=UTC)
        await store.ensure_destination(ADA, name="ada", schedule=Schedule(), next_due_at=None, now=now)


async def paused() -> str:
    async with await Store.open("sqlite:///papers.db") as store:
        home = await store.destination(ADA)
        return home.paused_reason if home and home.paused else ""


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_report_from_a_pipe_ends_the_mails_to_a_mailbox(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(mailed())
    piped(monkeypatch, REPORT)
    done = cli("mail", "bounce", "--json")
    assert (done.code, done.json) == (0, {"reports": 1, "counted": 1})
    assert asyncio.run(paused())


def test_a_mail_that_reports_nothing_is_no_failure(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, b"Subject: Hello\n\nHi.")
    done = cli("mail", "bounce")
    assert (done.code, done.out) == (0, "")
    assert "nothing was changed" in done.err


def test_without_mail_email_says_what_is_missing(cli) -> None:
    done = cli("email", "ada@example.org", "knitting")
    assert done.code == 2
    assert "init email" in done.err


def test_config_says_that_links_need_a_key(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "CHAT": "email",
        "SMTP_URL": "smtp://localhost:2525",
        "MAIL_FROM": "papers@example.org",
        "WEB_PORT": "8080",
        "WEB_URL": "https://papers.example.org",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"PAPERROUND_{name}", value)
    done = cli("config", "--check")
    assert done.code == 2
    assert "PAPERROUND_SECRET_KEY" in done.err
    assert "paperround init" in done.err
    monkeypatch.setenv("PAPERROUND_SECRET_KEY", "A" * 43 + "=")
    assert cli("config", "--check").code == 0


@pytest.mark.slow
async def test_at_a_shell_the_question_is_out_before_the_program_ends(tmp_path: Path) -> None:
    async with SmtpStandIn() as smtp:
        given = {
            "PAPERROUND_DATABASE_URL": f"sqlite:///{tmp_path / 'papers.db'}",
            "PAPERROUND_CHAT": "email",
            "PAPERROUND_SMTP_URL": smtp.url,
            "PAPERROUND_MAIL_FROM": "papers@example.org",
            "PAPERROUND_WEB_URL": "https://papers.example.org",
            "PAPERROUND_SECRET_KEY": "A" * 43 + "=",
        }
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "email", ADA.channel, "knitting", "--at", "8am"),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1]), **given},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await program.communicate()
        assert program.returncode == 0, said
        assert b"asks whether these digests are wanted" in said
        (mail,) = smtp.mailbox(ADA.channel)
        assert "https://papers.example.org/mail/confirm/" in mail.part("plain")
