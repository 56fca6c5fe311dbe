"""What a command is: its signature is the specification, on every platform."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import ModuleType, NoneType, UnionType
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from .context import Context
from .replies import Reply

# Discord shows at most so many characters of a description:
# https://discord.com/developers/docs/interactions/application-commands#application-command-object
SUMMARY_LIMIT = 100

P = ParamSpec("P")
Value: TypeAlias = "str | int | bool"


class Who(StrEnum):
    """Who may use a command; checked again each time it is used."""

    ANYONE = "anyone"
    MANAGERS = "managers"  # of the channel it is used in
    ADMINS = "admins"  # of the whole workspace: it changes something for every channel


class Kind(StrEnum):
    """What a parameter's text stands for: what an adapter may complete, pick or unwrap."""

    TEXT = "text"
    QUERY = "query"
    PAPER = "paper"
    SUBSCRIPTION = "subscription"
    CHANNEL = "channel"
    TOPIC = "topic"
    COMMAND = "command"
    DATE = "date"
    TIME = "time"
    ZONE = "zone"
    DAYS = "days"
    URL = "url"
    AUTHOR = "author"


class Place(StrEnum):
    """How a parameter is given in a typed line; everywhere else each has its own field."""

    NAMED = "named"  # only as name:value
    WORD = "word"  # the next word
    REST = "rest"  # all that is left


@dataclass(frozen=True, slots=True)
class Arg:
    """What a signature cannot say of a parameter."""

    help: str
    kind: Kind = Kind.TEXT
    place: Place = Place.NAMED
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Param:
    """One parameter of a command; `type` is str, int or bool, and a default of None means "leave as it is"."""

    name: str
    type: type[str | int | bool]
    arg: Arg
    required: bool
    default: Value | None
    keyword: str  # as its handler spells it: `from_`, `max_`

    @property
    def usage(self) -> str:
        """As it is typed: `QUERY`, `[at:TIME]`."""
        shown = self.name.upper() if self.arg.place is not Place.NAMED else f"{self.name}:{_sort(self)}"
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command(Generic[P]):
    """A verb people may use; calling it runs its handler."""

    name: str  # one or two words: "search", "topic define"
    summary: str
    help: str
    params: tuple[Param, ...]
    who: Who
    examples: tuple[str, ...]
    offered: bool  # False for a verb that is understood, but not built yet
    handler: Callable[Concatenate[Context, P], Awaitable[Reply]] = field(repr=False)

    async def __call__(self, context: Context, *args: P.args, **kwargs: P.kwargs) -> Reply:
        """Run it; arguments are as its signature has them."""
        return await self.handler(context, *args, **kwargs)

    @property
    def usage(self) -> str:
        """The whole line as it is typed."""
        return " ".join([self.name, *(param.usage for param in self.params)])

    def param(self, name: str) -> Param | None:
        """The parameter of that name."""
        return next((param for param in self.params if param.name == name), None)


AnyCommand: TypeAlias = "Command[Any]"
Handler: TypeAlias = "Callable[Concatenate[Context, P], Awaitable[Reply]]"


def command(
    name: str = "", *, who: Who = Who.ANYONE, examples: tuple[str, ...] = (), offered: bool = True
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Reply]]], Command[P]]:
    """Make a command of an async function: parameters from its signature, help from its docstring."""

    def make(handler: Callable[Concatenate[Context, P], Awaitable[Reply]]) -> Command[P]:
        text = inspect.getdoc(handler) or ""
        return Command(
            name=name or handler.__name__.removesuffix("_"),
            summary=text.partition("\n")[0],
            help=text,
            params=tuple(_params(handler)),
            who=who,
            examples=examples,
            offered=offered,
            handler=handler,
        )

    return make


class Registry:
    """Every command, by name, in the order of its module; going through it gives those that are offered."""

    def __init__(self, commands: Iterable[AnyCommand]) -> None:
        self._commands = {one.name: one for one in commands}

    @classmethod
    def of(cls, *modules: ModuleType) -> Registry:
        """The commands these modules define."""
        return cls(
            value for module in modules for value in vars(module).values() if isinstance(value, Command)
        )

    def add(self, one: AnyCommand) -> None:
        """One more command."""
        self._commands[one.name] = one

    def __iter__(self) -> Iterator[AnyCommand]:
        return (one for one in self._commands.values() if one.offered)

    def get(self, name: str) -> AnyCommand | None:
        """The command of that name."""
        return self._commands.get(name)

    def nearest(self, word: str) -> str | None:
        """The verb somebody most likely meant."""
        offered = [one.name for one in self]
        names = [*offered, *(name.partition(" ")[0] for name in offered)]
        close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
        return close[0] if close else None


def _params(handler: Callable[..., object]) -> Iterator[Param]:
    hints = get_type_hints(handler, include_extras=True)
    for name, parameter in list(inspect.signature(handler).parameters.items())[1:]:
        kind, arg = get_args(hints[name])[:2]
        required = parameter.default is parameter.empty
        yield Param(
            name=name.removesuffix("_"),
            keyword=name,
            type=_plain_type(kind),
            arg=arg,
            required=required,
            default=None if required else parameter.default,
        )


def _plain_type(hint: Any) -> type[str | int | bool]:
    """`int | None` is an int that may be left out."""
    if get_origin(hint) in (Union, UnionType):
        return next(one for one in get_args(hint) if one is not NoneType)  # type: ignore[no-any-return]  # checked below
    if hint not in (str, int, bool):
        raise TypeError(f"a command's parameter is str, int or bool, not {hint!r}")
    return hint  # type: ignore[no-any-return]  # one of the three


def _sort(param: Param) -> str:
    if param.arg.choices:
        return "|".join(param.arg.choices)
    return "N" if param.type is int else param.arg.kind.value.upper()
