"""The authors of a paper out of arXiv's one string: commas, affiliations in brackets, initials on their own."""

from __future__ import annotations

import re

from bot.domain.clean import plain

from .fields import names_of

_INNERMOST = re.compile(r"\([^()]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INITIALS = re.compile(r"(?:\w\.[\s\-]?){1,4}")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?", re.IGNORECASE)


def authors_in(creator: str) -> tuple[str, ...]:
    """The names in one string, in order.

    `A. One (Univ. of X, Y), Two, Jr., J., Doe` holds `A. One`, `Two, Jr.` and `J. Doe`.
    """
    text = plain(_TAG.sub("", creator))
    parts = [part.strip() for part in _without_brackets(text).split(",")]
    parts = _suffixed([part for part in parts if part])
    return names_of(_surnames_first(parts) or _initials_joined(parts))


def _without_brackets(text: str) -> str:
    """The text without what stands in brackets, however deep; a bracket that is never closed is just a sign."""
    while (shorter := _INNERMOST.sub("", text)) != text:
        text = shorter
    return text.replace("(", " ").replace(")", " ")


def _suffixed(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and _SUFFIX.fullmatch(part):
            joined[-1] = f"{joined[-1]}, {part}"
            continue
        joined.append(part)
    return joined


def _surnames_first(parts: list[str]) -> list[str]:
    """`Doe, J., Roe, R.` as `J. Doe` and `R. Roe`; nothing when the list is not so throughout."""
    surnames, initials = parts[::2], parts[1::2]
    if len(parts) < 2 or len(surnames) != len(initials):
        return []
    if not all(_INITIALS.fullmatch(part) for part in initials) or any(
        _INITIALS.fullmatch(part) for part in surnames
    ):
        return []
    return [f"{first} {last}" for last, first in zip(surnames, initials, strict=True)]


def _initials_joined(parts: list[str]) -> list[str]:
    """`J., Doe` as `J. Doe`."""
    joined: list[str] = []
    for part in parts:
        if joined and _INITIALS.fullmatch(joined[-1]):
            joined[-1] = f"{joined[-1]} {part}"
            continue
        joined.append(part)
    return joined
