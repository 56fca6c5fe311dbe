"""What Discord would refuse of commands: names, descriptions, options, choices and how many there are of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .checking import Problem
from .world import Json

NAME = re.compile(r"[-_'\w]{1,32}\Z")
SUBCOMMAND, GROUP, STRING = 1, 2, 3
MOST = {1: 100, 2: 15, 3: 15}  # of each kind
CHARACTERS = 8000


def command_problems(commands: Sequence[Json]) -> list[Problem]:
    """What is wrong with all commands of one place."""
    found = [one for n, command in enumerate(commands) for one in _command(command, str(n))]
    for kind, most in MOST.items():
        count = sum((command.get("type") or 1) == kind for command in commands)
        if count > most:
            found.append(Problem("commands", f"{count} of type {kind}, {most} are allowed", 30032))
    names = [(command.get("type") or 1, command.get("name")) for command in commands]
    return found + ([Problem("commands", "two of one name")] if len(set(names)) < len(names) else [])


def _command(command: Json, where: str) -> Iterator[Problem]:
    if (command.get("type") or 1) != 1:
        if command.get("description"):
            yield Problem(where, "a context command has no description")
        if not 1 <= len(str(command.get("name") or "")) <= 32:
            yield Problem(f"{where}/name", "must be between 1 and 32 in length")
        return
    yield from _named(command, where)
    yield from _options(command.get("options") or [], f"{where}/options", 0)
    if characters(command) > CHARACTERS:
        yield Problem(where, f"{characters(command)} characters in all, {CHARACTERS} are allowed")


def _named(one: Json, where: str) -> Iterator[Problem]:
    name, description = str(one.get("name") or ""), str(one.get("description") or "")
    if not NAME.match(name) or name != name.lower():
        yield Problem(f"{where}/name", f"{name!r} does not match the pattern of names")
    if not 1 <= len(description) <= 100:
        yield Problem(f"{where}/description", "must be between 1 and 100 in length")


def _options(options: Sequence[Json], where: str, depth: int) -> Iterator[Problem]:
    if len(options) > 25:
        yield Problem(where, f"must be 25 or fewer in number, not {len(options)}")
    if len({option.get("name") for option in options}) < len(options):
        yield Problem(where, "two of one name")
    optional = False
    for number, option in enumerate(options):
        yield from _named(option, f"{where}/{number}")
        yield from _option(option, f"{where}/{number}", depth)
        if option.get("required") and optional:
            yield Problem(f"{where}/{number}", "required options stand before others")
        optional = optional or not (option.get("required") or option.get("type") in {SUBCOMMAND, GROUP})


def _option(option: Json, where: str, depth: int) -> Iterator[Problem]:
    kind, choices = option.get("type"), option.get("choices") or []
    if kind in {SUBCOMMAND, GROUP}:
        if depth > 1 or (depth == 1 and kind == GROUP):
            yield Problem(where, "groups hold subcommands, and these hold options")
        yield from _options(option.get("options") or [], f"{where}/options", depth + 1)
        return
    if kind not in range(3, 12):
        yield Problem(f"{where}/type", "is no type of an option")
    if choices and option.get("autocomplete"):
        yield Problem(where, "choices and autocomplete exclude each other")
    yield from choice_problems(choices, where)
    if (option.get("max_length") or 1) > 6000:
        yield Problem(f"{where}/max_length", "must be 6000 or less")


def choice_problems(choices: Sequence[Json], where: str) -> Iterator[Problem]:
    """What is wrong with the choices of an option, or with those autocomplete offers."""
    if len(choices) > 25:
        yield Problem(f"{where}/choices", f"must be 25 or fewer in number, not {len(choices)}")
    for number, choice in enumerate(choices):
        value = choice.get("value")
        if not 1 <= len(str(choice.get("name") or "")) <= 100:
            yield Problem(f"{where}/choices/{number}/name", "must be between 1 and 100 in length")
        if value is None or (isinstance(value, str) and not 1 <= len(value) <= 100):
            yield Problem(f"{where}/choices/{number}/value", "must be between 1 and 100 in length")


def characters(one: Json) -> int:
    """How many characters of names, descriptions and values a command has."""
    own = len(str(one.get("name") or "")) + len(str(one.get("description") or ""))
    of_choices = sum(
        len(str(each.get("name") or "")) + len(str(each.get("value") or ""))
        for each in one.get("choices") or []
    )
    return own + of_choices + sum(characters(each) for each in one.get("options") or [])
