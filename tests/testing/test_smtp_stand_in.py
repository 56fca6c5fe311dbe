"""The mail server of the tests keeps and refuses what a real one would, and its judge sees what it is there to see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib
import pytest

from bot.testing.smtp import SmtpStandIn, linked, mail_findings
from bot.testing.smtp.faults import GREYLISTED, NO_SUCH_USER

PAGE = '<!DOCTYPE html>\n<html lang="en"><body><p>Papers: <a href="https://arxiv.org/abs/1">One</a></p></body></html>'
LINKS, MAILBOXES = {"https://arxiv.org/abs/1"}, {"papers@example.org"}


def mail(page: str = PAGE, text: str = "Papers\n", to: str = "ada@example.org", **more: str) -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"], message["To"], message["Subject"] = "papers@example.org", to, "Papers"
    message["Date"], message["Message-ID"] = "Fri, 20 Nov 2026 09:00:00 +0000", "<1@example.org>"
    message["Auto-Submitted"], message["List-Id"] = "auto-generated", "<paperround.example.org>"
    for name, value in more.items():
        message[name] = value
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    return message.as_bytes()


def found(content: bytes) -> list[str]:
    return mail_findings(content, links=LINKS, mailboxes=MAILBOXES)


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpStandIn]:
    async with SmtpStandIn() as made:
        yield made


@pytest.fixture
def handed_over(smtp: SmtpStandIn) -> Callable[..., object]:
    async def hand_over(to: str = "ada@example.org") -> None:
        async with aiosmtplib.SMTP(hostname="localhost", port=smtp.port, start_tls=False) as client:
            await client.sendmail("papers@example.org", [to], mail(to=to))

    return hand_over


async def test_a_mailbox_holds_a_message_id_once(smtp, handed_over) -> None:
    await handed_over()
    await handed_over()
    (one,) = smtp.mailbox("ada@example.org")
    assert one.message_id == "<1@example.org>"
    assert one.part("plain") == "Papers\n"
    assert len(smtp.state.taken) == 2


async def test_who_is_put_off_is_taken_later_and_who_is_gone_is_never(smtp, handed_over) -> None:
    smtp.faults.greylist("ada@example.org", times=1)
    smtp.faults.bounce("ben@example.org")
    for reader, answer in (("ada", GREYLISTED), ("ben", NO_SUCH_USER), ("ben", NO_SUCH_USER)):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
            await handed_over(f"{reader}@example.org")
        (refused,) = caught.value.recipients
        assert f"{refused.code} {refused.message}" == answer
    await handed_over("ada@example.org")
    assert [one.to for one in smtp.state.taken] == ["ada@example.org"]


@pytest.mark.parametrize(("stage", "taken"), [("body", 0), ("dot", 0), ("taken", 1)])
async def test_a_connection_is_cut_where_it_is_said(smtp, handed_over, stage, taken) -> None:
    smtp.faults.add("cut", stage=stage)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await handed_over()
    assert len(smtp.state.taken) == taken


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault"):
        SmtpStandIn().faults.add("explode")
    with pytest.raises(ValueError, match="no fault"):
        SmtpStandIn().faults.add("cut", stage="never")


def test_a_good_mail_is_found_good() -> None:
    assert found(mail()) == []
    assert linked(PAGE) == LINKS


BAD_PAGES = {
    "script": "<script>alert(1)</script>",
    "picture": '<img src="https://evil.example/x.png">',
    "link": '<a href="https://evil.example">x</a>',
    "javascript": '<a href="javascript:alert(1)">x</a>',
    "handler": '<p onclick="alert(1)">x</p>',
    "style": "<p style=\"background: url('https://evil.example')\">x</p>",
    "sheet": "<style>@import 'https://evil.example';</style>",
    "comment": "<!-- x -->",
    "address": "https://evil.example",
    "name": "www.evil.example",
    "mailbox": "ada@evil.example",
    "override": "\u202e",
    "unclosed": "<div>",
    "crossed": "<div><p></div></p>",
}


@pytest.mark.parametrize("name", BAD_PAGES)
def test_a_page_that_does_more_than_it_should_is_found(name: str) -> None:
    assert found(mail(PAGE.replace("</p></body>", f"</p>{BAD_PAGES[name]}</body>")))


@pytest.mark.parametrize(
    "text", ["See https://evil.example\n", "www.evil.example\n", "\x1b[31m\n", " \n"], ids=range(4)
)
def test_a_text_that_would_be_linked_or_hides_something_is_found(text: str) -> None:
    assert found(mail(text=text))


def test_a_header_too_many_or_too_few_is_found() -> None:
    assert "nobody asked for bcc" in found(mail(Bcc="eve@evil.example"))
    assert "list-id is there 0 times" in found(mail().replace(b"List-Id", b"List-It"))
    assert found(mail().replace(b"Subject: Papers", b"Subject: Papers\r\nEvil"))


def test_a_mail_that_would_be_cut_is_found() -> None:
    assert any("bytes" in one for one in found(mail(text="Papers. " * 20_000)))
    assert "a line is too long for SMTP" in found(mail().replace(b"Papers\r\n", b"x" * 999 + b"\r\n"))
