"""The ids of folded papers in few bytes: a slot folds hundreds, and nobody asks for one of them alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from itertools import accumulate, pairwise

QUICKLY = 1  # zlib's level; the ids of one day are near one another, so there is little more to gain


def packed(ids: Iterable[int]) -> bytes | None:
    """The ids as the first one and the steps between them, compressed; None for none."""
    ordered = sorted(set(ids))
    if not ordered:
        return None
    steps = (ordered[0], *(later - earlier for earlier, later in pairwise(ordered)))
    return zlib.compress(" ".join(map(str, steps)).encode(), QUICKLY)


def unpacked(steps: bytes | None) -> tuple[int, ...]:
    """The ids, lowest first."""
    return tuple(accumulate(map(int, zlib.decompress(steps).split()))) if steps else ()
