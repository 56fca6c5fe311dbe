"""A body put together under a bound: the inflater itself is stopped, not the loop around it."""

from __future__ import annotations

import zlib
from typing import Protocol

from bot.errors import SourceError

GZIP = 16 + zlib.MAX_WBITS  # https://docs.python.org/3/library/zlib.html#zlib.decompressobj
MEMBERS_LIMIT = 1_000  # a gzip file may be many in a row; a million tiny ones is no feed


class Body(Protocol):
    """Collects the chunks of one answer as they came over the wire."""

    def add(self, chunk: bytes) -> None:
        """Take one more; raises `SourceError` when the body is too large or broken."""
        ...

    def finished(self) -> bytes:
        """The whole body; raises `SourceError` when it was cut short."""
        ...


def body_for(encoding: str, *, host: str, limit: int) -> Body:
    """A collector for a `Content-Encoding`, of at most `limit` decoded bytes; raises for those never asked for."""
    match encoding.strip().lower():
        case "" | "identity":
            return PlainBody(host, limit)
        case "gzip" | "x-gzip":
            return GzipBody(host, limit)
        case other:
            raise SourceError(
                f"{host} sent a compression that was not asked for ({other[:20]!r}), so its answer was not read.",
                reason="malformed",
            )


def too_large(host: str, limit: int) -> SourceError:
    """The error for a body beyond its bound."""
    return SourceError(
        f"{host} answered with more than {limit / 2**20:.1f} MiB, so its answer was dropped.",
        reason="too_large",
    )


class PlainBody:
    """A body sent as it is."""

    def __init__(self, host: str, limit: int) -> None:
        self._host = host
        self._limit = limit
        self._read = bytearray()

    def add(self, chunk: bytes) -> None:
        """Keep a chunk, within the bound."""
        if len(self._read) + len(chunk) > self._limit:
            raise too_large(self._host, self._limit)
        self._read += chunk

    def finished(self) -> bytes:
        """What was kept."""
        return bytes(self._read)


class GzipBody(PlainBody):
    """A gzip body, inflated no further than its bound."""

    def __init__(self, host: str, limit: int) -> None:
        super().__init__(host, limit)
        self._inflater = zlib.decompressobj(GZIP)
        self._members = 0
        self._raw = 0
        self._between = False  # a member has ended and the next has not begun

    def add(self, chunk: bytes) -> None:
        """Inflate a chunk, going on to the next member where one ends."""
        self._raw += len(chunk)
        if self._raw > self._limit:
            raise too_large(self._host, self._limit)
        while chunk:
            super().add(self._inflate(chunk))
            chunk = self._after_member()

    def finished(self) -> bytes:
        """The inflated body."""
        if self._raw and not self._between:
            raise self._broken("ends in the middle")
        return super().finished()

    def _inflate(self, chunk: bytes) -> bytes:
        # One byte more than is left tells "too large" from "exactly full".
        room = self._limit - len(self._read) + 1
        self._between = False
        try:
            return self._inflater.decompress(chunk, room)
        except zlib.error as error:
            raise self._broken("cannot be read") from error

    def _after_member(self) -> bytes:
        """What follows a member that has ended (zero padding is dropped); starts the next member."""
        if not self._inflater.eof:
            return b""
        rest = self._inflater.unused_data.lstrip(b"\0")
        self._members += 1
        if self._members > MEMBERS_LIMIT:
            raise self._broken("is made of too many pieces")
        self._inflater = zlib.decompressobj(GZIP)
        self._between = not rest
        return rest

    def _broken(self, how: str) -> SourceError:
        return SourceError(f"{self._host} sent a compressed answer that {how}.", reason="malformed")
