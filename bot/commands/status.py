"""What comes next, how the last digests went, and how fresh the sources are."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.results import DayFreshness

from .channel import channel
from .context import Context
from .replies import Reply, SlotStatus, SourceStatus, StatusView
from .spec import command

LOOK_BACK = timedelta(days=7)


@command(examples=("status",))
async def status(context: Context) -> Reply:
    """Show the next digest, how the last ones went, and how fresh the sources are."""
    destination = await context.destination()
    slots = await context.store.slots(destination.id, limit=5) if destination else ()
    freshness = await _freshness(context)
    newest = {
        (one.source, one.origin): one
        for one in sorted(freshness, key=lambda one: (one.day, one.requested_at))
    }
    return StatusView(
        title=f"Status of {context.place}",
        channel=await channel(context, destination) if destination else None,
        slots=tuple(SlotStatus(slot=one.slot_key, state=one.state.value, reason=one.reason) for one in slots),
        sources=tuple(
            SourceStatus(
                source=one.source,
                origin=one.origin,
                day=one.day,
                verdict=one.verdict,
                asked_at=one.requested_at,
                note=one.note,
            )
            for _, one in sorted(newest.items())
        ),
        counts=await _counts(context),
    )


async def _freshness(context: Context) -> list[DayFreshness]:
    """What sources said lately, without the feeds of other workspaces."""
    feeds = await context.store.feeds()
    own = {feed.url for feed in feeds if feed.workspace == context.workspace}
    others = {feed.url for feed in feeds} - own
    since = context.now().date() - LOOK_BACK
    return [one for one in await context.store.freshness(since=since) if one.origin not in others]


async def _counts(context: Context) -> dict[str, int]:
    """The papers everybody shares, and what this workspace has of its own."""
    every = await context.store.counts()
    destinations = await context.store.destinations(workspace=context.workspace)
    subscribed = await context.store.subscriptions([one.id for one in destinations])
    return {
        "papers": every["papers"],
        "destinations": len(destinations),
        "subscriptions": sum(map(len, subscribed.values())),
        "feeds": len(await context.store.feeds(context.workspace)),
    }
