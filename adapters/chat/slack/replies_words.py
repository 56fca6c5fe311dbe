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
from .blocks import Block, Json, Message, bullets, linked, words
from .replies_fitting import Group, messages
from .replies_pieces import SENTENCE, TITLE, dotted, heading, lines, sentence, sentences, told

ROWS = 10  # of a list in one block
FEW = 40  # topics that are listed with their titles
NAMES = 1500  # characters of the names in one category
SIGNS = {Tone.DONE: "✓", Tone.INFO: "", Tone.ERROR: "⚠"}


def notice(reply: Notice) -> tuple[Message, ...]:
    """What happened and what to try."""
    sign = f"{SIGNS[reply.kind]} ".lstrip()
    more = left_out(reply.actions)
    buttons = f"{count(more, 'button')} more found no room here." if more else ""
    foot = [*sentences(reply.fix, buttons), *row(reply.actions)]
    return messages(
        [
            [sentence(f"{sign}{reply.what}", bold=reply.kind is Tone.ERROR)],
            *_lists([told(one) for one in reply.lines]),
        ],
        text=" ".join([reply.what, *reply.lines, reply.fix]).strip(),
        foot=[*foot, *([dotted(reply.code)] if reply.code else [])],
    )


def help_page(reply: HelpPage) -> tuple[Message, ...]:
    """Every command in one line each, or one command in full."""
    optional = [
        *_titled("Options", [_option(one) for one in reply.options]),
        *_titled("Filters in a query", [_option(one) for one in reply.filters]),
        *_titled("For example", [[words(one, limit=SENTENCE, code=True)] for one in reply.examples]),
    ]
    return messages(
        [
            [_title(reply), *sentences(reply.text)],
            *_lists([_entry(one) for one in reply.entries]),
            *optional,
        ],
        text=f"{reply.title}. {reply.text} {' '.join(one.usage + ';' for one in reply.entries)}",
    )


def topic_list(reply: TopicList, prefix: str) -> tuple[Message, ...]:
    """Topics by category: with their titles when they are few, else by name alone."""
    shelves = [
        (name or "Your own", list(them)) for name, them in groupby(reply.topics, key=lambda one: one.category)
    ]
    few = len(reply.topics) <= FEW
    drawn = [_shelf(name, them, few=few) for name, them in shelves]
    cut = sum(missing for _, missing in drawn)
    one = [sentence(reply.topics[0].definition)] if len(reply.topics) == 1 else []
    rest = f"... and {count(cut, 'topic')} more: `{prefix}topics WORD`." if cut else ""
    return messages(
        [[heading(reply.title)], *(group for group, _ in drawn), one],
        text=f"{reply.title}: {count(len(reply.topics), 'topic')}. {reply.hint}",
        foot=sentences(rest, reply.hint),
        left=lambda left: (
            f"... and {count(left, 'shelf').replace('shelfs', 'shelves')} more: `{prefix}topics WORD`."
        ),
    )


def feed_list(reply: FeedList) -> tuple[Message, ...]:
    """Feeds with their numbers, and the newest titles of one."""
    newest = [[words(title, limit=TITLE)] for title in reply.newest]
    return messages(
        [[heading(reply.title)], *_lists([_feed(one) for one in reply.feeds]), *_titled("Newest", newest)],
        text=f"{reply.title}: {'; '.join(one.title for one in reply.feeds)}. {reply.hint}",
        foot=[*sentences(reply.hint), *row(reply.actions)],
        left=lambda left: (
            f"... and {count(left * ROWS, 'feed')} more at most, for which there is no room here."
        ),
    )


def _title(reply: HelpPage) -> Block:
    return heading(reply.title) if reply.entries else lines([[words(reply.title, limit=SENTENCE, code=True)]])


def _lists(rows: Sequence[Sequence[Json]]) -> Iterator[Group]:
    for at in range(0, len(rows), ROWS):
        yield [bullets(rows[at : at + ROWS])]


def _titled(title: str, rows: Sequence[Sequence[Json]]) -> Iterator[Group]:
    if rows:
        yield [sentence(title, bold=True)]
        yield from _lists(rows)


def _entry(one: HelpEntry) -> list[Json]:
    who = " (managers)" if one.managers else ""
    return [words(one.usage, limit=SENTENCE, code=True), words(f" {one.summary}{who}", limit=SENTENCE)]


def _option(one: HelpOption) -> list[Json]:
    default = f" Default: {one.default}." if one.default else ""
    return [words(one.name, code=True), words(" "), *told(f"{one.help}.{default}")]


def _shelf(name: str, topics: Sequence[TopicEntry], *, few: bool) -> tuple[Group, int]:
    """One category, and how many of its topics are not named."""
    title = [words(name, limit=TITLE, bold=True)]
    if few:
        return [lines([title]), bullets(_topic(one) for one in topics)], 0
    names = list(_fitting(one.name for one in topics))
    return [lines([title, [words(" · ".join(names))]])], len(topics) - len(names)


def _topic(one: TopicEntry) -> list[Json]:
    mine = " (this workspace's own)" if one.own else ""
    return [words(one.name, code=True), words(f" {one.title}{mine}", limit=TITLE)]


def _fitting(names: Iterable[str]) -> Iterator[str]:
    room = NAMES
    for name in names:
        room -= len(name) + 3
        if room < 0:
            return
        yield name


def _feed(one: FeedEntry) -> list[Json]:
    shown = [linked(one.title, one.url, limit=TITLE), words(f"  {one.url}", limit=TITLE)]
    return [words(f"{one.id} ", bold=True), *shown]
