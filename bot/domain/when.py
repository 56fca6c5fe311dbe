"""What people write for a time, for weekdays and for a place, read as a `Schedule` needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

from bot.errors import UserError

from .subscription import ALL_DAYS, WEEKDAYS

_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|o'clock)?")
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_TIME_FIX = "For example: at:9am, at:14:30 or at:noon"

# The only table of them; `date.weekday()` counts as it does.
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_SETS = {
    **dict.fromkeys(("daily", "everyday", "every day", "all", "always"), ALL_DAYS),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "working days"), WEEKDAYS),
    **dict.fromkeys(("weekends", "weekend"), ALL_DAYS - WEEKDAYS),
}
_DAYS_FIX = "For example: days:weekdays, days:daily or days:mon,wed,fri"

_ZONE_FIX = "For example: tz:Berlin or tz:America/New_York"
# Letters that mean one thing in winter, another in summer, or several things at once, and what to write instead.
_ABBREVIATIONS = {
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt", "us/pacific"), "Los Angeles"),
    **dict.fromkeys(("est", "edt", "et", "est5edt", "nyc"), "New York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt"), "Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt"), "Denver"),
    **dict.fromkeys(("cet", "cest", "met", "mest"), "Berlin"),
    **dict.fromkeys(("eet", "eest"), "Helsinki"),
    **dict.fromkeys(("wet", "west"), "Lisbon"),
    **dict.fromkeys(("bst", "ldn"), "London"),
    **dict.fromkeys(("jst",), "Tokyo"),
    **dict.fromkeys(("kst",), "Seoul"),
    **dict.fromkeys(("ist",), "Kolkata"),
    **dict.fromkeys(("msk",), "Moscow"),
    **dict.fromkeys(("hst",), "Honolulu"),
    **dict.fromkeys(("akst", "akdt"), "Anchorage"),
    **dict.fromkeys(("aest", "aedt", "aet"), "Sydney"),
    **dict.fromkeys(("nzst", "nzdt", "nzt"), "Auckland"),
    **dict.fromkeys(("sf", "sfo", "la"), "Los Angeles"),
    **dict.fromkeys(("sgt",), "Singapore"),
}
_OFFSET = re.compile(r"(?:utc|gmt|etc/gmt)?\s*[+\-\u2212]\s*\d{1,2}(?::?\d{2})?")
# Large research cities whose zone is named after another one.
_CITIES = {
    **dict.fromkeys(("beijing", "shenzhen", "hangzhou", "guangzhou"), "Asia/Shanghai"),
    **dict.fromkeys(("delhi", "new delhi", "mumbai", "bangalore", "bengaluru", "chennai", "hyderabad", "pune"), "Asia/Kolkata"),
    **dict.fromkeys(("san francisco", "seattle", "san diego", "palo alto", "mountain view", "berkeley"), "America/Los_Angeles"),
    **dict.fromkeys(("boston", "washington", "atlanta", "philadelphia", "pittsburgh", "miami", "princeton"), "America/New_York"),
    **dict.fromkeys(("austin", "houston", "dallas"), "America/Chicago"),
    **dict.fromkeys(("munich", "hamburg", "frankfurt", "cologne", "tübingen", "stuttgart"), "Europe/Berlin"),
    **dict.fromkeys(("geneva", "lausanne", "basel"), "Europe/Zurich"),
    **dict.fromkeys(("barcelona", "valencia"), "Europe/Madrid"),
    **dict.fromkeys(("milan", "turin"), "Europe/Rome"),
    **dict.fromkeys(("lyon", "grenoble"), "Europe/Paris"),
    **dict.fromkeys(("cambridge", "oxford", "edinburgh", "manchester"), "Europe/London"),
    **dict.fromkeys(("montreal", "ottawa", "waterloo"), "America/Toronto"),
    **dict.fromkeys(("kyoto", "osaka"), "Asia/Tokyo"),
    **dict.fromkeys(("tel aviv", "haifa"), "Asia/Jerusalem"),
    **dict.fromkeys(("abu dhabi",), "Asia/Dubai"),
    **dict.fromkeys(("canberra",), "Australia/Sydney"),
}  # fmt: skip
_AREAS = (
    "Europe",
    "America",
    "Asia",
    "Australia",
    "Africa",
    "Pacific",
    "Atlantic",
    "Indian",
    "Antarctica",
    "Arctic",
)


def parse_time(text: str) -> time:
    """Read "9am", "09:00", "9:30pm", "21h" or "noon"; raises `UserError` with an example."""
    folded = " ".join(text.lower().split())
    if folded in _NAMED_TIMES:
        return _NAMED_TIMES[folded]
    found = _TIME.fullmatch(folded)
    if found is None:
        raise UserError(f"I cannot read {text!r} as a time.", fix=_TIME_FIX)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half in {"am", "pm"}:
        hour = _from_half(hour, half, text)
    if hour > 23 or minute > 59:
        raise UserError(f"There is no time {text!r}: a day runs from 00:00 to 23:59.", fix=_TIME_FIX)
    return time(hour, minute)


def parse_days(text: str) -> frozenset[int]:
    """Read "weekdays", "daily", "mon,wed,fri" or "mon-thu" as weekdays (Monday is 0); raises `UserError`."""
    folded = " ".join(text.lower().replace(" and ", ",").replace("\u2013", "-").split())
    if folded in _DAY_SETS:
        return _DAY_SETS[folded]
    parts = [part for part in re.split(r"[,;/&+ ]+", re.sub(r"\s*-\s*", "-", folded)) if part]
    if not parts:
        raise UserError("No weekday was named.", fix=_DAYS_FIX)
    return frozenset(day for part in parts for day in _day_or_range(part, text))


def weekday(word: str) -> int | None:
    """Read "mon", "Tues." or "fridays" as a weekday (Monday is 0); None when it is none."""
    folded = word.lower().rstrip(".")
    singular = folded.removesuffix("s") if len(folded) > 4 else folded
    found = [number for number, name in enumerate(DAY_NAMES) if name.startswith(singular)]
    return found[0] if found and len(singular) >= 2 else None


def resolve_zone(text: str) -> str:
    """Read an IANA name or a city ("Berlin", "new york") as the zone's name; raises `UserError` with near ones."""
    folded = _fold(text)
    zones = _zones()
    if folded in _ABBREVIATIONS:
        city = _ABBREVIATIONS[folded]
        why = "is no time zone by itself: such letters change with the season or mean several places"
        raise UserError(f"{text.strip()} {why}.", fix=f"Name a city instead: tz:{zones[_fold(city)]}")
    if folded in zones:
        return zones[folded]
    if _OFFSET.fullmatch(folded):
        raise UserError(f"{text.strip()} would be an hour off after the next clock change.", fix=_ZONE_FIX)
    raise UserError(f"I know no time zone or city called {text.strip()!r}.", fix=_nearest(folded, zones))


def is_zone(name: str) -> bool:
    """Whether this is the very name of an IANA time zone, as a platform should give it."""
    return name in _names()


@lru_cache(maxsize=1)
def places() -> Mapping[str, str]:
    """Every city and every full name of a place's zone, in lower case, with the zone's IANA name; and UTC."""
    return {name: zone for name, zone in _zones().items() if zone.split("/", 1)[0] in _AREAS or zone == "UTC"}


def _from_half(hour: int, half: str, text: str) -> int:
    if not 1 <= hour <= 12:
        raise UserError(f"There is no time {text!r}: before am and pm hours run from 1 to 12.", fix=_TIME_FIX)
    return hour % 12 + (12 if half == "pm" else 0)


def _day_or_range(part: str, text: str) -> Iterable[int]:
    if part in _DAY_SETS:
        return _DAY_SETS[part]
    first, _, last = part.partition("-")
    start = _day(first, text)
    length = (_day(last, text) - start) % 7 if last else 0
    return ((start + step) % 7 for step in range(length + 1))


def _day(word: str, text: str) -> int:
    day = weekday(word)
    if day is not None:
        return day
    raise UserError(f"I cannot read {text!r} as weekdays: {word!r} is none.", fix=_DAYS_FIX)


def _fold(text: str) -> str:
    return " ".join(text.replace("_", " ").lower().split())


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every way to name a zone, folded, to its IANA name; a full name goes before a city."""
    names = sorted(_names(), key=_rank)
    known = {_fold(name): name for name in names}
    for name in names:
        if "/" in name and name.split("/")[0] in _AREAS:
            known.setdefault(_fold(name.rsplit("/", 1)[1]), name)
    return known | {_fold(city): name for city, name in _CITIES.items() if name in names} | {"z": "UTC"}


def _rank(name: str) -> tuple[int, int, str]:
    area = name.split("/", maxsplit=1)[0]
    return (name.count("/"), _AREAS.index(area) if area in _AREAS else len(_AREAS), name)


def _nearest(folded: str, zones: dict[str, str]) -> str:
    close = get_close_matches(folded, zones, n=3, cutoff=0.72)
    names = list(dict.fromkeys(zones[word] for word in close))
    return f"Did you mean {' or '.join(names)}?" if names else _ZONE_FIX
