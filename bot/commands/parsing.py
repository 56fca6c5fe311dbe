"""A typed line to a call: verb, then `name:value` anywhere, then what is left.

Split by hand: `shlex` fails on "alzheimer's disease", and phones type curly quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import UserError

from .spec import AnyCommand, Kind, Param, Place, Registry, Value

CLOSING = {'"': '"”“', "“": '”"“', "”": '”"', "„": '“”"', "«": "»", "'": "'’", "‘": "’'"}  # noqa: RUF001 - the quotes phones type
DOUBLE_QUOTES = '"“”„«'
NAME = re.compile(r"([A-Za-z]+):")
LINK = re.compile(r"<((?:https?|mailto):[^|>]*)(?:\|[^>]*)?>")
BARE_DAYS = re.compile(r"weekdays(?=\s|$)", re.IGNORECASE)
HALF = re.compile(r"\s+([ap]\.?m\b\.?)", re.IGNORECASE)  # the am of "9 am"
UNIT = re.compile(r"<[^>\s][^>]*>|\S*")  # a link or a channel as Slack sends it, or a word
VERB_PREFIX = re.compile(r"^\s*/?papers?(?=\s|$)\s*", re.IGNORECASE)
# What people say elsewhere; never run for them, only named.
MEANT = {
    "follow": "subscribe",
    "sub": "subscribe",
    "unfollow": "unsubscribe",
    "unsub": "unsubscribe",
    "stop": "unsubscribe",
    "delete": "unsubscribe",
    "find": "search",
    "get": "show",
    "next": "more",
    "time": "settings",
    "config": "settings",
    "hot": "trending",
    "top": "trending",
    "new": "today",
    "bibtex": "cite",
    "ls": "list",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One command to run, with its arguments by name; a typed line gives every value as text."""

    command: str
    arguments: Mapping[str, Value] = field(default_factory=dict)


def parse_line(text: str, registry: Registry) -> Call:
    """Read a typed line, or raise a `UserError` that names the nearest verb; an empty line asks for help."""
    line = VERB_PREFIX.sub("", text.replace("\u00a0", " ")).strip()
    if not line:
        return Call("help")
    command, rest = _verb(line, registry)
    named, left = take_named(rest, command)
    return Call(command.name, {**_place(left, command, named), **named})


def unwrap_links(text: str) -> str:
    """`<https://a.b|a.b>`, as Slack sends a link, to the link."""
    return LINK.sub(r"\1", text)


def _verb(line: str, registry: Registry) -> tuple[AnyCommand, str]:
    words = line.split(maxsplit=2)
    for count in (2, 1):
        name = " ".join(words[:count]).lower()
        if len(words) >= count and (command := registry.get(name)):
            return command, line.split(maxsplit=count)[count] if len(
                line.split(maxsplit=count)
            ) > count else ""
    raise _unknown(words[0], registry)


def _unknown(word: str, registry: Registry) -> UserError:
    pairs = [one.name for one in registry if one.name.startswith(f"{word.lower()} ")]
    if pairs:
        return UserError(
            f"`{word}` needs one more word, so nothing was changed.",
            fix=f"Try {_either(pairs)}; `help {pairs[0]}` explains.",
        )
    near = MEANT.get(word.lower()) or registry.nearest(word)
    guess = f"Did you mean `{near}`? " if near else ""
    return UserError(
        f"I don't know `{word[:40]}`, so nothing was changed.",
        fix=f'{guess}For example: `search "flow matching"`; `help` lists every verb.',
    )


def take_named(text: str, command: AnyCommand) -> tuple[dict[str, Value], str]:
    """The command's own `name:value`s, and the text without them; a query keeps all others."""
    named: dict[str, Value] = {}
    left: list[str] = []
    for start, end, param, value in _pieces(text, command):
        if param is None:
            left.append(text[start:end])
            continue
        if param.name in named:
            raise UserError(f"`{param.name}:` is given twice, so nothing was changed.", fix="Give it once.")
        named[param.name] = value
        left.append(" ")
    return named, "".join(left).strip()


def _pieces(text: str, command: AnyCommand) -> Iterator[tuple[int, int, Param | None, str]]:
    """Split into the command's own parameters and everything between them."""
    at = 0
    while at < len(text):
        fresh = at == 0 or text[at - 1].isspace()
        if fresh and (found := _own(text, at, command)):
            yield at, *found
            at = found[0]
            continue
        end = _quoted_end(text, at) if text[at] in DOUBLE_QUOTES else at + 1
        yield at, end, None, ""
        at = end


def _own(text: str, at: int, command: AnyCommand) -> tuple[int, Param, str] | None:
    if (days := command.param("days")) and (bare := BARE_DAYS.match(text, at)):
        return bare.end(), days, "weekdays"
    match = NAME.match(text, at)
    param = command.param(match[1].lower()) if match else None
    if not match or not param or param.arg.kind is Kind.QUERY:
        return None
    end, value = _value(text, match.end())
    if param.arg.kind is Kind.TIME and (half := HALF.match(text, end)):
        end, value = half.end(), value + half[1]
    return end, param, unwrap_links(value)


def _value(text: str, at: int) -> tuple[int, str]:
    if at < len(text) and text[at] in CLOSING:
        end = _quoted_end(text, at)
        if end > at + 1 and text[end - 1] in CLOSING[text[at]]:
            return end, text[at + 1 : end - 1].strip()
    match = UNIT.match(text, at)
    return (match.end(), match[0]) if match else (at, "")


def _quoted_end(text: str, at: int) -> int:
    """Just past the quote that closes the one at `at`; the end of the text when none does."""
    closing = CLOSING[text[at]]
    return next((here + 1 for here in range(at + 1, len(text)) if text[here] in closing), len(text))


def _place(text: str, command: AnyCommand, named: Mapping[str, Value]) -> dict[str, Value]:
    """What is left, to the parameters that are not named, in order."""
    placed: dict[str, Value] = {}
    for param in command.params:
        if param.arg.place is Place.NAMED or param.name in named or not text:
            continue
        word, text = _split(text, param)
        placed[param.name] = word
    if text:
        raise UserError(
            f"`{command.name}` does not take `{text[:60]}`, so nothing was changed.",
            fix=f"It is written `{command.usage}`; `help {command.name}` explains.",
        )
    return placed


def _split(text: str, param: Param) -> tuple[str, str]:
    if param.arg.place is Place.REST:
        return (text if param.arg.kind is Kind.QUERY else _bare(unwrap_links(text))), ""
    end, word = _value(text, 0)
    return unwrap_links(word), text[end:].strip()


def _bare(text: str) -> str:
    """Without the quotes around the whole of it."""
    end, value = _value(text, 0)
    return value if end == len(text) and text[0] in CLOSING else text


def _either(names: list[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)
