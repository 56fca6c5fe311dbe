"""What replies say to type, as a shell takes it: `page:3` is `--page 3` here, and quotation marks need quoting."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any, TypeVar

from bot.commands.catalogue import REGISTRY
from bot.commands.replies import Reply
from bot.commands.spec import AnyCommand, Place

PREFIX = "paperround "
Told = TypeVar("Told", bound=Reply)
WEEKDAYS = "weekdays"  # needs no name in a chat
SAID = ("what", "fix", "hint", "text")  # the fields of replies that hold sentences
_BARE = re.compile(r"`([^`]+)`")
_NEEDS_QUOTES = re.compile(r"[\"*|()<>&;$!?#~\\]")


def for_shell(reply: Told, verb: str) -> Told:
    """A reply whose hints can be typed at a shell; `verb` is the command that answered."""
    command = REGISTRY.get(verb)
    names = {one.name for one in fields(reply)} & set(SAID)
    said: dict[str, Any] = {name: sentence(getattr(reply, name), named(command)) for name in sorted(names)}
    if "fix" in said:
        said["fix"] = _BARE.sub(_prefixed, said["fix"])
    return replace(reply, **said)


def sentence(text: str, names: tuple[str, ...]) -> str:
    """A sentence with what it says to type rewritten; `names` are the options of the verb in hand."""
    parts = text.split("`")  # every second one stands between backticks
    return "`".join(_line(part, names) if at % 2 else _options(part, names) for at, part in enumerate(parts))


def _prefixed(typed: re.Match[str]) -> str:
    """A verb of ours that a fix names bare, as chats type it; never a word of the query, which fixes do not repeat."""
    words = typed[1].split(" ")
    known = REGISTRY.get(" ".join(words[:2])) or REGISTRY.get(words[0])
    return f"`{_line(PREFIX + typed[1], ())}`" if known else typed[0]


def named(command: AnyCommand | None) -> tuple[str, ...]:
    """The parameters of a command that are options here."""
    return tuple(one.name for one in command.params if one.arg.place is Place.NAMED) if command else ()


def _line(typed: str, names: tuple[str, ...]) -> str:
    if not typed.startswith(PREFIX):
        return _options(typed, names) if _is_option(typed, names) else typed
    words = typed.removeprefix(PREFIX).split(" ")
    command = REGISTRY.get(" ".join(words[:2])) or REGISTRY.get(words[0])
    if command is None:
        return typed
    return " ".join([PREFIX.strip(), command.name, *_given(command, words)])


def _given(command: AnyCommand, words: list[str]) -> list[str]:
    """The words after the verb: what is no option as one quoted piece where a shell would take it apart."""
    given = words[len(command.name.split()) :]
    options = [_options(word, named(command)) for word in given if _is_option(word, named(command))]
    text = " ".join(word for word in given if not _is_option(word, named(command)))
    quoted = f"'{text}'" if _NEEDS_QUOTES.search(text) and "'" not in text else text
    return [quoted, *options] if text else options


def _is_option(word: str, names: tuple[str, ...]) -> bool:
    return bool(names) and (bool(_pattern(names).match(word)) or (word == WEEKDAYS and "days" in names))


def _options(text: str, names: tuple[str, ...]) -> str:
    if not names:
        return text
    if text == WEEKDAYS:
        return f"--days {WEEKDAYS}"
    return _pattern(names).sub(lambda found: f"{found[1]}--{found[2]} {found[3]}".rstrip(), text)


def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w:-])(\[?)({'|'.join(names)}):(\S*)")
