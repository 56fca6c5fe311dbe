"""What a platform said lately, so that it is not asked again for every press of a button."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from bot.ports import Clock

V = TypeVar("V")

SECONDS = 300.0
MOST = 5000  # the oldest are forgotten first


class Remembered(Generic[V]):
    """Answers by what was asked, for five minutes."""

    def __init__(self, clock: Clock, *, seconds: float = SECONDS, most: int = MOST) -> None:
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[tuple[str, str], tuple[float, V]] = OrderedDict()

    def get(self, key: tuple[str, str]) -> V | None:
        """What was said lately; None when nothing was."""
        at, value = self._kept.get(key, (0.0, None))
        return value if value is not None and self._clock.monotonic() - at < self._seconds else None

    def put(self, key: tuple[str, str], value: V) -> V:
        """Remember it from now on."""
        self._kept[key] = (self._clock.monotonic(), value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value

    def forget(self, key: tuple[str, str]) -> None:
        """Ask anew."""
        self._kept.pop(key, None)
