"""Saved files that may be gzipped, read within bounds."""

from __future__ import annotations

import gzip
import io
import zlib

from bot.errors import SourceError

MOST_BYTES = 32 * 2**20  # of one file, unpacked; the largest day of arXiv is below 6 MiB
_GZIP = b"\x1f\x8b"
_STEP = 64 * 1024
_DAMAGED = (OSError, EOFError, ValueError, zlib.error)


def unpacked(body: bytes, *, limit: int = MOST_BYTES) -> bytes:
    """The file without its gzip; `SourceError` when that is damaged or unpacks to more than `limit` bytes."""
    if not body.startswith(_GZIP):
        return body
    found = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            while found.tell() <= limit and (chunk := packed.read1(_STEP)):
                found.write(chunk)
    except _DAMAGED as error:
        raise SourceError(
            "The file is gzipped but damaged, so nothing was read.", reason="malformed"
        ) from error
    if found.tell() > limit:
        raise SourceError(
            f"The file unpacks to more than {limit >> 20} MiB, so nothing was read.", reason="too_large"
        )
    return found.getvalue()


def beginning(head: bytes, size: int = 4_096) -> bytes:
    """The first bytes of a file from its head, unpacked where need be, without white space or a byte order mark."""
    if head.startswith(_GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(head)) as packed:
                head = packed.read1(size)
        except _DAMAGED:
            return b""
    return head[:size].lstrip(b"\xef\xbb\xbf \t\r\n")
