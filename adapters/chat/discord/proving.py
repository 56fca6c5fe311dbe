"""Which places took a message since the bot began: what is refused elsewhere never keeps them waiting.

Discord closes the door to an address of which it refuses too much. So the few refusals that are let happen are shared
out: places of which nothing is known yet stop first, and of those the direct messages, which Discord says nothing of.
"""

from __future__ import annotations

from collections import OrderedDict

from .api.budget import Budget
from .api.places import Channel

SPARE, SPARE_DIRECT = 20, 40  # of the hundred refusals in ten minutes
MOST = 50_000  # places; the oldest are forgotten first


class Proven:
    """Remembers them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._places: OrderedDict[str, None] = OrderedDict()

    def add(self, channel: Channel) -> None:
        """It took a message."""
        self._places[channel.id] = None
        self._places.move_to_end(channel.id)
        while len(self._places) > self._most:
            self._places.popitem(last=False)

    def forget(self, channel: Channel) -> None:
        """It takes none any more."""
        self._places.pop(channel.id, None)

    def check(self, channel: Channel, budget: Budget) -> None:
        """Raise `Throttled` while so much was refused elsewhere that a place nobody knows has to wait."""
        if channel.id not in self._places:
            budget.check(spare=SPARE_DIRECT if channel.is_direct else SPARE)
