"""The names in an author field, in whatever of its many shapes a feed gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMES_LIMIT = 500
NAME_LIMIT = 120  # characters

_MAIL = re.compile(r"(?<!\S)[<(]?[\w.+\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64}){1,8}[>)]?")
_WHOLE_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_AFFILIATION = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_AND = re.compile(r"\s+(?:and|&)\s+|\s*,\s*(?:and|&)\s+", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[\s\-]?){1,4}")
_WORD = re.compile(r"[^\W\d_]{2}")
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|ii|iii|iv)\.?", re.IGNORECASE)
_ET_AL = re.compile(r"\s*\bet\s+al\.?$", re.IGNORECASE)


def names(fields: Sequence[str]) -> tuple[str, ...]:
    """Every author's name once, in order, given name first; mail addresses and affiliations are left out.

    Reads `jane@x.org (Jane Roe)`, `Doe, J., Roe, R.`, `Doe, Jane; Roe, Rich`, `Jane Roe and Rich Doe`, one name a field.
    """
    found: list[str] = []
    for field in fields[:NAMES_LIMIT]:
        found += [_turned(name) for name in _split(_people_only(field))]
    tidy = (_ET_AL.sub("", " ".join(name.split())).strip(" ,;:")[:NAME_LIMIT] for name in found)
    kept = dict.fromkeys(name for name in tidy if any(char.isalpha() for char in name))
    return tuple(kept)[:NAMES_LIMIT]


def _people_only(field: str) -> str:
    text = " ".join(field.split())
    without_mail = _MAIL.sub(" ", text).strip()
    whole = _WHOLE_IN_BRACKETS.fullmatch(without_mail)
    if without_mail != text and whole:
        return whole[1]
    for _ in range(3):  # brackets in brackets
        without_mail = _AFFILIATION.sub("", without_mail)
    return without_mail.partition("(")[0]


def _split(text: str) -> list[str]:
    """One name each; a family name and its given names stay together as `Doe, Jane`."""
    if ";" in text:
        return text.split(";")
    listed = _AND.sub(", ", text)
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    if _are_names_with_initials(parts) or (listed == text and _is_one_turned_name(parts)):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return _with_suffixes(parts)


def _are_names_with_initials(parts: list[str]) -> bool:
    """Whether every second part is initials and the others are words."""
    families, given = parts[::2], parts[1::2]
    if not parts or len(families) != len(given):
        return False
    return all(map(_INITIALS.fullmatch, given)) and all(map(_WORD.search, families))


def _is_one_turned_name(parts: list[str]) -> bool:
    return len(parts) == 2 and " " not in parts[0] and not _SUFFIX.fullmatch(parts[1])


def _with_suffixes(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and _SUFFIX.fullmatch(part):
            joined[-1] += f" {part}"
            continue
        joined.append(part)
    return joined


def _turned(name: str) -> str:
    """`Doe, Jane` as `Jane Doe`."""
    family, comma, given = name.strip(" ,").partition(",")
    if not comma or not given.strip() or _SUFFIX.fullmatch(given.strip()):
        return name.replace(",", " ")
    return f"{given.strip(' ,')} {family.strip()}"
