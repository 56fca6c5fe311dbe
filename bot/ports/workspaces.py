"""Workspaces that installed the bot, and what an adapter tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.subscription import Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """A workspace that installed the bot: the token its platform gave, and what it may be used for."""

    platform: str
    workspace: str
    token: str = field(repr=False)
    installed_at: datetime
    name: str = ""  # as people call the workspace
    scopes: frozenset[str] = frozenset()
    installed_by: str = ""  # who did, by their id there
    bot_user: str = ""
    refresh_token: str = field(default="", repr=False)  # "" where tokens do not rotate
    expires_at: datetime | None = None  # when the token does, where it rotates
    details: Mapping[str, str] = field(default_factory=dict)  # what else the platform wants to see again


class Workspaces(Protocol):
    """What the bot keeps for a chat adapter, and what an adapter tells the bot of its workspaces and channels."""

    async def installations(self, platform: str) -> tuple[Installation, ...]:
        """List every workspace that has the bot installed now."""
        ...

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        """Find one; None when it never installed the bot, or removed it."""
        ...

    async def installed(self, installation: Installation) -> None:
        """Remember an installation, the newest of its workspace; one that was gone goes on where it stopped.

        One without a token is not kept: it says that the operator's own token serves a workspace now.
        """
        ...

    async def renewing(self, platform: str, workspace: str) -> bool:
        """Ask to be the one process that renews a token now; False when another is at it."""
        ...

    async def renewed(self, installation: Installation) -> None:
        """Remember a renewed token; an installation that ended meanwhile stays ended."""
        ...

    async def uninstalled(self, platform: str, workspace: str) -> None:
        """Forget a workspace's tokens and send nothing there; what it subscribed to is kept for 30 days."""
        ...

    async def new_state(self) -> str:
        """Make a single-use mark for an installation that begins now; it is good for ten minutes."""
        ...

    async def used_state(self, state: str) -> bool:
        """Use such a mark up; False when it was never made, was used already, or is too old."""
        ...

    async def channel_gone(self, address: Address, reason: str) -> None:
        """Send nothing to a channel that is gone, archived or closed to the bot, and have its people told once."""
        ...

    async def channel_lacks(self, address: Address, what: str) -> None:
        """Have its people told once what makes digests worse there; whole sentences, which say what to do."""
        ...

    async def channel_back(self, address: Address) -> None:
        """Send there again, if it was paused for being gone."""
        ...

    async def channels_shut(self, platform: str, workspace: str) -> Mapping[str, str]:
        """Channels to which nothing is sent as they could not be posted in, and the reason of each."""
        ...

    async def channel_renamed(self, address: Address, name: str) -> None:
        """Call a channel by its new name, as "#papers"."""
        ...
