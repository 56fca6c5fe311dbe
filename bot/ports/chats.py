"""Where digests go, and where commands come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.domain.digest import Digest

from .clock import Clock
from .mail import Bounces, MailLinks
from .messages import Answer, LaneLimits, Part, Receipt
from .workspaces import Workspaces

# A person's line (or a button's `Call`) to a reply; bound by `bot.app` and called as
# `commands(line, asker=Asker(...), address=Address(...), place="#ml-papers", prefix="/papers ")`.
Commands: TypeAlias = Callable[..., Awaitable[object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatContext:
    """What a chat adapter is built with; a third-party adapter takes it as its only argument."""

    clock: Clock
    settings: Mapping[str, str]  # upper-case names: all PAPERROUND_*; an adapter reads its own tokens itself
    workspaces: Workspaces | None = None  # None where nothing is kept: `init`, the contract checks
    mail_links: MailLinks | None = None  # None where there are no web pages
    bounces: Bounces | None = None  # None where nobody counts them


class ChatAdapter(Protocol):
    """Where digests go, and where commands come from."""

    platform: str
    limits: LaneLimits

    async def run(self, commands: Commands) -> None:
        """Connect and answer until cancelled; not needed for sending."""
        ...

    def render(self, digest: Digest) -> Sequence[Part]:
        """Draw a digest as native messages; pure."""
        ...

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Deliver one part, or raise a `DeliveryError`."""
        ...

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Ask the platform whether the part with this key is there already.

        After `CannotTell` it is sent once more, marked as repeated; after a second one a person decides.
        """
        ...
