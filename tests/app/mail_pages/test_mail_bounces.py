"""Reports over HTTP from who knows the secret, and from the mail server itself: one hard bounce or complaint ends it."""

from __future__ import annotations

import hmac
import json

import pytest

from .conftest import ADA, SECRET, Reader

DSN = """From: MAILER-DAEMON@mx.example.org
To: papers@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I am sorry.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {mailbox}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--x
Content-Type: text/rfc822-headers

To: {mailbox}
{headers}
--x--
"""


NESTED = b"Content-Type: message/rfc822\n\n" * 5_000


def dsn(
    status: str = "5.1.1", *, mailbox: str = ADA.channel, action: str = "failed", headers: str = ""
) -> str:
    return DSN.format(mailbox=mailbox, action=action, status=status, headers=headers)


async def reported(reader: Reader, body: str | bytes, **headers: str) -> tuple[int, object]:
    given = {"x-paperround-secret": SECRET, "content-type": "message/rfc822", **headers}
    answer = await reader.web.post("/mail/bounces", content=body, headers=given)
    return answer.status_code, answer.json() if answer.status_code == 200 else answer.text


async def paused(reader: Reader) -> str:
    home = await reader.app.store.destination(ADA)
    return home.paused_reason if home and home.paused else ""


@pytest.fixture(autouse=True)
async def signed_up(reader: Reader) -> None:
    await reader.signs_up()


@pytest.mark.parametrize("kind", ["hard", "complaint"])
async def test_one_is_enough_and_only_saying_yes_anew_ends_it(reader: Reader, kind: str) -> None:
    body = json.dumps({"mailbox": "Ada@example.org", "kind": kind, "reason": "no such user"})
    assert await reported(reader, body, **{"content-type": "application/json"}) == (
        200,
        {"reports": 1, "counted": 1},
    )
    assert await paused(reader)
    before = len(reader.smtp.state.taken)
    await reader.a_day_passes()
    assert len(reader.smtp.state.taken) == before
    link = reader.app.mailings.pages.preferences(ADA).removeprefix("https://papers.example.org")
    for deed in ("resume", "subscribe"):
        await reader.post(link, {"do": deed, "query": "robots"})
        assert await paused(reader)
    await reader.signs_up()
    assert not await paused(reader)


async def test_three_soft_ones_pause(reader: Reader) -> None:
    for number in range(3):
        assert not await paused(reader), number
        assert (await reported(reader, dsn("4.2.2")))[0] == 200
    assert "three" in (await paused(reader)).lower() or "3" in await paused(reader)


@pytest.mark.parametrize(
    ("status", "action", "ends"),
    [("5.1.1", "failed", True), ("5.0.0", "failed", True), ("5.2.2", "failed", False), ("5.7.1", "failed", False),
     ("5.1.1", "delayed", False), ("2.0.0", "delivered", False), ("nonsense", "failed", False)],
)  # fmt: skip
async def test_a_server_report_ends_it_when_the_mailbox_itself_is_refused(
    reader: Reader, status: str, action: str, ends: bool
) -> None:
    await reported(reader, dsn(status, action=action))
    assert bool(await paused(reader)) is ends


async def test_the_link_in_the_mail_that_came_back_tells_whose_it_was(reader: Reader) -> None:
    leave = reader.app.mailings.pages.leave(ADA)
    forwarded = dsn(mailbox="elsewhere@example.net", headers=f"List-Unsubscribe:\n <{leave}>\n")
    assert await reported(reader, forwarded) == (200, {"reports": 1, "counted": 1})
    assert await paused(reader)


async def test_a_complaint_of_a_feedback_loop_ends_it(reader: Reader) -> None:
    arf = dsn().replace(
        "message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n",
        "message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\n",
    )
    assert await reported(reader, arf) == (200, {"reports": 1, "counted": 1})
    assert "unwanted" in await paused(reader)


async def test_who_lacks_the_secret_reports_nothing(reader: Reader) -> None:
    for wrong in ("", "another", SECRET[:-1], f"{SECRET} "):
        assert (await reported(reader, dsn(), **{"x-paperround-secret": wrong}))[
            0
        ] == 403 or wrong.strip() == SECRET
    assert (
        await reported(reader, dsn(), **{"x-paperround-secret": "", "x-paperround-signature": "sha256=00"})
    )[0] == 403


@pytest.mark.parametrize("way", ["signature", "bearer"])
async def test_a_signed_body_or_a_bearer_will_do(reader: Reader, way: str) -> None:
    body = dsn()
    signed = hmac.digest(SECRET.encode(), body.encode(), "sha256").hex()
    headers = (
        {"x-paperround-signature": f"sha256={signed}"}
        if way == "signature"
        else {"authorization": f"Bearer {SECRET}"}
    )
    assert (await reported(reader, body, **{"x-paperround-secret": "", **headers}))[0] == 200
    assert await paused(reader)


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "[1]", '{"kind":"hard"}', '{"mailbox":"a@b.c","kind":"x"}', "[" * 5_000],
    ids=range(7),
)
async def test_json_that_says_nothing_of_use_changes_nothing(reader: Reader, body: str) -> None:
    status, _ = await reported(reader, body, **{"content-type": "application/json"})
    assert status == (200 if body == "[]" else 422)
    assert not await paused(reader)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff" * 50, b"Content-Type: message/delivery-status\n\n", b"Subject: Hello\n\nHi.", NESTED],
    ids=range(5),
)
async def test_a_mail_that_reports_nothing_changes_nothing(reader: Reader, body: bytes) -> None:
    assert await reported(reader, body) == (200, {"reports": 0, "counted": 0})


async def test_a_mailbox_refused_at_the_door_is_not_tried_again(reader: Reader) -> None:
    reader.smtp.faults.bounce(ADA.channel)
    await reader.a_day_passes()
    assert "no such user" in (await paused(reader)).lower()
    await reader.a_day_passes()
    assert reader.smtp.state.refused[ADA.channel] == 1
