"""What goes wrong at a fake platform: by script, by chance from a seed, or for a while."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Self, TypeAlias


class Lost(StrEnum):
    """How a caller learns that it learns nothing."""

    CONNECTION = "the connection broke before the answer"
    SERVER_ERROR = "the platform answered 500"
    TIMEOUT = "no answer came in time"  # raised as `TimeoutError`, as the sender's own deadline does


class Form(StrEnum):
    """How `Retry-After` is written."""

    SECONDS = "seconds"
    FLOAT = "float"
    DATE = "date"


@dataclass(frozen=True, kw_only=True, slots=True)
class LoseAnswer:
    """Accepted; the answer never comes."""

    how: Lost = Lost.CONNECTION


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitLate:
    """The caller gives up at once, and it is accepted `seconds` later."""

    seconds: float
    how: Lost = Lost.TIMEOUT


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanish:
    """The caller learns nothing, and it was never accepted."""

    how: Lost = Lost.CONNECTION


@dataclass(frozen=True, slots=True)
class Refuse:
    """The connection is refused: certainly not posted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Throttle:
    """429: this channel, or the whole lane, is left alone for so long; until then the answer stays 429."""

    seconds: float
    form: Form = Form.SECONDS
    whole_lane: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """The payload is refused for good."""


@dataclass(frozen=True, slots=True)
class Deny:
    """The token is not accepted, this once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slow:
    """It takes so many seconds until it is accepted, and so many until the answer comes."""

    before: float = 0.0
    after: float = 0.0


Fault: TypeAlias = LoseAnswer | CommitLate | Vanish | Refuse | Throttle | Reject | Deny | Slow


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """Nobody gets through from `start` to `end`, in seconds since the platform was made."""

    start: float
    end: float


class Faults:
    """A description of troubles; every method that adds one returns itself, to be chained.

    `Faults(seed=7).sometimes(LoseAnswer(), chance=0.02).then(Throttle(seconds=3), channel="C1").outage(seconds=60)`
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._chance = Random(seed)  # noqa: S311 - the same troubles in every run
        self._script: list[tuple[str, Fault]] = []
        self._odds: list[tuple[Fault, float]] = []
        self._outages: list[Outage] = []
        self._gone: set[str] = set()
        self.token_revoked = False
        self.met: Counter[str] = Counter()  # how often which fault really struck, by its name

    def then(self, fault: Fault, *, channel: str = "", times: int = 1) -> Self:
        """Let the next requests (to one channel) meet this; in the order they were added."""
        self._script += [(channel, fault)] * times
        return self

    def sometimes(self, fault: Fault, *, chance: float) -> Self:
        """Let any request without a scripted fault meet this, by chance (0 to 1)."""
        self._odds.append((fault, chance))
        return self

    def outage(self, *, seconds: float, after: float = 0.0) -> Self:
        """Refuse every connection for so long, from `after` seconds after the platform was made."""
        self._outages.append(Outage(start=after, end=after + seconds))
        return self

    def gone(self, *channels: str) -> Self:
        """Archive channels: `DestinationGone` until they are `back`."""
        self._gone.update(channels)
        return self

    def back(self, *channels: str) -> Self:
        """Open archived channels again."""
        self._gone.difference_update(channels)
        return self

    def revoked(self, *, revoked: bool = True) -> Self:
        """Take the token back (or accept it again): `AuthFailed` for everything."""
        self.token_revoked = revoked
        return self

    def calm(self) -> Self:
        """Forget what is scripted, what may happen by chance, and what lasts; all goes well from now on."""
        self._script.clear()
        self._odds.clear()
        self._outages.clear()
        self._gone.clear()
        return self.revoked(revoked=False)

    def is_down(self, elapsed: float) -> bool:
        """Whether nobody gets through, so many seconds after the platform was made."""
        return any(outage.start <= elapsed < outage.end for outage in self._outages)

    def is_gone(self, channel: str) -> bool:
        """Whether a channel is archived."""
        return channel in self._gone

    def draw(self, channel: str) -> Fault | None:
        """What the next request to a channel meets; a scripted fault is used up by it."""
        fault = self._scripted(channel) or self._by_chance()
        if fault is not None:
            self.met[type(fault).__name__] += 1
        return fault

    def _scripted(self, channel: str) -> Fault | None:
        script = next((one for one in self._script if one[0] in {"", channel}), None)
        if script is None:
            return None
        self._script.remove(script)
        return script[1]

    def _by_chance(self) -> Fault | None:
        dice = self._chance.random()
        for fault, chance in self._odds:
            if dice < chance:
                return fault
            dice -= chance
        return None
