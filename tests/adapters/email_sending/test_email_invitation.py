"""Somebody who never asked for anything is asked once, in our words alone, and by no list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.email.drawing.invitation import invitation
from bot.errors import DestinationGone
from bot.ports.mail import Inviter
from bot.testing.smtp import linked, mail_findings

from .conftest import ADA, KEY

CONFIRM = "https://papers.example.org/mail/confirm/" + "x" * 43


def test_an_invitation_is_drawn_as_it_was(same_as_golden) -> None:
    letter = invitation(ADA, CONFIRM, "papers@example.org")
    same_as_golden("email/invitation.txt", letter.text)
    same_as_golden("email/invitation.html", letter.html)


async def test_it_is_one_mail_with_one_link_and_belongs_to_no_list(smtp, adapter) -> None:
    assert isinstance(adapter, Inviter)
    await adapter.ask_reader(ADA, confirm=CONFIRM, key=KEY)
    await adapter.ask_reader(ADA, confirm=CONFIRM, key=KEY)
    (mail,) = smtp.mailbox("ada@example.org")
    assert linked(mail.part("html")) == {CONFIRM}
    assert CONFIRM in mail.part("plain")
    mailboxes = {"ada@example.org", "papers@example.org"}
    assert mail_findings(mail.content, links={CONFIRM}, mailboxes=mailboxes, listed=False) == []


async def test_a_mailbox_that_is_not_there_is_told_of(smtp, adapter, bounces) -> None:
    smtp.faults.bounce("ada@example.org")
    with pytest.raises(DestinationGone):
        await adapter.ask_reader(ADA, confirm=CONFIRM, key=KEY)
    assert bounces.told == [("ada@example.org", True)]


@pytest.mark.parametrize(
    "channel", ["ada", "ada@example.org\r\nBcc: eve@evil.example", "Ada <ada@example.org>"], ids=range(3)
)
async def test_what_is_no_mailbox_is_never_asked(smtp, adapter, channel: str) -> None:
    with pytest.raises(DestinationGone):
        await adapter.ask_reader(replace(ADA, channel=channel), confirm=CONFIRM, key=KEY)
    assert smtp.state.connections == 0
