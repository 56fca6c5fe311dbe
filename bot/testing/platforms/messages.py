"""What a fake platform remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message as a reader sees it."""

    remote_id: str
    channel: str
    key: str
    payload: bytes
    repeated: bool  # it says "(repeated after a restart)"
    at: datetime  # when it was accepted, by the platform's clock
    tick: float  # the same as `Clock.monotonic`

    @property
    def text(self) -> str:
        """The payload as text."""
        return self.payload.decode(errors="replace")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request that reached the platform, whatever came of it."""

    lane: str
    channel: str
    tick: float
    early: bool = False  # it came while a Retry-After was running


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One private line to a person."""

    workspace: str
    person: str
    text: str


@dataclass(eq=False, kw_only=True, slots=True)
class OnItsWay:
    """A request on its way to being accepted; a caller who gives up or dies does not stop it."""

    channel: str
    key: str
    payload: bytes
    repeated: bool
    due: float  # `Clock.monotonic` when it is accepted
    remote_id: str = ""  # once it is
