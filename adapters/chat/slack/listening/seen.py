"""What arrived already: Slack sends an event again when it doubts that it was heard, and people press twice."""

from __future__ import annotations

from collections import OrderedDict

from bot.ports import Clock

HOURS = 24
MOST = 20_000  # ids remembered; what goes beyond forgets the oldest


class Seen:
    """A short memory of ids, each kept apart by its workspace; bounded in time and in number."""

    def __init__(self, clock: Clock, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._until: OrderedDict[tuple[str, str], float] = OrderedDict()  # the oldest first

    def first(self, workspace: str, mark: str) -> bool:
        """Whether this is the first time; remembers that it was. What has no mark is always the first."""
        if not mark:
            return True
        self._forget_old()
        if (workspace, mark) in self._until:
            return False
        self._until[workspace, mark] = self._clock.monotonic() + HOURS * 3600
        return True

    def __len__(self) -> int:
        return len(self._until)

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        while self._until and (len(self._until) >= self._most or next(iter(self._until.values())) <= now):
            self._until.popitem(last=False)
