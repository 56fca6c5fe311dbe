"""A day as people say it."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.when import weekday
from bot.errors import UserError

LONGEST_CATCH_UP = timedelta(days=62)


def read_day(
    text: str, today: date, *, option: str = "since", reach: timedelta | None = LONGEST_CATCH_UP
) -> date:
    """Read "2026-11-02", "yesterday", "monday" or "7d" as a day not after today; raises `UserError`.

    `option` is what it is given as; `reach` is how far back it may be (None: any day).
    """
    word = text.strip().lower()
    named = {"today": 0, "yesterday": 1, "week": 7, "month": 30}
    if word in named:
        return today - timedelta(days=named[word])
    if (named_day := weekday(word)) is not None:
        back = (today.weekday() - named_day) % 7
        return today - timedelta(days=back or 7)
    if word.endswith("d") and word[:-1].isdecimal() and len(word) <= 4:
        return _within(today - timedelta(days=int(word[:-1])), today, text, reach)
    try:
        return _within(date.fromisoformat(word), today, text, reach)
    except ValueError as error:
        raise UserError(
            f"I cannot read `{text[:40]}` as a day, so nothing was done.",
            fix=f"For example `{option}:2026-11-02`, `{option}:monday` or `{option}:7d`.",
        ) from error


def _within(day: date, today: date, text: str, reach: timedelta | None) -> date:
    if day > today:
        raise UserError(f"`{text}` is still to come.", fix="Name a day that has been.")
    if reach is not None and day < today - reach:
        raise UserError(
            f"`{text}` is more than {reach.days} days ago.",
            fix="`search QUERY since:DATE` looks through everything.",
        )
    return day
