"""`paperround init CHAT` as a process of its own, over a pipe or at a terminal of its own."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import bot as package

PATIENCE = 30.0  # seconds without a word, after which it waits for something nobody says
PROMPTS = (b": ", b"[y/N] ")


class InitProgram:
    """One such program, in a folder."""

    def __init__(self, chat: str, folder: Path, environment: Mapping[str, str]) -> None:
        """Begin with nothing of the settings of whoever runs the tests, and these."""
        self.chat, self.folder = chat, folder
        ours = (f"{chat.upper()}_", "PAPERROUND_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        path = {"PYTHONPATH": str(Path(package.__file__).parents[1])}
        self.environment = {**kept, **path, **environment}

    @property
    def written(self) -> Path:
        """What it writes."""
        return self.folder / ".env"

    async def piped(self, text: str = "", *options: str, **extra: str) -> tuple[int, str]:
        """Its exit code and what it said, given these lines."""
        process = await asyncio.create_subprocess_exec(
            *self._line,
            *options,
            cwd=self.folder,
            env=self.environment | extra,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(text.encode())
        return process.returncode or 0, said.decode()

    async def typed(self, *lines: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
        """The same with somebody at a terminal, who answers each question as it is asked."""
        return await asyncio.to_thread(self._at_a_terminal, lines, options)

    @property
    def _line(self) -> tuple[str, ...]:
        return (sys.executable, "-m", "bot", "init", self.chat)

    def _at_a_terminal(self, lines: tuple[str, ...], options: tuple[str, ...]) -> tuple[int, str]:
        child, terminal = pty.fork()
        if not child:
            os.chdir(self.folder)
            os.execve(sys.executable, [*self._line, *options], self.environment)  # noqa: S606 - this same program
        said, waiting = b"", list(lines)
        while select.select([terminal], [], [], PATIENCE)[0]:
            try:
                read = os.read(terminal, 65536)
            except OSError:  # the program has ended
                break
            said += read
            if waiting and said.endswith(PROMPTS):
                os.write(terminal, waiting.pop(0).encode() + b"\n")
                said += b"\n"
        else:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        return os.waitstatus_to_exitcode(status), said.decode()
