"""The operator's own installation, copied to a scratch database, with papers its queries ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.domain import terms
from bot.domain.answers import Answers
from bot.domain.query import Query, parse
from bot.domain.schedule import next_due
from bot.domain.topics import Topics
from bot.domain.window import Window
from bot.errors import InvalidQuery
from bot.storage.database import file_of
from bot.storage.put_back import copied
from bot.storage.store import Store

from .book import numbers_in
from .cast import Member

A_WHILE_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST_PHRASES = 40  # a broad topic has hundreds; papers about some of them will do


async def copy_live(url: str, scratch: Path) -> None:
    """Copy what is rehearsed with, only reading; nothing when there is no database yet."""
    path = file_of(url)
    if path is not None:
        if path.exists() and path.stat().st_size:
            copied(path, scratch).rename(scratch)
        return
    async with (
        await Store.open(url, migrate=False) as source,
        await Store.open(f"sqlite:///{scratch}", durable=False) as target,
    ):
        await _copy(source, target)


async def _copy(source: Store, target: Store) -> None:
    """Destinations, what they subscribe to, and the topics of their workspaces."""
    homes = await source.destinations()
    subscriptions = await source.subscriptions([home.id for home in homes])
    for home in homes:
        began = home.created_at or A_WHILE_AGO
        made = await target.ensure_destination(
            home.address, name=home.name, schedule=home.schedule, next_due_at=home.next_due_at, now=began
        )
        await target.update_destination(
            made.id, max_papers=home.max_papers, note_empty=home.note_empty, paused=home.paused
        )
        for one in subscriptions[home.id]:
            await target.subscribe(made.id, one.query, created_by=one.created_by, now=one.created_at)
    for workspace in {home.address.workspace for home in homes}:
        for name, definition in (await source.topics(workspace)).items():
            await target.define_topic(workspace, name, definition, by="", now=A_WHILE_AGO)


async def gather_own(store: Store, *, now: datetime) -> tuple[Member, ...]:
    """The destinations of a copied database that get digests, due anew from the rehearsal's first moment on."""
    found = []
    for one in await store.destinations():
        if one.paused:
            continue
        due = next_due(one.schedule, now)[1]
        await store.update_destination(one.id, next_due_at=due)
        found.append(Member(destination=replace(one, next_due_at=due), words=frozenset()))
    return tuple(found)


async def phrases_of(store: Store, members: Sequence[Member]) -> tuple[str, ...]:
    """What papers must speak of to be asked for."""
    found = [
        phrase
        for queries in (await _queries(store, members)).values()
        for query in queries
        for phrase in _phrases(query.node)
    ]
    return tuple(dict.fromkeys(found))[:MOST_PHRASES]


async def wanted(store: Store, members: Sequence[Member]) -> Mapping[int, frozenset[int]]:
    """The numbers of the rehearsed papers that each destination's queries match."""
    queries = await _queries(store, members)
    papers = await store.listed(since=date.min, limit=1_000_000)
    window = Window([paper for paper in papers if numbers_in(paper.title)])
    answers = Answers(window.papers)
    answers.ask(query for mine in queries.values() for query in mine)
    return {
        number: frozenset(
            one
            for query in mine
            for paper in window.chosen(answers.hits[query.key].matched)
            for one in numbers_in(paper.title)
        )
        for number, mine in queries.items()
    }


async def _queries(store: Store, members: Sequence[Member]) -> dict[int, list[Query]]:
    """The queries of each destination that can be read and are not paused."""
    subscriptions = await store.subscriptions([member.destination.id for member in members])
    found: dict[int, list[Query]] = {}
    for member in members:
        own = await store.topics(member.address.workspace)
        topics = Topics.shipped().with_own(own, check=False)
        mine = found[member.destination.id] = []
        for one in subscriptions[member.destination.id]:
            if not one.paused:
                mine += _read(one.query, topics)
    return found


def _read(text: str, topics: Topics) -> list[Query]:
    try:
        return [parse(text, topics)]
    except InvalidQuery:
        return []


def _phrases(node: terms.Node) -> Iterator[str]:
    """The words a query looks for, as they are written."""
    match node:
        case terms.Words():
            yield " ".join(node.said or node.tokens)
        case terms.And() | terms.Or():
            for one in node.nodes:
                yield from _phrases(one)
        case terms.TopicTerm():
            yield from _phrases(node.node)
        case _:
            return
