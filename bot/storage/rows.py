"""From rows to values; nothing else leaves the store."""

from __future__ import annotations

from dataclasses import fields
from datetime import time
from typing import Any

from sqlalchemy import Row

from bot.domain.delivery import Delivery, Slot, SlotState, Status
from bot.domain.paper import Freshness, Paper, Validator
from bot.domain.subscription import Address, Destination, Schedule, Subscription, Visibility

from . import tables as t
from .results import DayFreshness, Feed

AnyRow = Row[Any]

# Kept for the store's own use; a `Paper` does not carry them.
OWN_COLUMNS = {"title_fold", "version"}
PAPER_FIELDS = tuple(column for column in t.paper.columns if column.name not in OWN_COLUMNS)


DELIVERY_FIELDS = tuple(t.delivery.c[field.name] for field in fields(Delivery))


def days_of(mask: int) -> frozenset[int]:
    """The weekdays of a bit mask, Monday 0."""
    return frozenset(day for day in range(7) if mask >> day & 1)


def mask_of(days: frozenset[int]) -> int:
    """The bit mask of weekdays, Monday 0."""
    return sum(1 << day for day in days)


def paper_of(row: AnyRow) -> Paper:
    """A paper, from a row of `PAPER_FIELDS`."""
    return Paper(**row._mapping)  # noqa: SLF001 - the public way to a row's names


def address_of(row: AnyRow) -> Address:
    """Where a destination is, from a row of the table."""
    return Address(platform=row.platform, workspace=row.workspace_id, channel=row.channel_id)


def destination_of(row: AnyRow) -> Destination:
    """A destination, from a row of the table."""
    return Destination(
        id=row.id,
        address=address_of(row),
        name=row.name,
        schedule=Schedule(at=time(row.hh, row.mm), tz=row.tz, days=days_of(row.days)),
        max_papers=row.max_papers,
        note_empty=row.note_empty,
        paused=row.paused,
        paused_reason=row.paused_reason,
        next_due_at=row.next_due_at,
        created_at=row.created_at,
        archive=Visibility(row.archive),
    )


def subscription_of(row: AnyRow) -> Subscription:
    """A subscription, from a row joined with its query's text."""
    return Subscription(
        id=row.id,
        destination_id=row.destination_id,
        query=row.text,
        created_by=row.created_by,
        created_at=row.created_at,
        paused=row.paused,
    )


def slot_of(row: AnyRow) -> Slot:
    """A slot, from a row of the table."""
    return Slot(
        id=row.id,
        destination_id=row.destination_id,
        slot_key=row.slot_key,
        due_at=row.due_at,
        state=SlotState(row.state),
        reason=row.reason,
    )


def delivery_of(row: AnyRow) -> Delivery:
    """A delivery, from a row of the table."""
    return Delivery(
        id=row.id,
        key=row.key,
        destination_id=row.destination_id,
        lane_id=row.lane_id,
        slot_id=row.slot_id,
        slot_key=row.slot_key,
        part_no=row.part_no,
        n_parts=row.n_parts,
        status=Status(row.status),
        payload=row.payload,
        attempt=row.attempt,
        not_before=row.not_before,
        sending_at=row.sending_at,
        sent_at=row.sent_at,
        remote_id=row.remote_id,
        last_error=row.last_error,
        expires_at=row.expires_at,
        repeated=row.repeated,
        doubted=row.doubted,
        channel=row.channel,
    )


def freshness_of(row: AnyRow) -> DayFreshness:
    """A day's verdict, from a row of the table."""
    return DayFreshness(
        source=row.source,
        origin=row.origin,
        day=row.day,
        verdict=Freshness(row.verdict),
        requested_at=row.requested_at,
        items=row.items,
        note=row.note,
    )


def validator_of(row: AnyRow) -> Validator:
    """A validator, from a row of the table."""
    return Validator(url=row.url, etag=row.etag, last_modified=row.last_modified, fetched_at=row.fetched_at)


def feed_of(row: AnyRow) -> Feed:
    """A feed, from a row of the table."""
    return Feed(
        id=row.id,
        workspace=row.workspace_id,
        url=row.url,
        title=row.title,
        created_by=row.created_by,
        created_at=row.created_at,
        failing_since=row.failing_since,
    )
