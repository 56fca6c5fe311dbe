"""Gzipped files, read within bounds."""

import gzip

import pytest

from bot.errors import SourceError
from bot.packed import beginning, unpacked

TEXT = b"Robots knit scarves. " * 50


def test_a_packed_file_and_a_plain_one_read_the_same() -> None:
    assert unpacked(gzip.compress(TEXT)) == unpacked(TEXT) == TEXT


@pytest.mark.parametrize("where", [slice(12, 24), slice(-9, None)], ids=["inside", "cut off"])
def test_a_damaged_file_is_malformed_wherever_the_damage_is(where: slice) -> None:
    damaged = bytearray(gzip.compress(TEXT))
    damaged[where] = b"\xff" * 12 if where.stop else b""
    with pytest.raises(SourceError, match="damaged") as raised:
        unpacked(bytes(damaged))
    assert raised.value.reason == "malformed"


def test_a_bomb_is_too_large() -> None:
    with pytest.raises(SourceError, match="MiB") as raised:
        unpacked(gzip.compress(bytes(3 * 2**20)), limit=2**20)
    assert raised.value.reason == "too_large"


def test_a_damaged_head_begins_with_nothing() -> None:
    damaged = bytearray(gzip.compress(TEXT))
    damaged[12:24] = b"\xff" * 12
    assert beginning(bytes(damaged)) == b""
