"""The mail adapter keeps what every chat adapter must keep, against a real mail server."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from adapters.chat.email import installed
from adapters.chat.email.adapter import EmailAdapter
from bot.domain.subscription import Address
from bot.errors import ConfigError
from bot.ports import ChatContext
from bot.ports.offers import Closing, Doorkeeper, Examined, Served, Teller
from bot.testing import FakeClock, check_chat_adapter
from bot.testing.smtp import mail_findings

# What a mail program makes of plain text: it links addresses. Tags are escaped in the page and plain in the text.
LINKED = ("https://evil.example", "http://evil.example", "mailto:ada@evil.example", "www.evil.example")
HIDING = ("\x1b", "\u202e", "\x00", "\r\n", "\u2028")


async def test_the_adapter_keeps_the_contract(smtp, adapter) -> None:
    await check_chat_adapter(adapter, channel="ada@example.org", markup=(*LINKED, *HIDING))
    (mail,) = smtp.mailbox("ada@example.org")
    own = {f"https://arxiv.org/abs/2606.0000{number}" for number in (1, 2, 3)}
    mailboxes = {"ada@example.org", "papers@example.org"}
    assert mail_findings(mail.content, links=own, mailboxes=mailboxes) == []


def test_the_adapter_offers_what_mail_can(adapter) -> None:
    assert isinstance(adapter, EmailAdapter)
    assert isinstance(adapter, Examined)
    assert isinstance(adapter, Closing)
    assert not isinstance(adapter, Served)
    assert not isinstance(adapter, Teller)


async def test_nobody_but_the_reader_manages_a_mailbox(adapter) -> None:
    ada = Address(platform="email", workspace="T1", channel="ada@example.org")
    assert isinstance(adapter, Doorkeeper)
    assert await adapter.manages(ada, "ada@example.org")
    assert await adapter.may_read(ada, "ada@example.org")
    assert not await adapter.manages(ada, "U1")
    assert not await adapter.may_read(ada, "U1")
    assert await adapter.why_not_post(ada) == ""
    assert "ada@example.org" in await adapter.why_not_post(replace(ada, channel="general"))


async def test_without_what_sends_mail_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "NEEDED", ("no_such_module",))
    with pytest.raises(ConfigError, match=r"paperround\[email\]"):
        EmailAdapter(ChatContext(clock=FakeClock(), settings={}))
    (finding,) = [one async for one in EmailAdapter.setup.check({})]
    assert not finding.good
    assert "paperround[email]" in finding.fix


async def test_closing_it_twice_does_nothing_and_it_opens_again(smtp, adapter) -> None:
    await adapter.close()
    await adapter.close()


def test_loading_the_adapter_loads_neither_smtp_nor_templates() -> None:
    heavy = "{'aiosmtplib', 'jinja2', 'pydantic_settings'}"
    code = f"import sys, adapters.chat.email.adapter; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
