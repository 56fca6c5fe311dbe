"""Answers that are words and lists: notices, help, topics, feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.commands.replies import (
    FeedEntry,
    FeedList,
    HelpEntry,
    HelpOption,
    HelpPage,
    Notice,
    Tone,
    TopicEntry,
    TopicList,
)
from bot.commands.wording import count

from .actions import left_out, row
from .blocks import DOT, Block, Json, Message, linked, words
from .replies_fitting import Group, group, itemised, messages, singly
from .replies_pieces import SENTENCE, TITLE, dotted, heading, lines, sentence, sentences, told
from .text import safe

FEW = 40  # topics that are listed with their titles
NAMES = 1500  # characters of the names in one category
SIGNS = {Tone.DONE: "✓ ", Tone.INFO: "", Tone.ERROR: "⚠ "}


def notice(reply: Notice) -> tuple[Message, ...]:
    """What happened and what to try."""
    more = left_out(reply.actions)
    buttons = f"{count(more, 'button')} more found no room here." if more else ""
    foot = [*sentences(reply.fix, buttons), *row(reply.actions)]
    what = sentence(f"{SIGNS[reply.kind]}{reply.what}", bold=reply.kind is Tone.ERROR)
    return messages(
        [group(what), *itemised(told(one) for one in reply.lines)],
        text=" ".join([reply.what, *reply.lines, reply.fix]).strip(),
        foot=[*foot, *([dotted(reply.code)] if reply.code else [])],
    )


def help_page(reply: HelpPage) -> tuple[Message, ...]:
    """Every command in one line each, or one command in full."""
    usages = "; ".join(one.usage for one in reply.entries)
    return messages(
        [
            group(_title(reply), *sentences(reply.text)),
            *itemised(_entry(one) for one in reply.entries),
            *_titled("Options", [_option(one) for one in reply.options]),
            *_titled("Filters in a query", [_option(one) for one in reply.filters]),
            *_titled("For example", [[words(one, limit=SENTENCE, code=True)] for one in reply.examples]),
        ],
        text=f"{reply.title}. {reply.text} {usages}".strip(),
        noun="command",
    )


def topic_list(reply: TopicList, prefix: str) -> tuple[Message, ...]:
    """Topics with their titles when they are few, else by category and name alone."""
    drawn = list(_few(reply.topics) if len(reply.topics) <= FEW else _shelves(reply.topics))
    cut = len(reply.topics) - sum(one.items for one in drawn)
    alone = sentences(reply.topics[0].definition) if len(reply.topics) == 1 else []
    rest = f"... and {count(cut, 'topic')} more: `{prefix}topics WORD`." if cut else ""
    return messages(
        [group(heading(reply.title)), *drawn, *singly(alone)],
        text=f"{reply.title}: {count(len(reply.topics), 'topic')}. {reply.hint}".strip(),
        foot=sentences(rest, reply.hint),
        left=lambda missing, _: f"... and {count(missing, 'topic')} beside these: `{prefix}topics WORD`.",
    )


def feed_list(reply: FeedList) -> tuple[Message, ...]:
    """Feeds with their numbers, and the newest titles of one."""
    newest = [[words(title, limit=TITLE)] for title in reply.newest]
    titles = "; ".join(one.title for one in reply.feeds)
    return messages(
        [
            group(heading(reply.title)),
            *itemised(_feed(one) for one in reply.feeds),
            *_titled("Newest", newest),
        ],
        text=f"{reply.title}: {titles}. {reply.hint}".strip(),
        foot=[*sentences(reply.hint), *row(reply.actions)],
        noun="feed",
    )


def _title(reply: HelpPage) -> Block:
    return heading(reply.title) if reply.entries else lines([[words(reply.title, limit=SENTENCE, code=True)]])


def _titled(title: str, rows: Sequence[Sequence[Json]]) -> Iterator[Group]:
    if rows:
        yield group(sentence(title, bold=True))
        yield from itemised(rows)


def _entry(one: HelpEntry) -> list[Json]:
    who = " (managers)" if one.managers else ""
    return [words(one.usage, limit=SENTENCE, code=True), words(f" {one.summary}{who}", limit=SENTENCE)]


def _option(one: HelpOption) -> list[Json]:
    default = f" Default: {one.default}." if one.default else ""
    return [words(one.name, limit=TITLE, code=True), words(" "), *told(f"{one.help}.{default}")]


def _few(topics: Iterable[TopicEntry]) -> Iterator[Group]:
    """Each with its title and its category, in the order they were found."""
    yield from itemised(_topic(one) for one in topics)


def _topic(one: TopicEntry) -> list[Json]:
    shelf = "this workspace's own" if one.own else one.category
    return [words(one.name, limit=TITLE, code=True), words(f" {one.title} ({shelf})", limit=TITLE)]


def _shelves(topics: Iterable[TopicEntry]) -> Iterator[Group]:
    """Each category in one block: as many names as one reads."""
    for category, them in groupby(topics, key=lambda one: one.category):
        names = list(_fitting(safe(one.name, TITLE) for one in them))
        title = [words(category or "Your own", limit=TITLE, bold=True)]
        yield group(lines([title, [words(DOT.join(names))]]), items=len(names))


def _fitting(names: Iterable[str]) -> Iterator[str]:
    room = NAMES
    for name in names:
        room -= len(name) + len(DOT)
        if room < 0:
            return
        yield name


def _feed(one: FeedEntry) -> list[Json]:
    shown = [linked(one.title, one.url, limit=TITLE), words(f"  {one.url}", limit=TITLE)]
    return [words(f"{one.id} ", bold=True), *shown]
