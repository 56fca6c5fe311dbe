"""A PNG of a calm page in a third of its size: few colours, named once. https://www.w3.org/TR/png-3/."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

MOST = 256  # colours in a palette
COARSE = (12, 18, 27)  # shades nearer than this to each other are one; as few as do


def small(png: bytes) -> bytes:
    """The same picture with a palette; as it was when it is of another kind."""
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    size = {2: 3, 6: 4}.get(kind, 0)
    if depth != 8 or not size:
        return png
    rows = _rows(
        zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width * size, size
    )
    colours = [_colours(row, size) for row in rows]
    often = Counter(colour for row in colours for colour in row)
    step, shades = next(
        ((step, made) for step in COARSE if len(made := _shades(often, step)) <= MOST), (0, {})
    )
    if not shades:
        return png
    names = {coarse: at for at, coarse in enumerate(shades)}
    lines = (bytes(names[_coarse(one, step)] for one in row) for row in colours)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    made = [(b"IHDR", head), (b"PLTE", b"".join(shades.values())), (b"IDAT", body), (b"IEND", b"")]
    return png[:8] + b"".join(_chunk(name, data) for name, data in made)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data: bytes, length: int, size: int) -> Iterator[bytearray]:
    """The rows without their filters, https://www.w3.org/TR/png-3/#9Filters."""
    above = bytearray(length)
    for at in range(0, len(data), length + 1):
        row = bytearray(data[at + 1 : at + 1 + length])
        _unfiltered(data[at], row, above, size)
        yield row
        above = row


def _unfiltered(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    for at in range(len(row)) if kind else ():
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        row[at] = (row[at] + _guess(kind, left, above[at], corner)) & 255


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    near = left + up - corner
    return min((left, up, corner), key=lambda one: abs(near - one))


def _colours(row: bytearray, size: int) -> Sequence[bytes]:
    """The colours of a row; opaque, as a page is."""
    return [bytes(row[at : at + 3]) for at in range(0, len(row), size)]


def _shades(often: Counter[bytes], step: int) -> dict[bytes, bytes]:
    """For each coarse shade the colour there is most of, so that large areas keep theirs."""
    shades: dict[bytes, bytes] = {}
    for colour, _ in often.most_common():
        shades.setdefault(_coarse(colour, step), colour)
    return shades


@cache
def _coarse(colour: bytes, step: int) -> bytes:
    return bytes(min(255, (one + step // 2) // step * step) if one < 250 else one for one in colour)
