"""A mail's headers: as the standards want them, one each, and the same name for the same delivery."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from adapters.chat.email.drawing.letter import Letter, Links
from adapters.chat.email.message import Sender, envelope_of
from bot.domain.mailbox import Mailbox

from .conftest import ADA, KEY, NOON, SENDER, mail_of

LETTER = Letter(subject="Three papers", text="Text\n", html="<p>Page</p>\n", day="2026-11-20")
BAD = [
    "a\rb",
    "a\nb",
    "a\r\nBcc: eve@evil.example",
    "a\x00b",
    "a\u2028b\u2029c",
    "\ud800",
    "a\x85b",
    "=?utf-8?q?=0ABcc:?=",
]
LONG = "https://papers.example.org/leave/" + "x" * 400


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]  # so says its policy


def test_the_headers_are_those_of_a_list_one_can_leave_by_one_click() -> None:
    message = read(mail_of(replace(LETTER, links=Links(leave=LONG))))
    assert message["From"] == "Paper Round <papers@example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Three papers"
    assert message["Date"] == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert message["Message-ID"] == f"<{KEY}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<paperround.example.org>"
    assert message["List-Unsubscribe"] == f"<{LONG}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_long_address_by_which_to_leave_stays_one_address_on_one_line() -> None:
    lines = mail_of(replace(LETTER, links=Links(leave=LONG))).split(b"\r\n")
    assert f"List-Unsubscribe: <{LONG}>".encode() in lines


def test_without_pages_one_leaves_by_writing_to_a_person() -> None:
    message = read(mail_of(LETTER))
    assert message["List-Unsubscribe"] == "<mailto:papers@example.org?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_the_same_delivery_is_the_same_mail_whenever_it_is_sent() -> None:
    assert mail_of(LETTER) == mail_of(LETTER)
    later = envelope_of(LETTER, to=ADA, key=KEY, sender=SENDER, date=NOON.replace(hour=13))
    assert later.message_id == f"<{KEY}@example.org>"
    assert envelope_of(LETTER, to=ADA, key="other", sender=SENDER, date=NOON).message_id != later.message_id


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_a_subject_that_is_no_line_fails_no_mail_and_adds_no_header(bad: str) -> None:
    content = mail_of(replace(LETTER, subject=f"Three {bad} papers"))
    plain = read(mail_of(LETTER))
    assert read(content).keys() == plain.keys()
    assert b"\nBcc" not in content
    assert read(content)["Subject"]


@pytest.mark.parametrize("name", ["Ada, of Papers", 'A "B" C', "J\u00fcrgen \u7f8a", "x@y", "<a@b.c>", ""])
def test_whoever_sends_is_one_mailbox_under_any_name(name: str) -> None:
    sender = Sender(name=name, mailbox=SENDER.mailbox)
    message = read(envelope_of(LETTER, to=ADA, key=KEY, sender=sender, date=NOON).content)
    (found,) = message["From"].addresses
    assert found.addr_spec == "papers@example.org"
    assert found.display_name == name


def test_a_mail_to_letters_beyond_ascii_says_so_and_writes_them_as_they_are() -> None:
    to = Mailbox(local="j\u00fcrgen", domain="example.org")
    envelope = envelope_of(LETTER, to=to, key=KEY, sender=SENDER, date=NOON)
    assert envelope.needs_utf8
    assert "To: j\u00fcrgen@example.org\r\n".encode() in envelope.content
    assert not envelope_of(LETTER, to=ADA, key=KEY, sender=SENDER, date=NOON).needs_utf8


@pytest.mark.parametrize(
    "text", ["a", "\u7f8a" * 3000, "x" * 20000, ".\n.\n..\n", "=\n", "\t \n"], ids=range(6)
)
def test_every_text_arrives_as_it_was_and_fits_any_server(text: str) -> None:
    content = mail_of(replace(LETTER, text=f"{text}\n", html=f"<p>{text}</p>\n"))
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    plain, page = (part.get_content().replace("\r\n", "\n") for part in read(content).iter_parts())
    assert (plain, page) == (f"{text}\n", f"<p>{text}</p>\n")
