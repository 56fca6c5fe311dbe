"""The topics a query may name, shipped and the workspace's own."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from bot.domain.topics import Topic, Topics
from bot.errors import UserError

from .backtest import back_test
from .context import Context
from .matched import parsed
from .replies import Action, Notice, Reply, Tone, TopicEntry, TopicList
from .spec import Arg, Kind, Place, Who, command
from .wording import listing

TOPIC_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
EQUALS = re.compile(r"^\s*(?:=|:=|:|means\b|is\b)\s*")
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
    chosen = sorted((topic for topic in catalogue.all() if _is_like(topic, text)), key=_shelf)
    near = catalogue.suggest(text, 5) if text and not chosen else ()
    return TopicList(
        title=f"Topics like {text}" if text else "Topics",
        topics=tuple(_entry(topic) for topic in chosen),
        hint=_hint(context, text, chosen, near),
    )


@command(
    who=Who.MANAGERS, examples=('define forgetting = "catastrophic forgetting" OR "continual learning"',)
)
async def define(context: Context, topic: TopicWord, definition: Definition) -> Reply:
    """Give this workspace a topic of its own, or change one."""
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
    undo = (Action("Undo", "define", {"topic": name, "definition": before}),) if before else ()
    return Notice(
        kind=Tone.DONE,
        what=f"`topic:{name}` {'now means' if before or catalogue.get(name) else 'means'} {asked.canonical}.",
        lines=tuple(filter(None, (tested.sentence, tested.advice))),
        actions=(Action("Subscribe", "subscribe", {"query": f"topic:{name}"}), *undo),
    )


@command("topic define", who=Who.MANAGERS, examples=('topic define forgetting = "catastrophic forgetting"',))
async def topic_define(context: Context, topic: TopicWord, definition: Definition) -> Reply:
    """Give this workspace a topic of its own; the same as define."""
    return await define(context, topic, definition)


def _is_like(topic: Topic, text: str) -> bool:
    wanted = text.lower().removeprefix("topic:")
    words = " ".join([topic.name, topic.title, topic.category, *topic.synonyms]).lower()
    return all(word in words for word in wanted.split())


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


def _name(text: str) -> str:
    name = text.strip().lower().removeprefix("topic:").rstrip("=")
    if TOPIC_NAME.fullmatch(name):
        return name
    raise UserError(
        f"`{text[:40]}` cannot be a topic's name, so nothing was changed.",
        fix="Letters, digits and hyphens, at most 40: `define long-context = ...`.",
    )
