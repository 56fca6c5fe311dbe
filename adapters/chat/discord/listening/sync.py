"""Discord is told of the commands only when they are not what it has: it takes 200 changes a day, and shows them to everybody.

https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Protocol

from adapters.chat.discord.drawing.embeds import Json

log = logging.getLogger(__name__)
# What a command says of itself; everything else is Discord's own, as ids and versions.
SAID = frozenset(
    {
        "type",
        "name",
        "description",
        "options",
        "choices",
        "value",
        "required",
        "autocomplete",
        "channel_types",
    }
    | {"min_value", "max_value", "min_length", "max_length", "contexts", "integration_types"}
    | {"default_member_permissions"}
)
UNORDERED = frozenset({"contexts", "integration_types", "channel_types"})


class Commands(Protocol):
    """What Discord has, and what it is to have."""

    async def registered(self) -> list[Json]:
        """The commands that Discord shows now."""
        ...

    async def register(self, wanted: Sequence[Json]) -> None:
        """Have it show these and no others."""
        ...


async def synced(commands: Commands, wanted: Sequence[Json]) -> bool:
    """Tell Discord of the commands when it has others; whether it was told."""
    if digest_of(await commands.registered()) == digest_of(wanted):
        return False
    await commands.register(wanted)
    log.info("Discord was told of the commands of this version")
    return True


def digest_of(commands: Sequence[Mapping[str, object]]) -> str:
    """One mark for a set of commands: the same for what we say and for what Discord makes of it."""
    plain = sorted(json.dumps(_plain(one), sort_keys=True) for one in commands)
    return sha256("\n".join(plain).encode()).hexdigest()


def _plain(value: object, name: str = "") -> object:
    """Without what is Discord's own, and without what is as good as left out."""
    if isinstance(value, Mapping):
        kept = {key: _plain(one, key) for key, one in value.items() if key in SAID}
        return {key: one for key, one in kept.items() if one not in (None, False, "", [])}
    if isinstance(value, list | tuple):
        made = [_plain(one) for one in value]
        return sorted(made, key=str) if name in UNORDERED else made
    return int(value) if isinstance(value, float) and value.is_integer() else value
