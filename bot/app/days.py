"""Dates as the command line takes them."""

from __future__ import annotations

from datetime import date

from bot.errors import UserError


def read_date(text: str, option: str) -> date:
    """Read YYYY-MM-DD; a `UserError` names the option."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(
            f"{option} cannot be read: {text!r} is not a date.", fix=f"For example {option} 2026-06-01."
        ) from error
