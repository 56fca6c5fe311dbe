"""Finding what a person pointed at: a paper, a subscription, a page of something."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence

from bot.domain import query as queries
from bot.domain.clean import identity_keys
from bot.domain.paper import Paper
from bot.domain.query import Query
from bot.domain.subscription import Destination, Subscription
from bot.domain.topics import Topics
from bot.errors import InvalidQuery, NotFound
from bot.storage.store import Store

from .context import Context
from .wording import begun

ARXIV_ID = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
DOI = re.compile(r"(?:doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


async def find_paper(context: Context, text: str) -> Paper:
    """The paper of this number, arXiv id, DOI or link; raises `NotFound`."""
    if paper := await paper_of(context.store, text):
        return paper
    raise NotFound(
        f"No paper here goes by `{_bare(text)[:80]}`.",
        fix=f"Give its number, arXiv id, DOI or link, or try `{context.typed('search')} WORDS`.",
    )


async def paper_of(store: Store, text: str) -> Paper | None:
    """The paper of this number, arXiv id, DOI or link, None when there is none."""
    for key in _keys(_bare(text)):
        if paper := await store.paper(key):
            return paper
    return None


def _bare(text: str) -> str:
    return text.strip().strip("<>`").removeprefix("#")


def _keys(ref: str) -> list[str | int]:
    keys: list[str | int] = [int(ref)] if ref.isascii() and ref.isdigit() and len(ref) <= 18 else []
    if match := ARXIV_ID.fullmatch(ref):
        keys += identity_keys(arxiv_id=match[1])
    if match := DOI.fullmatch(ref):
        keys += identity_keys(doi=match[1])
    if "://" in ref or "." in ref:
        keys += identity_keys(url=ref if "://" in ref else f"https://{ref}")
    keys += identity_keys(text=ref)
    return [*dict.fromkeys([*keys, ref])]


async def here(context: Context) -> Destination:
    """The destination of this place; raises `NotFound` when nothing was ever subscribed here."""
    destination = await context.destination()
    if destination is None:
        raise NotFound(
            f"Nothing is subscribed in {context.place} yet, so there is nothing to do.",
            fix=f"Start with `{context.typed('subscribe')} topic:llm`.",
        )
    return destination


async def subscriptions_of(context: Context, destination: Destination) -> tuple[Subscription, ...]:
    """What one destination subscribed to, in order."""
    return (await context.store.subscriptions([destination.id])).get(destination.id, ())


async def find_subscriptions(
    context: Context, destination: Destination, text: str
) -> tuple[Subscription, ...]:
    """The subscriptions meant by a number (`3`, `#3`, `s3`), by their query, or by `*`; raises `NotFound`."""
    existing = await subscriptions_of(context, destination)
    if text.strip() in {"*", "all"}:
        return existing
    topics = await context.topics()
    found = await asyncio.to_thread(_meant, existing, text, topics)
    if not found:
        raise NotFound(
            f"{begun(context.place)} has no subscription `{text[:80]}`, so nothing was changed.",
            fix=f"`{context.typed('list')}` shows them with their numbers.",
        )
    return found


async def same_query(
    context: Context, destination: Destination, asked: Query, *, but: Subscription | None = None
) -> Subscription | None:
    """What a destination already subscribed to that matches the same papers, however it is written."""
    topics = await context.topics()
    others = [one for one in await subscriptions_of(context, destination) if one != but]
    twins = await asyncio.to_thread(_with_key, others, asked.key, topics)
    return next(iter(twins), None)


def _meant(existing: Sequence[Subscription], text: str, topics: Topics) -> tuple[Subscription, ...]:
    number = re.fullmatch(r"[#s]?(\d{1,18})", text.strip())
    numbered = tuple(one for one in existing if number and int(number[1]) == one.id)
    if numbered:
        return numbered
    literally = tuple(one for one in existing if one.query == text.strip())
    return literally or _with_key(existing, _key(text, topics), topics)


def _with_key(existing: Iterable[Subscription], key: str, topics: Topics) -> tuple[Subscription, ...]:
    read = ((one, read_query(one, topics)) for one in existing)
    return tuple(one for one, query in read if query and query.key == key)


def _key(text: str, topics: Topics) -> str:
    try:
        return queries.parse(text, topics).key
    except InvalidQuery:
        return ""


def read_query(subscription: Subscription, topics: Topics) -> Query | None:
    """A stored query, parsed again; None when a topic it names is gone."""
    try:
        return queries.parse(subscription.query, topics)
    except InvalidQuery:
        return None
