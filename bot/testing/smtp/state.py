"""What a mail server took, and where it lies."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One mail as it came in."""

    sender: str
    to: str
    content: bytes
    options: tuple[str, ...] = ()

    @property
    def message(self) -> EmailMessage:
        """The mail, read."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        """What names it."""
        return str(self.message["Message-ID"]).strip()

    def part(self, kind: str) -> str:
        """The text of the mail in one form: "plain" or "html"."""
        found = self.message.get_body((kind,))
        if found is None:
            raise AssertionError(f"the mail has no {kind} part")
        return str(found.get_content()).replace("\r\n", "\n")


@dataclass(kw_only=True)
class State:
    """Mailboxes, in which a Message-ID lies once, and all that was ever taken."""

    mailboxes: dict[str, dict[str, Received]] = field(default_factory=lambda: defaultdict(dict))
    taken: list[Received] = field(default_factory=list)
    connections: int = 0
    encrypted: int = 0  # mails that came over TLS
    tried: list[str] = field(default_factory=list)  # user names, right or wrong
    refused: Counter[str] = field(default_factory=Counter)  # by mailbox

    def keep(self, mail: Received) -> None:
        """Take a mail; a mailbox shows a copy of one it has only once."""
        self.taken.append(mail)
        self.mailboxes[mail.to].setdefault(mail.message_id, mail)
