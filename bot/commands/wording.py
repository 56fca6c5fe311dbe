"""How dates, zones and days are written to people, the same in every reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.subscription import ALL_DAYS, WEEKDAYS, Destination, Schedule
from bot.domain.when import DAY_NAMES

from .pieces import Channel

SHORT_DAYS = tuple(name[:3].title() for name in DAY_NAMES)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKEND = frozenset({5, 6})


def long_date(day: date) -> str:
    """As "Fri 20 Nov 2026", whatever the machine's locale."""
    return f"{SHORT_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def local_moment(moment: datetime, tz: str) -> str:
    """As "Fri 20 Nov 2026, 09:00 Europe/Berlin"."""
    local = moment.astimezone(ZoneInfo(tz))
    return f"{long_date(local.date())}, {local:%H:%M} {tz}"


def days(chosen: frozenset[int]) -> str:
    """As "daily", "weekdays", "weekends" or "Mon, Wed"; as a person would type it, too."""
    match chosen:
        case _ if chosen == ALL_DAYS:
            return "daily"
        case _ if chosen == WEEKDAYS:
            return "weekdays"
        case _ if chosen == WEEKEND:
            return "weekends"
        case _:
            return ", ".join(SHORT_DAYS[day] for day in sorted(chosen))


def posts(schedule: Schedule) -> str:
    """As "weekdays 09:00 Europe/Berlin"."""
    return f"{days(schedule.days)} {schedule.at:%H:%M} {schedule.tz}"


def settings_line(destination: Destination) -> str:
    """A destination's whole setting in one sentence."""
    empty = "says so on empty days" if destination.note_empty else "silent on empty days"
    return f"Posts {posts(destination.schedule)}, up to {count(destination.max_papers, 'paper')}, {empty}."


def next_digest_line(state: Channel) -> str:
    """When the next digest of a channel comes, in one sentence; "" when none does."""
    if state.next_digest is None:
        return ""
    tz = state.destination.schedule.tz
    if not state.owed:
        return f"Next digest: {local_moment(state.next_digest, tz)}."
    then = f", then {local_moment(state.following, tz)}" if state.following else ""
    return f"Next digest: now ({state.owed} is owed){then}."


def count(number: int, noun: str) -> str:
    """As "1 paper", "2 papers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def begun(text: str) -> str:
    """As a sentence begins: "This terminal", but "#papers" as it is."""
    return text[:1].upper() + text[1:]


def listing(words: Sequence[str]) -> str:
    """As "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
