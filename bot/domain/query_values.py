"""What numbers and dates in a query mean: `upvotes>=10`, `since:2026-01-31`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from bot.errors import InvalidQuery

from .lexing import Token
from .terms import AtLeast, Count, Listed, Node

COMPARED = re.compile(r"(?P<name>[A-Za-z]*)\s*:?\s*(?P<op>[<>=]*)\s*(?P<value>.*)", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<digits>\d+)(?P<kilo>k?)", re.IGNORECASE)
_AT_LEAST = {"": 0, ">=": 0, "=>": 0, ">": 1}  # what each adds to the number
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")


def number(field: str, token: Token) -> Node:
    """Read what follows `upvotes:`; raises `InvalidQuery`."""
    match = COMPARED.fullmatch(token.text.strip())
    if match is None or match["name"] or not _NUMBER.fullmatch(match["value"]):
        raise InvalidQuery(
            f"`{field}:` needs a number, not `{token.text}`.",
            fix=f"Write `{field}>=10`.",
            column=token.column,
        )
    return compared(field, match, token)


def compared(name: str, match: re.Match[str], token: Token) -> Node:
    """Make a node of a comparison that `COMPARED` took apart; raises `InvalidQuery`."""
    given = _NUMBER.fullmatch(match["value"])
    if match["op"] not in _AT_LEAST:
        raise _not_at_least(name, match["op"], given[0] if given else "10", token)
    if given is None:
        said = f"`{match['value']}` is not a number." if match["value"] else f"`{token.text}` needs a number."
        raise InvalidQuery(said, fix=f"Write `{name}>=10`.", column=token.column)
    digits = given["digits"][:12]  # more than any paper has; keeps a hostile number short
    least = int(digits) * (1000 if given["kilo"] else 1)
    return AtLeast(Count(name), least + _AT_LEAST[match["op"]])


def _not_at_least(name: str, op: str, number: str, token: Token) -> InvalidQuery:
    fix = f"Only `>=` is known: `{name}>={number}`."
    if "<" in op:
        fix += f" What has as many is left out by `-{name}>={number}`."
    return InvalidQuery(f"`{token.text}` cannot be asked for.", fix=fix, column=token.column)


def day(field: str, token: Token) -> Node:
    """Read what follows `since:` or `until:`; raises `InvalidQuery`."""
    match = _DATE.fullmatch(token.text.strip())
    try:
        named = _date(match, last=field == "until") if match else None
    except ValueError:
        named = None
    if named is None:
        raise InvalidQuery(
            f"`{token.text}` is not a date I can read.",
            fix=f"Write `{field}:2026-01-31`.",
            column=token.column,
        )
    return Listed(since=named) if field == "since" else Listed(until=named)


def _date(match: re.Match[str], *, last: bool) -> date:
    year, month, day = (int(part) if part else None for part in match.groups())
    month = month or (12 if last else 1)
    return date(year or 0, month, day or (monthrange(year or 0, month)[1] if last else 1))
