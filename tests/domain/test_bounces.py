"""Reports of mails: read whatever they are made of, and never more in them than is there."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.bounces import reports_of_json, reports_of_mail
from bot.domain.mailing import Kind, Report
from bot.errors import UserError

HEAD = 'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n--x\nContent-Type: message/delivery-status\n\n'
BLOCK = "Final-Recipient: {recipient}\nAction: failed\nStatus: {status}\nDiagnostic-Code: {reason}\n\n"
LEAVE = "L" * 40


def report(*blocks: tuple[str, str], reason: str = "smtp; 550 no", returned: str = "") -> bytes:
    written = "".join(BLOCK.format(recipient=who, status=status, reason=reason) for who, status in blocks)
    back = f"--x\nContent-Type: text/rfc822-headers\n\n{returned}\n" if returned else ""
    return f"{HEAD}Reporting-MTA: dns; mx\n\n{written}{back}--x--\n".encode()


def test_each_mailbox_of_a_report_is_one_of_its_own() -> None:
    found = reports_of_mail(report(("rfc822; ada@example.org", "5.1.1"), ("rfc822;bob@example.org", "4.4.1")))
    assert [(one.mailbox, one.kind) for one in found] == [
        ("ada@example.org", Kind.HARD),
        ("bob@example.org", Kind.SOFT),
    ]


def test_the_link_to_leave_belongs_to_the_one_mailbox_a_report_is_about() -> None:
    returned = f"List-Unsubscribe: <https://e.org/mail/leave/{LEAVE}>\n"
    (one,) = reports_of_mail(report(("rfc822; ada@example.org", "5.1.1"), returned=returned))
    assert one.leave == LEAVE
    several = reports_of_mail(
        report(("rfc822; a@e.org", "5.1.1"), ("rfc822; b@e.org", "5.1.1"), returned=returned)
    )
    assert {one.leave for one in several} == {""}


@pytest.mark.parametrize("written", ["rfc822; nobody", "x", "rfc822; a@b@c.org", "rfc822; a b@c.org"])
def test_what_is_no_mailbox_is_left_out(written: str) -> None:
    assert reports_of_mail(report((written, "5.1.1"))) == ()


def test_a_reason_is_one_readable_line() -> None:
    (one,) = reports_of_mail(
        report(("rfc822; ada@example.org", "5.1.1"), reason="smtp; 550 \x1b[31mno\u202e " + "x" * 5_000)
    )
    assert one.reason.isprintable()
    assert len(one.reason) <= 300


def test_json_is_one_report_or_a_list() -> None:
    one = {"mailbox": "ada@example.org", "kind": "complaint", "reason": "spam"}
    expected = Report(kind=Kind.COMPLAINT, mailbox="ada@example.org", reason="spam")
    assert reports_of_json(json.dumps(one).encode()) == (expected,)
    assert reports_of_json(json.dumps([one, one]).encode()) == (expected, expected)
    with pytest.raises(UserError):
        reports_of_json(json.dumps([one] * 101).encode())


@settings(max_examples=20)
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_bytes_are_read_or_refused_kindly(body: bytes, within: bytes) -> None:
    for raw in (
        body,
        HEAD.encode() + body,
        report(("rfc822; ada@example.org", "5.1.1")).replace(b"ada", within),
    ):
        assert isinstance(reports_of_mail(raw), tuple)
        with contextlib.suppress(UserError):
            reports_of_json(raw)
