"""A destination as it stands, and changing when its digests come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import when
from bot.domain.mailing import PLATFORM as EMAIL
from bot.domain.schedule import local_day, moved_due, next_due, resumed_due, slot_at
from bot.domain.subscription import Destination, Schedule, Visibility
from bot.domain.when import is_zone
from bot.errors import UserError

from .context import Context
from .lookups import subscriptions_of
from .replies import Action, Channel
from .troubles import troubles_of
from .wording import count, days, long_date, posts

MOST_PAPERS = 50
QUIET = "silent"
NOTE = "note"
READERS = {
    Visibility.PUBLIC: "Everybody can now read this channel's digests on the web, where they are listed.",
    Visibility.LINK: "Whoever has the link can now read this channel's digests on the web; they are listed nowhere.",
    Visibility.OFF: "Nobody can now read this channel's digests on the web, whatever link they have.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What somebody asked of a channel's settings; empty and None mean "leave as it is"."""

    at: str = ""
    tz: str = ""
    days: str = ""
    max_papers: int | None = None
    empty: str = ""
    archive: str = ""

    def schedule(self, now: Schedule) -> Schedule:
        """The schedule that results, or a `UserError` before anything is changed."""
        return Schedule(
            at=when.parse_time(self.at) if self.at else now.at,
            tz=when.resolve_zone(self.tz) if self.tz else now.tz,
            days=when.parse_days(self.days) if self.days else now.days,
        )

    def check(self) -> None:
        """Refuse a number of papers nobody could mean."""
        if self.max_papers is not None and not 1 <= self.max_papers <= MOST_PAPERS:
            raise UserError(
                f"`max:` is from 1 to {MOST_PAPERS}, not {self.max_papers}; nothing was changed.",
                fix="For example `max:8`.",
            )


async def channel(context: Context, destination: Destination) -> Channel:
    """The whole state of a destination."""
    subscriptions = await subscriptions_of(context, destination)
    asleep = destination.paused or all(one.paused for one in subscriptions)
    following = next_due(destination.schedule, context.now())[1]
    next_digest = None if asleep else (destination.next_due_at or following)
    return Channel(
        destination=destination,
        subscriptions=subscriptions,
        next_digest=next_digest,
        owed=_owed(destination.schedule, next_digest, context.now()) if next_digest else "",
        following=following,
        troubles=await troubles_of(context, destination),
    )


def _owed(schedule: Schedule, next_digest: datetime, now: datetime) -> str:
    """Which digest is due already, as "today's 09:00"; "" when none is."""
    if next_digest > now:
        return ""
    day = slot_at(schedule, next_digest).day
    whose = "today" if day == local_day(schedule, now) else long_date(day)
    return f"{whose}'s {schedule.at:%H:%M}"


async def ensure(context: Context, wanted: Wanted) -> tuple[Destination, tuple[str, ...], tuple[Action, ...]]:
    """The destination here with its settings as wanted, what moved, and how to move it back."""
    wanted.check()
    existing = await context.destination()
    if existing is not None:
        return await change(context, existing, wanted)
    schedule = wanted.schedule(_first_schedule(context))
    if objection := await context.services.why_not_post(context.address):
        raise UserError(f"I cannot post in {context.place}, so nothing was changed.", fix=objection)
    made = await context.store.ensure_destination(
        context.address,
        name=context.place,
        schedule=schedule,
        next_due_at=next_due(schedule, context.now())[1],
        now=context.now(),
    )
    updated = await context.store.update_destination(
        made.id, max_papers=wanted.max_papers, note_empty=_note(wanted.empty)
    )
    return updated, (*_zone_note(context, wanted), *await _lacking(context)), ()


async def _lacking(context: Context) -> tuple[str, ...]:
    """What whoever subscribes first should know of the channel; they are not told again when a digest comes."""
    lacking = await context.services.what_is_lacking(context.address)
    if lacking:
        await context.store.channel_lacks(context.address, lacking, told_at=context.now())
    return (lacking,) if lacking else ()


async def change(
    context: Context, destination: Destination, wanted: Wanted
) -> tuple[Destination, tuple[str, ...], tuple[Action, ...]]:
    """Change a destination's settings; says what moved and how to undo it, nothing when nothing did."""
    wanted.check()
    if wanted.archive == Visibility.PUBLIC and destination.address.platform == EMAIL:
        raise UserError(
            "What a mailbox gets is its reader's own, so nothing was changed.",
            fix="`archive:link` lets whoever has the link read it.",
        )
    schedule = wanted.schedule(destination.schedule)
    updated = await context.store.update_destination(
        destination.id,
        schedule=schedule,
        max_papers=wanted.max_papers,
        note_empty=_note(wanted.empty),
        archive=Visibility(wanted.archive) if wanted.archive else None,
        next_due_at=await _next(context, destination, schedule),
    )
    changes = _changes(destination, updated)
    return updated, changes, (_back(destination, updated),) if changes else ()


async def resumed(context: Context, destination: Destination) -> Destination:
    """Send to a destination again, what was held for it first."""
    now = context.now()
    due_at = resumed_due(destination, now)
    return await context.store.resume_destination(destination.id, now, next_due_at=due_at)


async def resumed_if_cut_off(context: Context, destination: Destination) -> Destination:
    """The same where nobody paused it but it could not be reached: somebody has mended that by acting there."""
    cut_off = destination.paused and await context.store.is_cut_off(destination.id)
    return await resumed(context, destination) if cut_off else destination


async def _next(context: Context, destination: Destination, schedule: Schedule) -> datetime | None:
    if schedule == destination.schedule:
        return None
    last = await last_day(context, destination)
    return moved_due(destination, schedule, now=context.now(), last_day=last)


async def last_day(context: Context, destination: Destination) -> date | None:
    """The newest local date that has a slot already."""
    slots = await context.store.slots(destination.id, limit=30)
    dated = [date.fromisoformat(slot.slot_key) for slot in slots if not slot.slot_key.startswith("manual")]
    return max(dated, default=None)


def _first_schedule(context: Context) -> Schedule:
    """The operator's hour, in the asker's own zone when the platform knows it."""
    usual = context.schedule
    return Schedule(at=usual.at, tz=context.zone, days=usual.days)


def _zone_note(context: Context, wanted: Wanted) -> tuple[str, ...]:
    """Said when the asker's zone could not be taken and they named no other."""
    theirs = context.asker.tz
    if wanted.tz or not theirs or is_zone(theirs):
        return ()
    unknown = f"I know no time zone {theirs[:40]}, as your profile has it; the hour is in {context.zone}."
    return (f"{unknown} `{context.typed('settings tz:Berlin')}` changes it.",)


def _note(empty: str) -> bool | None:
    return None if not empty else empty == NOTE


def _changes(before: Destination, after: Destination) -> tuple[str, ...]:
    changes = []
    if before.schedule != after.schedule:
        who = "Mails now come" if after.address.platform == EMAIL else "The whole channel now posts"
        changes.append(f"{who} {posts(after.schedule)} (was {posts(before.schedule)}).")
    if before.max_papers != after.max_papers:
        changes.append(
            f"Digests now hold up to {count(after.max_papers, 'paper')} (was {before.max_papers})."
        )
    if before.note_empty != after.note_empty:
        changes.append("Empty days now get one line." if after.note_empty else "Empty days are now silent.")
    if before.archive != after.archive:
        changes.append(READERS[after.archive])
    return tuple(changes)


def _back(before: Destination, after: Destination) -> Action:
    schedule = before.schedule
    return Action(
        f"Back to {posts(schedule)}",
        "settings",
        {
            "at": f"{schedule.at:%H:%M}",
            "tz": schedule.tz,
            "days": days(schedule.days).replace(" ", ""),  # as one word, which can be typed
            "max": str(before.max_papers),
            "empty": NOTE if before.note_empty else QUIET,
            **({"archive": before.archive.value} if before.archive != after.archive else {}),
        },
    )
