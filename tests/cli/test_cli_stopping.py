"""A bot that is told to stop ends in time, whatever hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

HANGS = """
import asyncio, sys, time
from bot.cli import _running

async def run(*given, **named):
    print("ready", flush=True)
    {how}

_running.LONGEST_STOP, _running.run = 1.0, run
sys.exit(_running.run_bot(once=False))
"""
LOOP_BLOCKED = "time.sleep(600)"
NEVER_CANCELLED = """
    while True:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            pass
"""


@pytest.mark.parametrize("how", [LOOP_BLOCKED, NEVER_CANCELLED], ids=["blocked", "never cancelled"])
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_time_whatever_hangs(how: str, told: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HANGS.format(how=how)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(told)
        assert process.wait(timeout=60) in {1, -told, 128 + told}
        if process.returncode == 1:
            assert "looked up at the next start" in process.stderr.read()


def test_a_role_one_file_cannot_have_is_told_in_one_line(cli) -> None:
    done = cli("run", "--role", "worker")
    assert (done.code, done.out) == (2, "")
    assert "PAPERROUND_DATABASE_URL" in done.err
    assert cli("run", "--role", "cook").code == 2


def test_whoever_ran_a_bot_hears_signals_as_before(cli) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    cli("run", "--role", "worker")
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
