"""How many requests a platform takes within a while, and who sent more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .messages import Request

ROUNDING = 1e-3  # seconds: a request that is early by less was on time


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """At most `count` requests within any `seconds`."""

    count: int
    seconds: float

    def exceeded(self, ticks: Sequence[float]) -> Iterator[float]:
        """The moments (of these, in order) at which more had come."""
        first = 0
        for last, tick in enumerate(ticks):
            while ticks[first] <= tick - self.seconds + ROUNDING:
                first += 1
            if last - first + 1 > self.count:
                yield tick


@dataclass(frozen=True, kw_only=True, slots=True)
class TooFast:
    """Somebody sent more than a rate lets through: a lane, or one channel of it."""

    lane: str
    channel: str  # "" when the whole lane was too fast
    rate: Rate
    tick: float


def too_fast(
    requests: Iterable[Request], *, lane_rates: Sequence[Rate], channel_rates: Sequence[Rate]
) -> tuple[TooFast, ...]:
    """Every request that was one too many, for its lane or its channel."""
    ordered = sorted(requests, key=lambda request: request.tick)
    lanes: dict[tuple[str, str], list[float]] = {}
    channels: dict[tuple[str, str], list[float]] = {}
    for request in ordered:
        lanes.setdefault((request.lane, ""), []).append(request.tick)
        channels.setdefault((request.lane, request.channel), []).append(request.tick)
    return tuple(
        TooFast(lane=lane, channel=channel, rate=rate, tick=tick)
        for groups, rates in ((lanes, lane_rates), (channels, channel_rates))
        for (lane, channel), ticks in groups.items()
        for rate in rates
        for tick in rate.exceeded(ticks)
    )
