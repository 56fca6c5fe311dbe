"""`Retry-After`: how long a server asks to be left alone (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Whole seconds by the RFC; Discord and others send fractions.
SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
LONGEST = 1e9  # more is as good as for ever


def retry_after(header: str, now: datetime) -> float | None:
    """The seconds a header asks for, from a number or an HTTP date; None when it is neither."""
    told = header.strip()
    if SECONDS.fullmatch(told):
        return min(float(told), LONGEST)
    return _seconds_until(told, now) if told else None


def _seconds_until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
