"""A hundred readers, one in ten put off at first, one in twenty gone, and the process killed in the middle of it.

PAPERROUND_TEST_KILLS says how often; 2 unless it does.
"""

from __future__ import annotations

import asyncio
import os
import signal
from random import Random

import pytest

from bot.testing.smtp import mail_findings

pytestmark = pytest.mark.slow

READERS = [f"reader{number:03}@example.org" for number in range(100)]
PUT_OFF, GONE = READERS[::10], READERS[5::20]
KILLS = int(os.environ.get("PAPERROUND_TEST_KILLS", "2"))


async def killed_in_the_middle(bot, kills: int) -> None:
    """Run the bot until nothing is left to send, killed on the way so often."""
    chance = Random(kills)
    for number in range(1, kills + 1):
        await bot.launch()
        aim = number * len(READERS) // (kills + 1)
        await bot.until(lambda aim=aim: len(bot.smtp.state.taken) >= aim, seconds=60)
        await asyncio.sleep(chance.uniform(0.0, 0.05))
        assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
    await bot.launch()
    await bot.until(bot.nothing_moves, seconds=120)


async def test_each_reader_has_exactly_one_mail_and_whoever_is_gone_is_told_of(bot) -> None:
    for reader in PUT_OFF:
        bot.smtp.faults.greylist(reader, times=3)
    for reader in GONE:
        bot.smtp.faults.bounce(reader)
    bot.smtp.faults.add("slow", stage="taken", times=None, probability=0.5, seconds=0.1)
    bot.smtp.faults.add("cut", stage="taken", times=3, probability=0.1)
    bot.smtp.faults.add("cut", stage="dot", times=3, probability=0.1)
    await bot.subscribe(READERS)
    await killed_in_the_middle(bot, KILLS)

    states = bot.states()
    assert {one for one, state in states.items() if state == "sent"} == set(READERS) - set(GONE)
    assert {one for one, state in states.items() if state == "held"} == set(GONE)
    boxes = {reader: bot.smtp.mailbox(reader) for reader in READERS}
    assert {reader for reader, box in boxes.items() if len(box) != 1} == set(GONE)
    assert not any(boxes[reader] for reader in GONE)
    assert all(bot.smtp.state.refused[reader] == 3 for reader in PUT_OFF)

    mails = [mail for box in boxes.values() for mail in box]
    keys = {f"<{key}@example.org>" for (key,) in bot.ask("SELECT key FROM delivery WHERE status = 'sent'")}
    assert {mail.message_id for mail in mails} == keys
    assert len(keys) == len(mails) == 95
    for mail in mails:
        links = {f"https://arxiv.org/abs/2606.{number:05}" for number in range(1, 7)}
        assert mail_findings(mail.content, links=links, mailboxes={mail.to, "papers@example.org"}) == []


async def test_who_is_gone_is_paused_and_gets_nothing_more(bot) -> None:
    bot.smtp.faults.bounce(GONE[0])
    await bot.subscribe(READERS[:10])
    await bot.launch()
    await bot.until(bot.nothing_moves, seconds=60)
    assert await bot.end() == 0
    paused = bot.ask("SELECT channel_id, paused_reason FROM destination WHERE paused")
    assert [(str(channel), "550 5.1.1" in str(reason)) for channel, reason in paused] == [(GONE[0], True)]
