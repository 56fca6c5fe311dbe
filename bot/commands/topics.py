"""The topics a query may name, shipped and the workspace's own."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from bot.domain.topics import Topic, Topics
from bot.errors import NotFound, UserError

from .backtest import back_test
from .context import Context
from .lookups import read_query
from .matched import parsed
from .replies import Action, Notice, Reply, Tone, TopicEntry, TopicList
from .spec import Arg, Kind, Place, Who, command
from .topic_search import like
from .wording import listing

TOPIC_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
EQUALS = re.compile(r"^\s*(?:=|:=|:|means\b|is\b)\s*")
MORE_OF_A_NAME = re.compile(r"\s*([^\W_][\w-]*(?:\s+[\w-]+)*)\s*:?=")
DEFINITION = "What it stands for: any query, written after ="

TopicWord = Annotated[str, Arg("The topic's name", kind=Kind.TOPIC, place=Place.WORD)]
Definition = Annotated[str, Arg(DEFINITION, kind=Kind.QUERY, place=Place.REST)]


@command(examples=("topics", "topics vision"))
async def topics(
    context: Context,
    text: Annotated[str, Arg("Only topics like this", kind=Kind.TOPIC, place=Place.REST)] = "",
) -> Reply:
    """List the topics you can follow with topic:NAME."""
    catalogue = await context.topics()
    chosen = like(catalogue, text) if text.strip() else sorted(catalogue.all(), key=_shelf)
    near = catalogue.suggest(text, 5) if text and not chosen else ()
    return TopicList(
        title=f"Topics like {text}" if text else "Topics",
        topics=tuple(_entry(topic) for topic in chosen),
        hint=_hint(context, text, chosen, near),
    )


@command(who=Who.ADMINS, examples=('define forgetting = "catastrophic forgetting" OR "continual learning"',))
async def define(context: Context, topic: TopicWord, definition: Definition) -> Reply:
    """Give this workspace a topic of its own, or change one."""
    _refuse_spaces(topic, definition)
    name = _name(topic)
    catalogue = await context.topics()
    asked = await parsed(EQUALS.sub("", definition), catalogue)
    own = await context.store.topics(context.workspace)
    # A circle is refused before anything is stored.
    await asyncio.to_thread(Topics.shipped().with_own, {**own, name: asked.canonical})
    before = own.get(name)
    await context.store.define_topic(
        context.workspace, name, asked.canonical, context.asker.user, context.now()
    )
    tested = await back_test(context, asked)
    undo = Action("Undo", "topic remove", {"topic": name})
    if before:
        undo = Action("Undo", "define", {"topic": name, "definition": before})
    return Notice(
        kind=Tone.DONE,
        what=f"`topic:{name}` {'now means' if before or catalogue.get(name) else 'means'} {asked.canonical}.",
        lines=tuple(filter(None, (_hides(name), tested.sentence, tested.advice))),
        actions=(Action("Subscribe", "subscribe", {"query": f"topic:{name}"}), undo),
    )


@command("topic define", who=Who.ADMINS, examples=('topic define forgetting = "catastrophic forgetting"',))
async def topic_define(context: Context, topic: TopicWord, definition: Definition) -> Reply:
    """Give this workspace a topic of its own; the same as define."""
    return await define(context, topic, definition)


@command("topic remove", who=Who.ADMINS, examples=("topic remove forgetting",))
async def topic_remove(context: Context, topic: TopicWord) -> Reply:
    """Forget a topic this workspace defined; a shipped one of that name is back."""
    name = _name(topic)
    own = await context.store.topics(context.workspace)
    if name not in own:
        shipped = "comes along and stays" if Topics.shipped().get(name) else "is none this workspace defined"
        raise NotFound(
            f"`topic:{name}` {shipped}, so nothing was changed.",
            fix=f"`{context.typed('topics')}` shows which are this workspace's own.",
        )
    await context.store.remove_topic(context.workspace, name)
    now = (await context.topics()).get(name)
    instead = f"`topic:{name}` is the shipped topic `{now.name}` again." if now else ""
    return Notice(
        kind=Tone.DONE,
        what=f"Removed `topic:{name}`, which meant {own[name]}.",
        lines=tuple(filter(None, (instead, await _orphaned(context)))),
        actions=(Action("Undo", "define", {"topic": name, "definition": own[name]}),),
    )


async def _orphaned(context: Context) -> str:
    """One line about the subscriptions of this workspace that name a topic it has not."""
    topics = await context.topics()
    homes = await context.store.destinations(workspace=context.workspace)
    subscribed = await context.store.subscriptions([home.id for home in homes])
    every = [one for some in subscribed.values() for one in some]
    lost = await asyncio.to_thread(lambda: [one.query for one in every if read_query(one, topics) is None])
    return f"Subscribed to, and no longer understood: {listing(lost)}." if lost else ""


def _hides(name: str) -> str:
    """A warning where a shipped topic goes by the name."""
    shipped = Topics.shipped().get(name)
    return f"This hides the shipped topic `{shipped.name}` in this workspace." if shipped else ""


def _shelf(topic: Topic) -> tuple[bool, str, str]:
    """The workspace's own first, then by category."""
    return not topic.own, topic.category, topic.name


def _entry(topic: Topic) -> TopicEntry:
    return TopicEntry(
        name=topic.name,
        title=topic.title,
        definition=topic.definition,
        category=topic.category,
        own=topic.own,
    )


def _hint(context: Context, text: str, chosen: list[Topic], near: tuple[Topic, ...]) -> str:
    if chosen:
        return f"Follow one with `{context.typed('subscribe')} topic:{chosen[0].name}`."
    meant = f"Did you mean {listing([one.name for one in near])}? " if near else ""
    return f"{meant}Make your own with `{context.typed('define')} NAME = {text or 'QUERY'}`."


def _refuse_spaces(topic: str, definition: str) -> None:
    """Refuse `define two words = x`, of which "two" would be the name."""
    more = MORE_OF_A_NAME.match(definition)
    if more is None and " " not in topic.strip():
        return
    meant = " ".join(f"{topic} {more[1] if more else ''}".split())
    raise UserError(
        f"A topic's name has no spaces, and `{meant[:40]}` has; nothing was changed.",
        fix=f"Join its words with hyphens: `{'-'.join(meant.lower().split())[:40]}`.",
    )


def _name(text: str) -> str:
    name = text.strip().lower().removeprefix("topic:").rstrip("=")
    if TOPIC_NAME.fullmatch(name):
        return name
    raise UserError(
        f"`{text[:40]}` cannot be a topic's name, so nothing was changed.",
        fix="Letters, digits and hyphens, at most 40: `define long-context = ...`.",
    )
