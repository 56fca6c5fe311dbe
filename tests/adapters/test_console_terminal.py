"""The prompt on a real pseudo-terminal: it must never block the loop that also keeps the schedule."""

from __future__ import annotations

import asyncio
import io
import os
import pty
from collections.abc import Iterator

import pytest
from rich.console import Console

from adapters.chat.console import ConsoleAdapter
from bot.commands.replies import Notice, Tone
from bot.ports import ChatContext
from bot.testing.clock import FakeClock

PATIENCE = 120  # seconds after which a blocked loop is taken for blocked


@pytest.fixture
def terminal() -> Iterator[tuple[int, ConsoleAdapter]]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as typed:
        console = Console(file=io.StringIO(), width=80)
        yield ours, ConsoleAdapter(ChatContext(clock=FakeClock(), settings={}), console=console, typed=typed)
    os.close(ours)


async def answered(adapter: ConsoleAdapter, keys: int, lines: list[str]) -> list[str]:
    """Type the lines one after another and return what reached the commands."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def commands(line: str, **_: object) -> Notice:
        heard.put_nowait(line)
        await asyncio.sleep(0.01)
        return Notice(kind=Tone.INFO, what=line)

    running = asyncio.create_task(adapter.run(commands))
    answers = []
    for line in lines:
        os.write(keys, f"{line}\n".encode())
        answers.append(await heard.get())
    await asyncio.sleep(0.05)  # the loop lives: a blocked read would never come back here
    os.write(keys, b"quit\n")
    await running
    return answers


async def test_lines_are_answered_and_the_loop_goes_on(terminal: tuple[int, ConsoleAdapter]) -> None:
    keys, adapter = terminal
    lines = [f"search number {number}" for number in range(25)]
    assert await asyncio.wait_for(answered(adapter, keys, lines), PATIENCE) == lines


async def test_the_end_of_input_ends_the_prompt(terminal: tuple[int, ConsoleAdapter]) -> None:
    keys, adapter = terminal
    running = asyncio.create_task(adapter.run(lambda *_, **__: asyncio.sleep(0)))
    await asyncio.sleep(0.05)
    os.write(keys, b"\x04")
    await asyncio.wait_for(running, PATIENCE)
