"""A mail is handed over once, and whatever goes wrong is told as what is certain of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.chat.email.smtp import connection
from bot.errors import (
    AuthFailed,
    DestinationGone,
    Rejected,
    Throttled,
    Transient,
    Unknown,
)
from bot.ports import NotFound
from bot.testing import FakeClock

from .conftest import KEY, OTHER, adapter_of, part_to


async def test_a_mail_arrives_as_it_was_drawn(smtp, adapter) -> None:
    receipt = await adapter.send(part_to(adapter), key=KEY)
    (mail,) = smtp.mailbox("ada@example.org")
    assert receipt.remote_id == mail.message_id == f"<{KEY}@example.org>"
    assert mail.sender == "papers@example.org"
    assert "Sample Paper 1" in mail.part("plain")
    assert "Sample Paper 1" in mail.part("html")


async def test_the_same_delivery_sent_again_is_one_mail(smtp, adapter) -> None:
    part = part_to(adapter)
    assert await adapter.send(part, key=KEY) == await adapter.send(part, key=KEY)
    await adapter.send(part, key=OTHER)
    assert len(smtp.state.taken) == 3
    assert len(smtp.mailbox("ada@example.org")) == 2
    assert await adapter.find(part, key=KEY, since=datetime(2026, 1, 1, tzinfo=UTC)) == NotFound()


async def test_one_connection_serves_one_mail_after_another(smtp, adapter) -> None:
    for number in range(5):
        await adapter.send(part_to(adapter), key=f"{KEY}{number}")
    assert smtp.state.connections == 1


async def test_no_more_connections_are_open_than_are_allowed(smtp) -> None:
    adapter = adapter_of(smtp, PAPERROUND_MAIL_CONNECTIONS=2)
    smtp.faults.add("slow", stage="dot", times=None, seconds=0.02)
    part = part_to(adapter)
    await asyncio.gather(*(adapter.send(part, key=f"{KEY}{number}") for number in range(8)))
    assert smtp.state.connections == 2
    assert len(smtp.state.taken) == 8
    await adapter.close()


REFUSALS = [
    ("rcpt", "451 4.7.1 Greylisted", Transient, None),
    ("rcpt", "450 Mailbox busy", Transient, None),
    ("rcpt", "452 4.2.2 Mailbox full", Transient, None),
    ("rcpt", "550 5.1.1 No such user", DestinationGone, True),
    ("rcpt", "550 No such user", DestinationGone, True),
    ("rcpt", "553 Not a name here", DestinationGone, True),
    ("rcpt", "550 5.2.1 Switched off", DestinationGone, True),
    ("rcpt", "552 5.2.2 Mailbox full", Rejected, False),
    ("rcpt", "554 5.7.1 Relay access denied", Rejected, None),
    ("rcpt", "550 5.7.1 A policy", Rejected, None),
    ("rcpt", "421 4.7.0 Too many", Throttled, None),
    ("mail", "451 Later", Transient, None),
    ("mail", "550 5.4.5 Daily quota exceeded", Throttled, None),
    ("mail", "550 5.7.1 Not from you", AuthFailed, None),
    ("mail", "552 5.3.4 Too large", Rejected, None),
    ("data", "451 Later", Transient, None),
    ("data", "554 No", Rejected, None),
    ("dot", "451 4.3.0 Later", Transient, None),
    ("dot", "554 5.7.1 Spam", Rejected, None),
    ("dot", "552 5.2.2 Mailbox full", Rejected, False),
    ("dot", "550 5.1.1 No such user", DestinationGone, True),
    ("dot", "552 5.3.4 Too large", Rejected, None),
    ("dot", "299 What", Transient, None),
    ("connect", "421 4.3.2 Closing", Throttled, None),
    ("connect", "451 Later", Transient, None),
    ("connect", "554 5.7.1 Not you", AuthFailed, None),
]


@pytest.mark.parametrize(
    ("stage", "answer", "error", "hard"), REFUSALS, ids=[f"{s} {a}" for s, a, *_ in REFUSALS]
)
async def test_a_refusal_is_told_by_where_it_came_and_its_codes(
    smtp, adapter, bounces, stage, answer, error, hard
) -> None:
    smtp.faults.add("refuse", stage=stage, answer=answer)
    with pytest.raises(error) as caught:
        await adapter.send(part_to(adapter), key=KEY)
    assert type(caught.value) is error or error is Rejected
    assert smtp.state.taken == []
    assert bounces.told == ([] if hard is None else [("ada@example.org", hard)])


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data", "body"])
async def test_a_connection_that_breaks_before_the_dot_took_nothing(smtp, adapter, stage) -> None:
    smtp.faults.add("cut", stage=stage)
    with pytest.raises((Transient, Unknown)) as caught:
        await adapter.send(part_to(adapter), key=KEY)
    assert stage == "body" or isinstance(caught.value, Transient)
    assert smtp.state.taken == []
    await adapter.send(part_to(adapter), key=KEY)
    assert len(smtp.mailbox("ada@example.org")) == 1


@pytest.mark.parametrize(("stage", "taken"), [("dot", 0), ("taken", 1)])
async def test_a_connection_that_breaks_after_the_dot_may_have_taken_it(smtp, adapter, stage, taken) -> None:
    smtp.faults.add("cut", stage=stage)
    with pytest.raises(Unknown):
        await adapter.send(part_to(adapter), key=KEY)
    assert len(smtp.state.taken) == taken
    await adapter.send(part_to(adapter), key=KEY)
    assert len(smtp.mailbox("ada@example.org")) == 1


@pytest.mark.parametrize(("stage", "error"), [("connect", Transient), ("rcpt", Transient), ("dot", Unknown)])
async def test_a_server_that_does_not_answer_is_waited_for_and_then_given_up(
    smtp, adapter, monkeypatch, stage, error
) -> None:
    for name in ("TAKING_SECONDS",) if stage == "dot" else ("STEP_SECONDS", "HANDING_SECONDS"):
        monkeypatch.setattr(connection, name, 0.05)
    smtp.faults.add("slow", stage=stage, seconds=60)
    with pytest.raises(error):
        await adapter.send(part_to(adapter), key=KEY)


async def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew(smtp, adapter) -> None:
    await adapter.send(part_to(adapter), key=KEY)
    smtp.hang_up()
    await asyncio.sleep(0)
    await adapter.send(part_to(adapter), key=OTHER)
    assert smtp.state.connections == 2
    assert len(smtp.mailbox("ada@example.org")) == 2


async def test_after_a_refusal_the_next_mail_goes_through(smtp, adapter) -> None:
    smtp.faults.bounce("ben@example.org")
    with pytest.raises(DestinationGone):
        await adapter.send(part_to(adapter, "ben@example.org"), key=OTHER)
    smtp.faults.add("refuse", stage="dot", answer="554 5.6.0 Not this")
    with pytest.raises(Rejected):
        await adapter.send(part_to(adapter), key=OTHER)
    await adapter.send(part_to(adapter), key=KEY)
    assert len(smtp.mailbox("ada@example.org")) == 1
    assert smtp.state.connections == 1


async def test_a_server_that_asks_for_patience_is_left_alone_by_every_workspace(smtp) -> None:
    clock = FakeClock()
    adapter = adapter_of(smtp, clock)
    smtp.faults.add("refuse", stage="connect", answer="421 4.3.2 Closing")
    part = part_to(adapter)
    for _ in range(2):
        with pytest.raises(Throttled) as caught:
            await adapter.send(replace(part, workspace="T1"), key=KEY)
        assert caught.value.whole_lane
    assert smtp.state.connections == 1
    await adapter.close()


async def test_mails_leave_at_one_pace_whatever_workspace_they_are_for(smtp) -> None:
    clock = FakeClock()
    adapter = adapter_of(smtp, clock, PAPERROUND_MAIL_PER_SECOND=2)
    part, began = part_to(adapter), clock.monotonic()
    for number in range(5):
        await adapter.send(replace(part, workspace=f"T{number}"), key=f"{KEY}{number}")
    assert clock.monotonic() - began == pytest.approx(2.0)
    await adapter.close()


@pytest.mark.parametrize(
    "channel", ["ada", "", "a@b@c d", "ada@example.org\r\nRCPT TO:<eve@evil.example>", "<a@b.c>"]
)
async def test_what_is_no_mailbox_is_never_put_to_the_server(smtp, adapter, channel) -> None:
    with pytest.raises(DestinationGone):
        await adapter.send(replace(part_to(adapter), channel=channel), key=KEY)
    assert smtp.state.connections == 0


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"v":2}'])
async def test_bytes_that_are_no_letter_are_rejected(smtp, adapter, payload) -> None:
    with pytest.raises(Rejected):
        await adapter.send(replace(part_to(adapter), payload=payload), key=KEY)


async def test_letters_beyond_ascii_need_a_server_that_takes_them(smtp, adapter) -> None:
    await adapter.send(part_to(adapter, "j\u00fcrgen@b\u00fccher.example"), key=KEY)
    (mail,) = smtp.mailbox("j\u00fcrgen@xn--bcher-kva.example")
    assert "SMTPUTF8" in mail.options
    assert mail.message["To"] == "j\u00fcrgen@xn--bcher-kva.example"


async def test_a_server_without_them_is_not_tried() -> None:
    from bot.testing.smtp import SmtpStandIn  # noqa: PLC0415 - this test alone wants another server

    async with SmtpStandIn(utf8=False) as smtp:
        adapter = adapter_of(smtp)
        with pytest.raises(DestinationGone, match="beyond ASCII"):
            await adapter.send(part_to(adapter, "j\u00fcrgen@example.org"), key=KEY)
        await adapter.send(part_to(adapter), key=KEY)
        await adapter.close()


async def test_a_bounce_that_cannot_be_counted_is_a_bounce_all_the_same(
    smtp, adapter, bounces, monkeypatch
) -> None:
    async def broken(*_args: object, **_given: object) -> None:
        raise RuntimeError("away")

    monkeypatch.setattr(bounces, "bounced", broken)
    smtp.faults.bounce("ada@example.org")
    with pytest.raises(DestinationGone):
        await adapter.send(part_to(adapter), key=KEY)
