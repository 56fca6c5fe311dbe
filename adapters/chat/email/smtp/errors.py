"""What a mail server's refusal means, by where it came and by its codes; never by its words.

Codes: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3, enhanced ones: https://www.rfc-editor.org/rfc/rfc3463
"""

from __future__ import annotations

import re
from enum import Enum

from bot.errors import AuthFailed, DeliveryError, DestinationGone, Rejected, Throttled, Transient

ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
CLOSING, SIZE = 421, 552
NO_ROOM, ENOUGH = (
    (2, 2),
    (4, 5),
)  # enhanced codes as (subject, detail): a mailbox is full, we have sent too much
WAIT_SECONDS = 30.0  # when a server closes its door to everybody
QUOTA_SECONDS = 3600.0  # of so many mails a day
NO_SUCH_MAILBOX = frozenset({550, 551, 553})
LONGEST = 200


class Stage(Enum):
    """What was said to the server."""

    CONNECT = "when it was called"
    AUTH = "the user name and password"
    SENDER = "the sender"
    RECIPIENT = "the mailbox"
    CONTENT = "the message"


class MailboxFull(Rejected):
    """The mailbox, or its quota, is full: a soft bounce."""


class Untrusted(Transient):
    """Nobody knows who answers, so nothing is said; a certificate is renewed without anybody here."""


def error_of(stage: Stage, code: int, words: str) -> DeliveryError:
    """The error of an answer that is no success."""
    said = f"The mail server refused {stage.value}: {code} {shown(words)}"
    if wait := _patience(code, words):
        return Throttled(said, retry_after=wait, whole_lane=True)
    if not 500 <= code < 600:  # 4xx, or what nobody knows
        return Transient(said)
    if stage in {Stage.RECIPIENT, Stage.CONTENT}:
        return _refused(stage, code, words, said)
    if stage is Stage.SENDER and code == SIZE:
        return Rejected(said)
    return AuthFailed(said, fix="`paperround doctor` tries the mail server.")


def _patience(code: int, words: str) -> float:
    """The seconds for which nobody is to be mailed; 0 when it is about this mail alone."""
    if enhanced(words) == ENOUGH:
        return QUOTA_SECONDS
    return WAIT_SECONDS if code == CLOSING else 0.0


def enhanced(words: str) -> tuple[int, int] | None:
    """The subject and detail of an enhanced status code; None where there is none."""
    found = ENHANCED.match(words)
    return (int(found[2]), int(found[3])) if found else None


def shown(words: str) -> str:
    """A server's words on one line, fit for the ledger."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())[:LONGEST]


def _refused(stage: Stage, code: int, words: str, said: str) -> DeliveryError:
    """Refused for good: the mailbox, or only this message to it."""
    detail = enhanced(words)
    if detail == NO_ROOM or (detail is None and stage is Stage.RECIPIENT and code == SIZE):
        return MailboxFull(said)
    if detail is None:
        gone = stage is Stage.RECIPIENT and code in NO_SUCH_MAILBOX
    else:  # 5.1.x is about the address, 5.2.1 a mailbox that is switched off; 5.7.x would be a policy
        gone = detail[0] == 1 or detail == (2, 1) or (stage is Stage.RECIPIENT and detail == (0, 0))
    if gone:
        return DestinationGone(said, fix="Look whether the address is right.")
    return Rejected(said)
