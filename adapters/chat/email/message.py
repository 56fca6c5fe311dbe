"""A letter as a message: https://www.rfc-editor.org/rfc/rfc5322, with the headers of a list one can leave by one click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy

from bot.domain.mailbox import Mailbox

from .drawing.letter import Letter

PLAIN_SUBJECT = "Papers"  # when the one there is cannot be written as a header
LIST = "paperround"
ENCODED = re.compile(r"=\?")  # begins an encoded word, in which anything might stand


class _AsItIs:
    """A header that is never folded nor encoded: a long address in brackets would come out as an encoded word."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, object]) -> None:
        """Take it; raises ValueError for what cannot stand on a line."""
        if not value.isascii() or not value.isprintable():
            raise ValueError("not a line of ASCII")
        kwds["parse_tree"], kwds["decoded"] = None, value

    def fold(self, *, policy: EmailPolicy[EmailMessage]) -> str:
        """The line of the header."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the registry's base class has it


def _policy(*, utf8: bool) -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in ("List-Unsubscribe", "List-Id", "Message-ID"):
        registry.map_to_type(name, _AsItIs)  # type: ignore[arg-type]  # typeshed wants one of the library's own
    return SMTP.clone(header_factory=registry, cte_type="7bit", utf8=utf8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What is handed to a server: from whom, to whom, and the bytes."""

    sender: Mailbox
    recipient: Mailbox
    message_id: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 takes it."""
        return not (self.sender.is_ascii and self.recipient.is_ascii)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Whom mail comes from."""

    name: str
    mailbox: Mailbox


def envelope_of(letter: Letter, *, to: Mailbox, key: str, sender: Sender, date: datetime) -> Envelope:
    """The letter to one reader; the same key gives the same Message-ID, so that a mailbox knows a copy."""
    message_id = f"<{key}@{sender.mailbox.domain}>"
    content = _content(letter, to, sender, date, message_id, key)
    return Envelope(sender=sender.mailbox, recipient=to, message_id=message_id, content=content)


def _content(letter: Letter, to: Mailbox, sender: Sender, date: datetime, message_id: str, key: str) -> bytes:
    try:
        return _message(letter, letter.subject, to, sender, date, message_id, key)
    except (ValueError, LookupError, AssertionError):  # a header the library cannot write, or read again
        return _message(letter, PLAIN_SUBJECT, to, sender, date, message_id, key)


def _message(
    letter: Letter, subject: str, to: Mailbox, sender: Sender, date: datetime, message_id: str, key: str
) -> bytes:
    message = EmailMessage(policy=_policy(utf8=not (to.is_ascii and sender.mailbox.is_ascii)))
    message["From"] = Address(sender.name, sender.mailbox.local, sender.mailbox.domain)
    message["To"] = Address("", to.local, to.domain)
    message["Subject"] = ENCODED.sub("=\u2060?", subject)
    message["Date"] = date
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # https://www.rfc-editor.org/rfc/rfc3834
    for name, value in _listed(letter, sender) if letter.listed else ():
        message[name] = value
    message.set_content(letter.text, cte=_encoding(letter.text))
    message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    message.set_boundary(
        f"=_{key}"
    )  # "=_" stands in no body: quoted-printable has hexadecimal digits behind "="
    return message.as_bytes()


def _encoding(text: str) -> str:
    """Whichever is shorter: quoted-printable writes three characters for each byte beyond ASCII."""
    whole = len(text.encode())
    beyond = whole - len(text.encode("ascii", "ignore"))
    return "base64" if beyond * 5 > whole else "quoted-printable"


def _listed(letter: Letter, sender: Sender) -> Iterator[tuple[str, str]]:
    """What list it is (https://www.rfc-editor.org/rfc/rfc2919), and how to leave.

    By one click (https://www.rfc-editor.org/rfc/rfc8058), or by a mail that a person reads.
    """
    yield "List-Id", f"<{LIST}.{sender.mailbox.domain}>"
    if letter.links.leave:
        yield "List-Unsubscribe", f"<{letter.links.leave}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    elif sender.mailbox.is_ascii:
        yield "List-Unsubscribe", f"<mailto:{sender.mailbox}?subject=unsubscribe>"
