"""Everything that answers people in Discord is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.domain.subscription import Address
from bot.ports import Clock, Commands, Workspaces

from .drawing.kept import Kept

PLATFORM = "discord"
Tell: TypeAlias = Callable[[Address, str, str], Awaitable[None]]  # a private line to one person
WasTold: TypeAlias = Callable[[str, str], Awaitable[bool]]  # whether a person has such a line already


async def _never(_person: str, _text: str) -> bool:
    """Nobody was told anything."""
    return False


def _nothing(_name: str) -> None:
    """Nobody remembers anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What handlers work with: what the bot can do, whom it talks to, and what buttons are too short for."""

    clock: Clock
    commands: Commands
    workspaces: Workspaces | None  # None where nothing is kept
    tell: Tell
    was_told: WasTold = _never
    forget_channel: Callable[[str], None] = _nothing  # what was known of a channel
    forget_guild: Callable[[str], None] = _nothing  # and of a server's roles
    kept: Kept = field(default_factory=Kept)
