"""The child process that reads files for an import: hostile bytes cost only it.

It speaks length-prefixed pickles over its own standard streams, to the parent that started it and to nobody else.
It holds no database, no network and no environment.
"""

from __future__ import annotations

import pickle
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from bot.domain.paper import Batch
from bot.errors import SourceError
from bot.isolation import limit_self
from bot.packed import unpacked
from bot.ports import Page, Source, SourceContext

HEAD = 64 * 1024  # what `recognises` is shown
MOST_BYTES = 256 * 2**20  # of one file, unpacked
MEMORY = 2 * 2**30
LENGTH = struct.Struct(">Q")
# What a `SourceError` of a file is called in an import's report; everything else is malformed.
CODES = {
    "empty_body": "empty",
    "not_the_expected_kind": "unrecognised",
    "timeout": "too_slow",
    "too_large": "too_large",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One file to read."""

    path: str
    day: date | None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """Why a file gave nothing: unreadable, empty, unrecognised, too_slow, too_large or malformed."""

    code: str
    reason: str


class StillClock:
    """The parent's time: what a page without a year is dated by."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def now(self) -> datetime:
        """The moment of the job at hand."""
        if self.moment is None:
            raise RuntimeError("no job yet")
        return self.moment

    def monotonic(self) -> float:
        """Never: parsing measures no time."""
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        """Never: parsing does not wait."""
        raise NotImplementedError(seconds)


class NoNetwork:
    """Parsing fetches nothing."""

    async def get(self, url: str, **_asked: object) -> Page:
        """Refuse."""
        raise SourceError(f"{url} was not fetched: an import reads files only.", reason="refused_address")


def main() -> None:
    """Answer one job after another until the parent closes the pipe."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not break the conversation
    clock = StillClock()
    sources = [made(name, clock) for name in receive(jobs)]
    limit_self(memory=MEMORY)
    send(answers, "ready")
    while (job := receive(jobs)) is not None:
        clock.moment = job.now
        send(answers, read_file(sources, job))


def made(name: str, clock: StillClock) -> Source:
    """Build a source from the name of its class ("package.module:Class")."""
    module, _, attribute = name.partition(":")
    source: Source = getattr(import_module(module), attribute)(
        SourceContext(fetcher=NoNetwork(), clock=clock, settings={})
    )
    return source


def read_file(sources: Sequence[Source], job: Job) -> Batch | Unread:
    """Read a file with the first source that recognises it."""
    path = Path(job.path)
    try:
        body = unpacked(path.read_bytes(), limit=MOST_BYTES)
    except OSError as error:
        return Unread(code="unreadable", reason=f"It cannot be read: {error.strerror or error}.")
    except SourceError as error:
        code = "too_large" if error.reason == "too_large" else "unreadable"
        return Unread(code=code, reason=str(error))
    except MemoryError:
        return Unread(code="too_large", reason="It is larger than an import reads.")
    if len(body) > MOST_BYTES:
        return Unread(code="too_large", reason="It is larger than an import reads.")
    if not body.strip():
        return Unread(code="empty", reason="It is empty.")
    return parsed(sources, body, path.name.removesuffix(".gz"), job.day)


def parsed(sources: Sequence[Source], body: bytes, name: str, day: date | None) -> Batch | Unread:
    """Parse with each source that recognises the file, until one of them can read it."""
    failure = Unread(code="unrecognised", reason="No source knows this kind of file.")
    mine = [source for source in sources if source.recognises(body[:HEAD], name)]
    for number, source in enumerate(mine):
        try:
            return source.parse(body, day=day)
        except SourceError as error:
            found = Unread(code=CODES.get(error.reason, "malformed"), reason=str(error))
        except MemoryError:
            found = Unread(code="too_large", reason="It needs more memory than one file may have.")
        except Exception as error:  # noqa: BLE001 - a parser's bug is this file's trouble, and the report's line
            found = Unread(code="malformed", reason=f"{source.name} could not read it: {error!r}")
        failure = found if number == 0 else failure
    return failure


def send(pipe: BinaryIO, value: Any) -> None:
    """Write one value."""
    pickled = pickle.dumps(value)
    pipe.write(LENGTH.pack(len(pickled)) + pickled)
    pipe.flush()


def receive(pipe: BinaryIO) -> Any:
    """Read one value; None when the other side has closed."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(pipe.read(*LENGTH.unpack(head)))  # noqa: S301 - from the parent, which started this process
