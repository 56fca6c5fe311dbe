"""The last word on each thing: a chat says late what it could not tell at first, and what waits may be overtaken."""

from __future__ import annotations

from collections import OrderedDict

MOST = 20_000  # things remembered; of more, those that were spoken of longest ago are forgotten


class Latest:
    """Moments of what was said last, by the chat's clock or by any number that only grows."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._moments: OrderedDict[tuple[str, str], float] = OrderedDict()

    def is_last(self, workspace: str, about: str, moment: float) -> bool:
        """Whether nothing later was said about it; remembers the moment then."""
        known = self._moments.get((workspace, about), moment)
        if moment < known:
            return False
        self._moments[workspace, about] = moment
        self._moments.move_to_end((workspace, about))
        while len(self._moments) > self._most:
            self._moments.popitem(last=False)
        return True
