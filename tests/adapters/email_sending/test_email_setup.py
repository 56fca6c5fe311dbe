"""What `init email` says, asks and tries, and what `doctor` finds: each is true, nothing is sent, no password is told."""

from __future__ import annotations

import pytest

from adapters.chat.email.adapter import EmailAdapter
from adapters.chat.email.settings import MAIL_FROM, SMTP_URL
from adapters.chat.email.setup import EmailSetup
from bot.ports import Examined, Finding, Setup
from bot.testing.smtp import SmtpStandIn

from .conftest import FROM, adapter_of


async def tried(url: str, sender: str = FROM) -> list[Finding]:
    return [one async for one in EmailSetup().check({SMTP_URL: url, MAIL_FROM: sender})]


def test_it_asks_for_the_server_and_the_sender() -> None:
    setup: Setup = EmailAdapter.setup
    server, sender = setup.questions()
    assert (server.variable, server.secret, server.required) == (SMTP_URL, True, True)
    assert (sender.variable, sender.secret, sender.required) == (MAIL_FROM, False, True)
    assert any("smtps://" in line for line in setup.opening())
    assert any("--channel email:local:" in line for line in setup.closing())


async def test_what_can_be_used_is_tried_and_nothing_is_sent(smtp) -> None:
    findings = await tried(smtp.url)
    assert [one.what for one in findings] == [
        f"the mail server localhost:{smtp.port} lets the bot in, unencrypted",
        "it takes mail from papers@example.org",
    ]
    assert all(one.good for one in findings)
    assert smtp.state.connections == 1
    assert smtp.state.taken == []


async def test_doctor_says_what_the_mails_lack(smtp, adapter) -> None:
    assert isinstance(adapter, Examined)
    findings = [one async for one in adapter.examine()]
    assert findings[-1].fix.startswith("Readers leave by one click once PAPERROUND_WEB_PORT")
    assert smtp.state.taken == []


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        ("", FROM, "is not set"),
        ("mail.example.org", FROM, "does not begin"),
        ("https://mail.example.org", FROM, "does not begin"),
        ("smtp://", FROM, "does not begin"),
        ("smtp://mail.example.org:x", FROM, "no address"),
        ("smtp://[::1", FROM, "no address"),
        ("smtps://ada:p/w@mail.example.org", FROM, "no address"),
        ("smtp://ada:secret@mail.example.org", FROM, "unencrypted"),
        ("smtps://mail.example.org/inbox", FROM, "follows the host"),
        ("smtps://mail.example.org", "", "is not set"),
        ("smtps://mail.example.org", "Paper Round", "no mail address"),
        ("smtps://mail.example.org", "a@b@c", "no mail address"),
    ],
    ids=range(12),
)
async def test_what_cannot_be_used_is_told_with_one_thing_to_do(url, sender, said) -> None:
    (finding,) = await tried(url, sender)
    assert not finding.good
    assert said in finding.what
    assert finding.fix
    assert "secret" not in f"{finding.what}{finding.fix}"


async def test_a_server_nobody_answers_at_may_answer_later() -> None:
    (finding,) = await tried("smtp://localhost:9")
    assert not finding.good
    assert finding.passing


async def test_a_sender_that_is_refused_is_named(smtp) -> None:
    smtp.faults.add("refuse", stage="mail", answer="553 5.7.1 Not yours")
    *_, finding = await tried(smtp.url)
    assert not finding.good
    assert finding.what == "it takes no mail from papers@example.org: 553 5.7.1 Not yours"
    assert MAIL_FROM in finding.fix


@pytest.mark.parametrize("answer", ["451 4.3.0 Later", "421 4.3.2 Closing"])
async def test_a_server_that_is_busy_is_no_mistake_of_ours(smtp, answer) -> None:
    smtp.faults.add("refuse", stage="connect", answer=answer)
    (finding,) = await tried(smtp.url)
    assert finding.passing


async def test_a_wrong_password_is_told_and_not_shown() -> None:
    async with SmtpStandIn(user="ada", password="secret") as smtp:
        (finding,) = await tried(smtp.url.replace("secret", "other-word"))
    assert not finding.good
    assert not finding.passing
    assert "other-word" not in f"{finding.what}{finding.fix}"


@pytest.mark.parametrize("stage", ["connect", "mail"])
async def test_a_connection_that_breaks_raises_nothing(smtp, stage) -> None:
    smtp.faults.add("cut", stage=stage)
    assert not (await tried(smtp.url))[-1].good


async def test_the_adapter_says_what_is_not_set(smtp) -> None:
    from bot.errors import ConfigError  # noqa: PLC0415 - only here

    with pytest.raises(ConfigError, match="MAIL_FROM is not set"):
        adapter_of(smtp, PAPERROUND_MAIL_FROM="")
