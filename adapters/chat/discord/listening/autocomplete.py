"""What is offered while somebody types an option of a command: from memory, at most 25.

https://discord.com/developers/docs/interactions/application-commands#autocomplete
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeAlias

from adapters.chat.discord.drawing.embeds import Json
from adapters.chat.discord.drawing.limits import CHOICE_NAME, CHOICE_VALUE, CHOICES
from adapters.chat.discord.drawing.text import seen, units
from adapters.chat.offering import shipped_topics, zones
from bot.commands.catalogue import REGISTRY
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.commands.spec import Kind
from bot.domain.categories import complete_categories

from .acts import Act
from .calls import typed_in

Choice: TypeAlias = tuple[str, str]  # what is shown, and what is then typed

PATIENCE = 1.0  # seconds for this channel's subscriptions, when nobody asked for them lately
LONGEST = 80  # of what is typed: no zone and no name is longer
WHEN = ("daily", "weekdays", "mon,wed,fri", "mon,thu", "mon-thu", "tue,fri", "mon", "fri", "sat,sun")
HOURS = (
    9,
    8,
    7,
    10,
    6,
    12,
    17,
    18,
    *(hour for hour in range(24) if hour not in {6, 7, 8, 9, 10, 12, 17, 18}),
)
DAYS_BACK = 14


async def offered(act: Act) -> None:
    """Answer with what fits what was typed so far."""
    param, typed = typed_in(act.happening.data)
    found = [] if param is None else await _found(act, param.arg.kind, typed)
    await act.answer.choices(choices(found))


def choices(found: Iterable[Choice]) -> list[Json]:
    """As Discord wants them: few, short, no two alike."""
    fitting = {value: name for name, value in islice(found, 200) if 0 < units(value) <= CHOICE_VALUE}
    made = [{"name": seen(name, CHOICE_NAME), "value": value} for value, name in fitting.items()]
    return [one for one in made if one["name"]][:CHOICES]


async def _found(act: Act, kind: Kind, typed: str) -> Iterable[Choice]:
    short = typed[:LONGEST]
    match kind:
        case Kind.ZONE:
            return zones(short)
        case Kind.TOPIC:
            return await _topics(act, short)
        case Kind.AUTHOR:
            return [(name, name) for name in await _authors(act, short)]
        case Kind.SUBSCRIPTION:
            return await _subscriptions(act, short)
        case Kind.QUERY:
            return [one async for one in _queries(act, typed)]
        case _:
            return _beginning(_simple(act, kind), short)


def _simple(act: Act, kind: Kind) -> Iterator[Choice]:
    """Values of which there are few."""
    match kind:
        case Kind.COMMAND:
            yield from ((f"{one.name}: {one.summary}", one.name) for one in REGISTRY)
        case Kind.DAYS:
            yield from ((one, one) for one in WHEN)
        case Kind.TIME:
            yield from ((f"{hour:02}:{half}", f"{hour:02}:{half}") for half in ("00", "30") for hour in HOURS)
        case Kind.DATE:
            today = act.office.clock.now().date()
            days = [today - timedelta(days=back) for back in range(1, DAYS_BACK)]
            yield from ((f"{day:%A} {day.isoformat()}", day.isoformat()) for day in days)


def _beginning(all_of: Iterable[Choice], typed: str) -> Iterator[Choice]:
    """Those of which a word begins so."""
    wanted = typed.strip().lower()
    for name, value in all_of:
        said = f"{value} {name}".lower()
        if said.startswith(wanted) or f" {wanted}" in said or said.lstrip("0").startswith(wanted):
            yield name, value


async def _topics(act: Act, typed: str) -> list[Choice]:
    """The server's own, then those that come along."""
    where = act.happening.address.workspace
    own = act.memory.topics(where)
    if own is None:
        own = act.memory.learn_topics(where, await _asked(act, "topics"))
    known = _beginning(((f"{one.title} ({one.name})", one.name) for one in own), typed)
    return [*known, *((f"{one.title} ({one.name})", one.name) for one in shipped_topics(typed))]


async def _authors(act: Act, typed: str) -> list[str]:
    """Those that were shown in the server; where nothing was yet, those of today."""
    where = act.happening.address.workspace
    if act.memory.begins(where):
        await _asked(act, "today")
    return [name for name in act.memory.authors(where, typed) if name == seen(name)]


async def _asked(act: Act, command: str) -> Reply | None:
    """What a command answers, if that does not take long: who types on is asked for again, a little later."""
    where = act.happening.address.workspace
    if act.memory.is_late(where):
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await act.ask(Call(command))
    except TimeoutError:
        act.memory.late(where)
        return None


async def _subscriptions(act: Act, typed: str) -> Iterator[Choice]:
    known = act.memory.subscriptions(act.happening.address)
    if known is None:
        await _asked(act, "list")
        known = act.memory.subscriptions(act.happening.address) or ()
    return _beginning(((f"{one.id}: {one.query}", str(one.id)) for one in known), typed)


async def _queries(act: Act, typed: str) -> AsyncIterator[Choice]:
    """The query so far with its last term completed; first as it is, so that nobody has to take what is offered."""
    before, term = _parted(typed)
    if typed.strip():
        yield typed.strip(), typed.strip()
    for name, value in await _terms(act, term):
        yield f"{before}{value}  ({name})" if before or name != value else value, f"{before}{value}"


async def _terms(act: Act, term: str) -> list[Choice]:
    field, colon, rest = term.partition(":")
    match field.lower() if colon else "":
        case "cat":
            first, comma, last = rest.rpartition(",")
            found = complete_categories(last)
            return [(title, f"cat:{first}{comma}{code}") for code, title in found]
        case "author":
            names = await _authors(act, rest.strip('"'))
            return [(name, f'author:"{name}"') for name in names if '"' not in name]
        case "topic" | "":
            topics = await _topics(act, rest if colon else term)
            return [(title, f"topic:{name}") for title, name in topics]
        case _:
            return []


def _parted(typed: str) -> tuple[str, str]:
    """What stands before the last term, and that term; a quotation that is open is one."""
    quoted = typed.count('"') % 2 == 1
    end = typed.rfind('"') if quoted else len(typed)
    start = max(typed.rfind(mark, 0, end) for mark in ' (-"')
    if not quoted and start >= 0 and typed[start] == '"':
        start = typed.rfind(" ", 0, end)
    return typed[: start + 1], typed[start + 1 :]
