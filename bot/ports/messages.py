"""One message on its way, and what a platform says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One native message of a digest, ready to send: opaque bytes, the same on every retry.

    `papers`, filled by `render`, are the ids of the papers it shows: should it never be sent, they come back in a later
    digest. The others are set for `send` and `find`: `workspace`, whose token it goes out with; `repeated`, that an earlier
    copy may be there and nobody could tell, so the adapter marks this one "(repeated after a restart)"; `opening`, the id
    the platform gave part 0 of the same digest, so that later parts can go into its thread ("" for part 0 itself).
    """

    number: int  # from 0
    payload: bytes
    channel: str
    papers: tuple[int, ...] = ()
    workspace: str = ""
    repeated: bool = False
    opening: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The platform took it, under this id."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """The platform already has it."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The platform certainly does not have it, or the same key sent again is harmless: it stays one message."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform cannot be asked."""


Answer: TypeAlias = Found | NotFound | CannotTell


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneLimits:
    """How fast one token may post, and one channel."""

    rate_per_s: float = 50.0
    concurrency: int = 10
    gap_ms: int = 0  # between two messages to one channel
