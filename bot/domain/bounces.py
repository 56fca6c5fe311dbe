"""Reports of mails that did not arrive, or were not wanted: https://www.rfc-editor.org/rfc/rfc3464 and rfc5965, and our own JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Any

from bot.errors import UserError

from .mailbox import read_mailbox
from .mailing import Kind, Report

STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
LEAVE = re.compile(r"/mail/leave/([A-Za-z0-9_-]{22,700})")
LONGEST = 300  # characters of a reason
MOST = 100  # recipients of one report
PASSING = frozenset(
    {"2.2", "3.1", "3.4", "7.1"}
)  # refused for good, though nothing is wrong with the mailbox
RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})


def reports_of_mail(raw: bytes) -> tuple[Report, ...]:
    """What a mail reports of mailboxes; nothing when it reports nothing, or that all went well so far."""
    try:
        parts = list(message_from_bytes(raw).walk())
    except RecursionError:  # parts within parts, thousands deep
        return ()
    leave = next((token for part in parts if (token := _token(part))), "")
    found = [*_failures(parts, leave), *_complaints(parts, leave)]
    return tuple(found[:MOST])


def reports_of_json(raw: bytes) -> tuple[Report, ...]:
    """What JSON reports: one object or a list of them, each with `mailbox`, `kind` and perhaps a `reason`; raises `UserError`."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as error:  # nested thousands deep
        raise _unread("it is no JSON") from error
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST:
        raise _unread(f"it has more than {MOST} reports")
    return tuple(_report(one) for one in listed)


def _report(given: object) -> Report:
    if not isinstance(given, Mapping):
        raise _unread("a report is an object")
    try:
        kind = Kind(str(given.get("kind", "")))
    except ValueError as error:
        raise _unread("its `kind` is none of hard, soft, complaint") from error
    mailbox = _mailbox(str(given.get("mailbox", "")))
    if not mailbox:
        raise _unread("its `mailbox` is no mail address")
    return Report(kind=kind, mailbox=mailbox, reason=_shown(given.get("reason", "")))


def _failures(parts: list[Message], leave: str) -> Iterator[Report]:
    blocks = [
        block
        for part in parts
        if part.get_content_type() in STATUSES and isinstance(part.get_payload(), list)
        for block in part.get_payload()
    ]
    told = [block for block in blocks if isinstance(block, Message)]
    failed = [block for block in told if str(block.get("action", "")).strip().lower() == "failed"]
    for block in failed:
        mailbox = _typed(block.get("original-recipient")) or _typed(block.get("final-recipient"))
        if mailbox:
            reason = _shown(block.get("diagnostic-code") or block.get("status"))
            mine = leave if len(failed) == 1 else ""  # the mail that came back went to one of several
            yield Report(kind=_kind(str(block.get("status", ""))), mailbox=mailbox, reason=reason, leave=mine)


def _complaints(parts: list[Message], leave: str) -> Iterator[Report]:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        payload = part.get_payload()
        report = payload[0] if isinstance(payload, list) and payload else None
        if not isinstance(report, Message) or str(report.get("feedback-type", "")).strip().lower() != "abuse":
            continue
        mailbox = _typed(report.get("original-rcpt-to")) or _addressee(parts)
        if mailbox or leave:
            yield Report(kind=Kind.COMPLAINT, mailbox=mailbox, leave=leave)


def _addressee(parts: list[Message]) -> str:
    """To whom the mail went that came back."""
    for part in parts:
        if part.get_content_type() in RETURNED and (to := _returned(part).get("to")):
            return _mailbox(parseaddr(str(to))[1])
    return ""


def _token(part: Message) -> str:
    """The token by which the mail that came back can be left; "" when it has none."""
    if part.get_content_type() not in RETURNED:
        return ""
    found = LEAVE.search("".join(str(_returned(part).get("list-unsubscribe", "")).split()))
    return found[1] if found else ""


def _returned(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else Message()
    content = part.get_payload(decode=True)
    return message_from_bytes(content if isinstance(content, bytes) else b"")


def _kind(status: str) -> Kind:
    """Whether a failure is for good (https://www.rfc-editor.org/rfc/rfc3463)."""
    found = STATUS.match(status)
    if found is None:
        return Kind.SOFT
    return Kind.HARD if found[1] == "5" and f"{found[2]}.{found[3]}" not in PASSING else Kind.SOFT


def _typed(value: Any) -> str:
    """The mailbox of `rfc822; ada@example.org`, or of one without its type."""
    text = str(value or "")
    return _mailbox(text.rpartition(";")[2])


def _mailbox(text: str) -> str:
    try:
        return str(read_mailbox(text.strip().strip("<>")))
    except UserError:
        return ""


def _shown(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value or "")[: 4 * LONGEST])
    return " ".join(text.split())[:LONGEST]


def _unread(why: str) -> UserError:
    return UserError(
        f"The report cannot be read: {why}; nothing was counted.",
        fix='For example {"mailbox": "ada@example.org", "kind": "hard", "reason": "no such user"}.',
    )
