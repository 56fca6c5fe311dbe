"""`/papers` and its verbs, made from the one registry of commands, as Discord wants to be told of them.

Discord shows 25 lines under a command, and there are more verbs. So a verb of two words is a line in a group of its first
word; a person's own lists are the group `my`; and what holds for the whole server is a command of its own,
`/papers-admin`: only a whole command can be kept from people (`default_member_permissions`), and an admin of the server
may let others have it, so whoever uses it is asked again. Everything else is `/papers VERB`, as in every other chat.
https://discord.com/developers/docs/interactions/application-commands#application-command-object
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeAlias, TypeVar, cast

import discord

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.drawing.limits import CHOICES
from adapters.chat.discord.drawing.replies_words import here
from bot.commands.catalogue import REGISTRY
from bot.commands.channel import MOST_PAPERS
from bot.commands.spec import SUMMARY_LIMIT, AnyCommand, Kind, Param

Path: TypeAlias = tuple[str, ...]  # ("papers", "my", "save")
T = TypeVar("T")

ROOT, ADMIN, LOOK_UP = "papers", "papers-admin", "Look up papers"
MINE = frozenset({"save", "unsave", "saved", "mute", "unmute", "email"})
SERVER = frozenset({"topic", "feed"})  # first words of the verbs that hold for every channel
TWICE = {"define": "topic define"}  # two names of one verb
FORMS = frozenset({"edit", "subscribe"})  # without a query, they open the form
COMPLETED = frozenset(
    {Kind.QUERY, Kind.TOPIC, Kind.SUBSCRIPTION, Kind.ZONE, Kind.AUTHOR, Kind.COMMAND, Kind.DAYS, Kind.TIME}
    | {Kind.DATE}
)
ABOUT = {
    ROOT: "Research papers: search them, and have new ones come here every day.",
    ADMIN: "Topics and feeds of the whole server.",
    "my": "What is your own: papers you saved, authors you muted, mails you asked for.",
    "post": "Post without waiting for the hour.",
    "topic": "Topics of this server.",
    "feed": "Feeds this server follows.",
}
CHAT_INPUT, MESSAGE = 1, 3  # types of commands
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, CHANNEL = 1, 2, 3, 4, 5, 7  # types of options
TYPES = {str: STRING, int: INTEGER, bool: BOOLEAN}
POSTABLE = [0, 5, 15]  # text, announcements, forum
EVERYWHERE: Json = {
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
}  # servers, our DMs, others; server, person
IN_SERVERS: Json = {"contexts": [0], "integration_types": [0]}
LONGEST = 2000  # characters of a text value


def commands() -> list[Json]:
    """All that Discord is told of, the same in every process of this version."""
    return [
        _command(ROOT, EVERYWHERE),
        {
            **_command(ADMIN, IN_SERVERS),
            "default_member_permissions": str(discord.Permissions(manage_guild=True).value),
        },
        {"type": MESSAGE, "name": LOOK_UP, **EVERYWHERE},
    ]


@lru_cache(maxsize=1)
def paths() -> dict[Path, AnyCommand]:
    """Where each verb stands, in the order of the registry."""
    return {path_of(one): one for one in REGISTRY if one.name not in TWICE}


def path_of(one: AnyCommand) -> Path:
    """Where a verb stands: ("papers", "search"), ("papers", "my", "save"), ("papers-admin", "feed", "add")."""
    head, *_ = words = one.name.split()
    if head in SERVER and len(words) > 1:
        return (ADMIN, *words)
    return (ROOT, "my", *words) if one.name in MINE else (ROOT, *words)


def spelled(text: str) -> str:
    """A text in which every verb is written as it is typed here: `/papers saved` is `/papers my saved`."""
    return _elsewhere().sub(lambda match: f"/{_respelled()[match[1]]}", text)


def spell(value: T) -> T:
    """A reply with every text of ours in it `spelled`; papers and digests stay as they are."""
    if isinstance(value, str):
        return cast("T", spelled(value))
    if isinstance(value, tuple):
        return cast("T", tuple(map(spell, value)))
    if not is_dataclass(value) or isinstance(value, type) or not _is_ours(value):
        return value
    now = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    new = {name: spell(held) for name, held in now.items()}
    changed = {name: held for name, held in new.items() if held is not now[name] and held != now[name]}
    return cast("T", replace(value, **changed)) if changed else value


def _is_ours(value: object) -> bool:
    return type(value).__module__.startswith("bot.commands.")


@lru_cache(maxsize=1)
def _respelled() -> dict[str, str]:
    """Verbs that stand elsewhere than their name says, and where."""
    where = {one.name: " ".join(path) for path, one in paths().items()}
    moved = {name: path for name, path in where.items() if path != f"{ROOT} {name}"}
    return {**moved, **{name: where[meant] for name, meant in TWICE.items()}}


@lru_cache(maxsize=1)
def _elsewhere() -> re.Pattern[str]:
    names = sorted(_respelled(), key=len, reverse=True)
    return re.compile(rf"(?<![\w/])/{ROOT} ({'|'.join(map(re.escape, names))})(?![\w-])")


def _command(root: str, where: Json) -> Json:
    return {
        "type": CHAT_INPUT,
        "name": root,
        "description": ABOUT[root],
        "options": list(_lines(root)),
        **where,
    }


def _lines(root: str) -> Iterator[Json]:
    """The subcommands and groups under a command, each where its first verb stands."""
    under = [(path[1:], one) for path, one in paths().items() if path[0] == root]
    for head in dict.fromkeys(path[0] for path, _ in under):
        inner = [(path, one) for path, one in under if path[0] == head]
        made = [_subcommand(path[-1], one) for path, one in inner]
        if len(inner[0][0]) == 1:
            yield made[0]
        else:
            yield {"type": GROUP, "name": head, "description": ABOUT[head], "options": made}


def _subcommand(name: str, one: AnyCommand) -> Json:
    options = [_option(param, required=param.required and not _by_form(one, param)) for param in one.params]
    return {
        "type": SUBCOMMAND,
        "name": name,
        "description": here(_summary(one)),
        "options": sorted(options, key=lambda option: not option["required"]),
    }


def _summary(one: AnyCommand) -> str:
    """What a verb does; of two names of one verb, what the one says that the other refers to."""
    first = next((name for name, meant in TWICE.items() if meant == one.name), "")
    return (REGISTRY.get(first) or one).summary


def _by_form(one: AnyCommand, param: Param) -> bool:
    return one.name in FORMS and param.arg.kind is Kind.QUERY


def _option(param: Param, *, required: bool) -> Json:
    made: Json = {
        "type": CHANNEL if param.arg.kind is Kind.CHANNEL else TYPES[param.type],
        "name": param.name,
        "description": param.arg.help[:SUMMARY_LIMIT],
        "required": required,
    }
    return {**made, **_form(param)}


def _form(param: Param) -> Json:
    """What else holds of a value."""
    arg = param.arg
    if arg.kind is Kind.CHANNEL:
        return {"channel_types": POSTABLE}
    if arg.choices:
        return {"choices": [{"name": one, "value": one} for one in arg.choices[:CHOICES]]}
    if param.type is int:
        return {"min_value": 1, **({"max_value": MOST_PAPERS} if param.name == "max" else {})}
    if param.type is str:
        return {"max_length": LONGEST, **({"autocomplete": True} if arg.kind in COMPLETED else {})}
    return {}
