"""What arrived already: a chat repeats what it doubts was heard, people press twice, and whoever records a request repeats it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from bot.ports import Clock


class Seen:
    """A memory of ids, each kept apart by its workspace, for so many seconds; of more than `most` the oldest are forgotten."""

    def __init__(self, clock: Clock, *, seconds: float, most: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._until: OrderedDict[tuple[str, str], float] = OrderedDict()  # the oldest first

    def first(self, workspace: str, mark: str) -> bool:
        """Whether this is the first time; remembers that it was. What has no mark is always the first."""
        if not mark:
            return True
        now = self._clock.monotonic()
        self._forget(lambda until: until <= now)
        if (workspace, mark) in self._until:
            return False
        self._forget(lambda _: len(self._until) >= self._most)
        self._until[workspace, mark] = now + self._seconds
        return True

    def __len__(self) -> int:
        return len(self._until)

    def _forget(self, too_old: Callable[[float], bool]) -> None:
        while self._until and too_old(next(iter(self._until.values()))):
            self._until.popitem(last=False)
