"""One warm child process that reads files, ended and replaced when a file is too much for it."""

from __future__ import annotations

import asyncio
import io
import pickle
from collections.abc import Sequence
from typing import Any, Self

from bot.domain.paper import Batch
from bot.errors import SourceError
from bot.isolation import start_child
from bot.ports import Source

from .import_child import LENGTH, Job, Unread

FILE_SECONDS = 5.0  # wall time one file may take
START_SECONDS = 60.0  # a child that is not ready by then never will be
_EXPECTED = {
    ("bot.domain.paper", name)
    for name in ("Announcement", "Batch", "Facts", "Freshness", "Listing", "RejectedItem", "Validator")
} | {
    ("jobs.import_child", "Unread"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "timezone"),
}


class Worker:
    """Reads one file after another; `async with` ends its process."""

    def __init__(self, sources: Sequence[Source], *, file_seconds: float = FILE_SECONDS) -> None:
        self._sources = [f"{type(source).__module__}:{type(source).__qualname__}" for source in sources]
        self._file_seconds = file_seconds
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._end()

    async def read(self, job: Job) -> Batch | Unread:
        """Read a file; whatever it does to the child is an `Unread`, and the next file gets a fresh child."""
        child = self._child or await self._start()
        try:
            async with asyncio.timeout(self._file_seconds):
                _send(child, job)
                answer = await _receive(child)
        except TimeoutError:
            await self._end()
            return Unread(code="too_slow", reason=f"It took longer than {self._file_seconds:g} s to read.")
        except (EOFError, OSError):
            await self._end()
            return Unread(code="malformed", reason="It broke the parser; it may be built to.")
        if not isinstance(answer, Batch | Unread):
            raise TypeError(f"the import child answered {answer!r}")
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        self._child = child = await start_child("jobs.import_child")
        try:
            async with asyncio.timeout(START_SECONDS):
                _send(child, self._sources)
                await _receive(child)
        except (TimeoutError, EOFError, OSError) as error:
            await self._end()
            raise SourceError(
                f"The process that reads files did not start with the sources {', '.join(self._sources)}.",
                reason="unreachable",
                fix="`paperround doctor` tells which source cannot be loaded.",
            ) from error
        return child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        # Reads what is left and closes the pipes, so that nothing of the child outlives it.
        await child.communicate()


def _send(child: asyncio.subprocess.Process, value: object) -> None:
    if child.stdin is None:
        raise EOFError
    pickled = pickle.dumps(value)
    child.stdin.write(LENGTH.pack(len(pickled)) + pickled)


async def _receive(child: asyncio.subprocess.Process) -> Any:
    """Read one value; `EOFError` (of which `IncompleteReadError` is one) when the child is gone."""
    if child.stdout is None:
        raise EOFError
    (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
    return await asyncio.to_thread(_loads, await child.stdout.readexactly(length))


def _loads(pickled: bytes) -> Any:
    return _Values(io.BytesIO(pickled)).load()


class _Values(pickle.Unpickler):
    """Loads what a child may answer and nothing else, should a file have got the better of it."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _EXPECTED:
            raise EOFError(f"the import child sent a {module}.{name}")
        return super().find_class(module, name)
