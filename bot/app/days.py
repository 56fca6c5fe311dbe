"""Dates as the command line takes them."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import UserError

FIRST_DAY = date(1990, 1, 1)  # no list of papers is older


def read_date(text: str, option: str) -> date:
    """Read YYYY-MM-DD; a `UserError` names the option."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(
            f"{option} cannot be read: {text!r} is not a date.", fix=f"For example {option} 2026-06-01."
        ) from error


def check_day(day: date | None, option: str, *, today: date, first: date = FIRST_DAY) -> None:
    """Raise a `UserError` that names the option for a day on which nothing can have been listed."""
    last = today + timedelta(days=1)  # it is tomorrow already somewhere
    if day is not None and not first <= day <= last:
        raise UserError(
            f"{option} cannot be {day.isoformat()}: papers are listed from {first.isoformat()} to {last.isoformat()}.",
            fix=f"For example {option} {today.isoformat()}.",
        )
