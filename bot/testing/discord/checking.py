"""What Discord would refuse of a message, a modal, a callback or commands: each problem with where it is and its error code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .world import Json

BAD, EMPTY = 50035, 50006
ROW, BUTTON, SELECT, INPUT, LABEL = 1, 2, 3, 4, 18
FLAGS = 1 << 2 | 1 << 6 | 1 << 12  # without embeds, ephemeral, silent
# https://docs.discord.com/developers/resources/message#embed-object-embed-limits
EMBED_TEXTS = {"title": 256, "description": 4096}
LINK = re.compile(r"https?://\S+\Z")


class Problem(NamedTuple):
    """Something wrong: where ("embeds/0/title"), what, and the error code."""

    where: str
    what: str
    code: int = BAD


Check: TypeAlias = Callable[[Json], Sequence[Problem]]


def message_problems(message: Json) -> list[Problem]:
    """What is wrong with a message that is to be made."""
    something = (
        str(message.get("content") or "").strip() or message.get("embeds") or message.get("components")
    )
    empty = [] if something else [Problem("content", "Cannot send an empty message", EMPTY)]
    return [*empty, *edit_problems(message)]


def edit_problems(message: Json) -> list[Problem]:
    """What is wrong with a message that is to be changed, which may leave anything out."""
    return [
        *_text(message.get("content") or "", "content", 2000, least=0),
        *_nonce(message),
        *_embeds(message.get("embeds") or []),
        *component_problems(message.get("components") or []),
        *_mentions(message.get("allowed_mentions") or {}),
        *([Problem("flags", "cannot be set")] if (message.get("flags") or 0) & ~FLAGS else []),
    ]


def modal_problems(modal: Json) -> list[Problem]:
    """What is wrong with a modal."""
    parts = modal.get("components") or []
    return [
        *_text(modal.get("title"), "title", 45),
        *_text(modal.get("custom_id"), "custom_id", 100),
        *_count(parts, "components", 5),
        *(one for n, part in enumerate(parts) for one in _field(part, f"components/{n}")),
        *_unique(parts),
    ]


def component_problems(rows: Sequence[Json]) -> Iterator[Problem]:
    """What is wrong with rows of buttons and menus."""
    yield from _count(rows, "components", 5, least=0)
    yield from _unique(rows)
    for number, row in enumerate(rows):
        where, parts = f"components/{number}", row.get("components") or []
        if row.get("type") != ROW:
            yield Problem(where, "only action rows stand here")
        menus = [part for part in parts if part.get("type") == SELECT]
        if menus and len(parts) > 1:
            yield Problem(where, "a menu has its row alone")
        yield from _count(parts, where, 5)
        for n, part in enumerate(parts):
            yield from _part(part, f"{where}/components/{n}")


def parts_of(components: Iterable[Json]) -> Iterator[Json]:
    """Every component, also those within others."""
    for one in components:
        yield one
        yield from parts_of(one.get("components") or [])
        if isinstance(one.get("component"), dict):
            yield from parts_of([one["component"]])


def _text(value: object, where: str, most: int, *, least: int = 1) -> Iterator[Problem]:
    if not isinstance(value, str) or not least <= len(value) <= most:
        yield Problem(where, f"must be between {least} and {most} in length")


def _count(found: Sequence[object], where: str, most: int, *, least: int = 1) -> Iterator[Problem]:
    if not least <= len(found) <= most:
        yield Problem(where, f"must be between {least} and {most} in number, not {len(found)}")


def _nonce(message: Json) -> Iterator[Problem]:
    nonce = message.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        yield Problem("nonce", "must be 25 or fewer in length")


def _embeds(embeds: Sequence[Json]) -> Iterator[Problem]:
    yield from _count(embeds, "embeds", 10, least=0)
    for number, embed in enumerate(embeds):
        yield from _embed(embed, f"embeds/{number}")
    total = sum(len(text) for embed in embeds for text in _counted(embed))
    if total > 6000:
        yield Problem("embeds", f"{total} characters in all, 6000 are allowed")


def _embed(embed: Json, where: str) -> Iterator[Problem]:
    for name, most in EMBED_TEXTS.items():
        yield from _text(embed.get(name) or "", f"{where}/{name}", most, least=0)
    footer, author, fields = embed.get("footer") or {}, embed.get("author") or {}, embed.get("fields") or []
    yield from _text(footer.get("text") or "", f"{where}/footer", 2048, least=0)
    yield from _text(author.get("name") or "", f"{where}/author", 256, least=0)
    yield from _count(fields, f"{where}/fields", 25, least=0)
    for n, one in enumerate(fields):
        yield from _text(one.get("name"), f"{where}/fields/{n}/name", 256)
        yield from _text(one.get("value"), f"{where}/fields/{n}/value", 1024)
    pictures = [(embed.get(kind) or {}).get("url") for kind in ("image", "thumbnail")]
    for url in (embed.get("url"), author.get("url"), *pictures):
        if url is not None and (not LINK.match(url) or len(url) > 2048):
            yield Problem(f"{where}/url", "Not a well formed URL.")


def _counted(embed: Json) -> Iterator[str]:
    yield from (embed.get(name) or "" for name in EMBED_TEXTS)
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for one in embed.get("fields") or []:
        yield from (one.get("name") or "", one.get("value") or "")


def _mentions(allowed: Json) -> Iterator[Problem]:
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            yield Problem(f"allowed_mentions/{kind}", "parse and ids of one kind exclude each other")


def _unique(components: Iterable[Json]) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in parts_of(components):
        own = one.get("custom_id")
        if own is not None and own in seen:
            yield Problem("components", f"Component custom id cannot be duplicated: {own}")
        seen.add(own or "")


def _part(part: Json, where: str) -> Iterator[Problem]:
    match part.get("type"):
        case 2:
            yield from _button(part, where)
        case 3:
            yield from _select(part, where)
        case kind if kind not in {5, 6, 7, 8}:
            yield Problem(where, f"a component of type {kind} cannot stand here")


def _button(part: Json, where: str) -> Iterator[Problem]:
    is_link = part.get("style") == 5
    if part.get("style") not in {1, 2, 3, 4, 5}:
        yield Problem(f"{where}/style", "is not a style of a button")
    if is_link and (not LINK.match(part.get("url") or "") or len(part["url"]) > 512 or part.get("custom_id")):
        yield Problem(where, "a link button has a url of up to 512 characters and no custom_id")
    if not is_link:
        yield from _text(part.get("custom_id"), f"{where}/custom_id", 100)
    if not is_link and part.get("url"):
        yield Problem(where, "only a link button has a url")
    if not part.get("emoji") or part.get("label"):
        yield from _text(part.get("label"), f"{where}/label", 80)


def _select(part: Json, where: str) -> Iterator[Problem]:
    options = part.get("options") or []
    yield from _text(part.get("custom_id"), f"{where}/custom_id", 100)
    yield from _text(part.get("placeholder") or "", f"{where}/placeholder", 150, least=0)
    yield from _count(options, f"{where}/options", 25)
    for n, option in enumerate(options):
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            yield from _text(option.get(name) or "", f"{where}/options/{n}/{name}", 100, least=least)
    if len({option.get("value") for option in options}) < len(options):
        yield Problem(f"{where}/options", "values must be unique")
    if not (part.get("min_values", 1) <= part.get("max_values", 1) <= max(1, len(options))):
        yield Problem(where, "min_values, max_values and the number of options do not fit")


def _field(part: Json, where: str) -> Iterator[Problem]:
    """One line of a modal: a label with something in it, or the older row with one text input."""
    kind = part.get("type")
    if kind == LABEL:
        yield from _text(part.get("label"), f"{where}/label", 45)
        yield from _text(part.get("description") or "", f"{where}/description", 100, least=0)
        yield from _within(part.get("component") or {}, f"{where}/component", labelled=True)
    elif kind == ROW:
        for one in part.get("components") or [{}]:
            yield from _within(one, where, labelled=False)
    elif kind != 10:
        yield Problem(where, f"a component of type {kind} cannot stand in a modal")


def _within(part: Json, where: str, *, labelled: bool) -> Iterator[Problem]:
    if part.get("type") == SELECT and labelled:
        yield from _select(part, where)
        return
    if part.get("type") != INPUT:
        if part.get("type") not in {5, 6, 7, 8} or not labelled:
            yield Problem(where, "a text input or a labelled menu stands here")
        return
    yield from _text(part.get("custom_id"), f"{where}/custom_id", 100)
    yield from _text(part.get("value") or "", f"{where}/value", part.get("max_length") or 4000, least=0)
    yield from _text(part.get("placeholder") or "", f"{where}/placeholder", 100, least=0)
    if not labelled:
        yield from _text(part.get("label"), f"{where}/label", 45)
