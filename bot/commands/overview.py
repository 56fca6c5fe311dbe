"""A workspace on one page: every channel somebody may see, what comes next there, and what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.paper import Freshness
from bot.domain.subscription import Destination

from .channel import channel
from .context import Context
from .replies import Overview, OverviewChannel, Reply
from .spec import command
from .status import slot_status, source_statuses

MOST_CHANNELS = 20
MOST_SAVED = 5
WELL = frozenset({Freshness.FRESH, Freshness.EMPTY_EXPECTED})


@command(examples=("overview",))
async def overview(context: Context) -> Reply:
    """Show every channel you may see: its subscriptions, next digest, and how the last one went."""
    followed = await _followed(context)
    open_here, left = await _open_to(context, followed)
    saved = await context.store.saved(context.workspace, context.asker.user)
    return Overview(
        title="Paper Round here",
        channels=tuple([await _channel(context, one) for one in open_here]),
        troubled=tuple(one for one in await source_statuses(context) if one.verdict not in WELL),
        saved=saved[:MOST_SAVED],
        hidden=left,
        hint=""
        if open_here
        else f"Nothing is subscribed yet. In a channel: `{context.typed('subscribe')} topic:llm`.",
    )


async def _followed(context: Context) -> list[Destination]:
    """The channels of this platform and workspace in which anything is subscribed."""
    every = await context.store.destinations(workspace=context.workspace, platform=context.address.platform)
    subscribed = await context.store.subscriptions([one.id for one in every])
    return [one for one in every if subscribed.get(one.id)]


async def _open_to(context: Context, followed: Sequence[Destination]) -> tuple[list[Destination], int]:
    """The first that the asker may see, and how many were not looked at.

    A private channel's name and topics are its members' own; a platform is asked of no more than are told of at a time.
    """
    seen: list[Destination] = []
    looked_at = 0
    while looked_at < len(followed) and len(seen) < MOST_CHANNELS:
        some = followed[looked_at : looked_at + MOST_CHANNELS - len(seen)]
        allowed = await asyncio.gather(*(_may_see(context, one) for one in some))
        seen += [one for one, may in zip(some, allowed, strict=True) if may]
        looked_at += len(some)
    return seen, len(followed) - looked_at


async def _may_see(context: Context, destination: Destination) -> bool:
    if destination.address == context.address:
        return True
    return await context.services.may_read(destination.address, context.asker.user)


async def _channel(context: Context, destination: Destination) -> OverviewChannel:
    slots = await context.store.slots(destination.id, limit=1)
    return OverviewChannel(
        state=await channel(context, destination),
        last=slot_status(slots[0], destination.schedule) if slots else None,
    )
