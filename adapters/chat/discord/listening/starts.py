"""How often a session is begun: Discord takes a thousand beginnings a day, and after one too many it takes the token away.

https://discord.com/developers/docs/events/gateway#session-start-limit-object
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping

from bot.ports import Clock

APART_SECONDS = 5.0  # between two beginnings, as Discord wants it
MOST, SECONDS = 5, 600.0  # beginnings of one shard, until the whole connection rests
RESERVE = 50  # of the thousand, for whoever has to start the bot anew
LONGEST_SECONDS = 3600.0


class Restless(Exception):
    """Sessions end as soon as they are begun; so it rests for a while."""


class Starts:
    """Counts the beginnings of each shard of one connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))

    async def begin(self, shard: int, *, initial: bool) -> None:
        """Wait before a session is begun; raises `Restless` when that was done too often lately."""
        if not initial:
            await self._clock.sleep(APART_SECONDS)
        begun, now = self._begun[shard], self._clock.monotonic()
        if len(begun) == MOST and now - begun[0] < SECONDS:
            raise Restless
        begun.append(now)


def seconds_to_rest(limit: Mapping[str, object], shards: int) -> float:
    """How long to begin nothing, as Discord says how many beginnings are left of the day; 0.0 when there are enough."""
    left, after = limit.get("remaining"), limit.get("reset_after")
    if not isinstance(left, int) or left >= RESERVE + shards:
        return 0.0
    seconds = after / 1000 if isinstance(after, int | float) else LONGEST_SECONDS
    return min(max(seconds, APART_SECONDS), LONGEST_SECONDS)
