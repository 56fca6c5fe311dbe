"""A process that imported everything and forks children at once: for tests that kill real processes by the thousand.

Lines come in and go out: `fork {job}` is answered by the child's pid, `end PID` by how it ended. A child that ended is
not reaped before it is asked for, so its pid is nobody else's meanwhile and may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

PATIENCE = 120.0  # seconds a child may take to end before something is wrong


class Zygote:
    """The parent's end; it belongs to no event loop, so one serves all tests."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    async def fork(self, job: dict[str, Any]) -> int:
        """Start a child; its pid."""
        return await asyncio.to_thread(self._ask, f"fork {json.dumps(job)}")

    async def end(self, pid: int) -> int:
        """Wait for a child's end: its exit code, or minus the signal that ended it (ABRT when it takes too long)."""
        timer = threading.Timer(PATIENCE, os.kill, (pid, signal.SIGABRT))
        timer.start()
        try:
            return await asyncio.to_thread(self._ask, f"end {pid}")
        finally:
            timer.cancel()

    def _ask(self, line: str) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ValueError("the zygote is asked through its stdin and stdout")
        stdin.write(f"{line}\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise EOFError("the zygote is dead")
        return int(answer)


@contextmanager
def zygote(script: Path, log: Path) -> Iterator[Zygote]:
    """Run a script that calls `serve_forks`; what its children print goes to a file."""
    with (
        log.open("ab") as errors,
        subprocess.Popen(  # noqa: S603 - a script of our own
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield Zygote(process)


def serve_forks(work: Callable[[SimpleNamespace], None]) -> None:
    """Answer line by line until there are no more; each child does the work its job describes."""
    while line := sys.stdin.readline():
        verb, _, argument = line.strip().partition(" ")
        if verb == "fork":
            answer = _forked(work, SimpleNamespace(**json.loads(argument)))
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(argument), 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _forked(work: Callable[[SimpleNamespace], None], job: SimpleNamespace) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_child(work, job))
    return pid


def _child(work: Callable[[SimpleNamespace], None], job: SimpleNamespace) -> int:
    os.dup2(2, 1)  # stdout is for answers, not for what is logged
    try:
        work(job)
    except BaseException:  # noqa: BLE001 - whatever it is, the forked process must end here
        sys.excepthook(*sys.exc_info())
        return 1
    return 0
