"""The mail adapter keeps what every chat adapter must keep, against a real mail server."""

from __future__ import annotations

import subprocess
import sys

from adapters.chat.email.adapter import EmailAdapter
from bot.ports.offers import Closing, Examined, Served, Teller
from bot.testing import check_chat_adapter
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


async def test_closing_it_twice_does_nothing_and_it_opens_again(smtp, adapter) -> None:
    await adapter.close()
    await adapter.close()


def test_loading_the_adapter_loads_neither_smtp_nor_templates() -> None:
    heavy = "{'aiosmtplib', 'jinja2', 'pydantic_settings'}"
    code = f"import sys, adapters.chat.email.adapter; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
