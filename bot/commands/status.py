"""What comes next, how the last digests went, and how fresh the sources are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.delivery import Slot
from bot.domain.schedule import local_day
from bot.domain.subscription import Schedule
from bot.storage.results import DayFreshness

from .channel import channel
from .context import Context
from .past import is_by_hand
from .replies import Reply, SlotStatus, SourceStatus, StatusView
from .spec import command

LOOK_BACK = timedelta(days=7)


@command(examples=("status",))
async def status(context: Context) -> Reply:
    """Show the next digest, how the last ones went, and how fresh the sources are."""
    destination = await context.destination()
    slots = await context.store.slots(destination.id, limit=5) if destination else ()
    return StatusView(
        title=f"Status of {context.place}",
        channel=await channel(context, destination) if destination else None,
        slots=tuple(slot_status(one, destination.schedule) for one in slots) if destination else (),
        sources=await source_statuses(context),
        counts=await _counts(context),
    )


async def source_statuses(context: Context) -> tuple[SourceStatus, ...]:
    """What each source said last, as far as this workspace is concerned."""
    freshness = await _freshness(context)
    newest = {
        (one.source, one.origin): one
        for one in sorted(freshness, key=lambda one: (one.day, one.requested_at))
    }
    return _sources([one for _, one in sorted(newest.items())])


def slot_status(slot: Slot, schedule: Schedule) -> SlotStatus:
    """A slot under its date; one asked for by hand stands under the date it was asked on."""
    by_hand = is_by_hand(slot)
    day = local_day(schedule, slot.due_at).isoformat() if by_hand else slot.slot_key
    return SlotStatus(slot=day, state=slot.state.value, reason=slot.reason, by_hand=by_hand)


def _sources(verdicts: Iterable[DayFreshness]) -> tuple[SourceStatus, ...]:
    """What the sources said; what several parts of one had to remark in the same words is told once, for all of them."""
    alike: dict[tuple[str, ...], list[DayFreshness]] = {}
    for one in verdicts:
        part = "" if one.note else one.origin  # those without a remark stand alone
        alike.setdefault((one.source, one.day.isoformat(), one.verdict, one.note, part), []).append(one)
    return tuple(_source(same) for same in alike.values())


def _source(same: list[DayFreshness]) -> SourceStatus:
    return SourceStatus(
        source=same[0].source,
        origin=", ".join(one.origin for one in same),
        day=same[0].day,
        verdict=same[0].verdict,
        asked_at=max(one.requested_at for one in same),
        note=same[0].note,
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
