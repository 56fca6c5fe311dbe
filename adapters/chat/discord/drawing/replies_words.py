"""Answers that are words and lists: notices, help, topics, feeds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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

from . import limits
from .embeds import DOT, NOTHING, Message
from .kept import Kept
from .replies_fitting import Group, messages, singly, titled
from .replies_pieces import TITLE, bold, bullet, code, linked, small, told
from .rows import buttons, left_out
from .text import escaped, safe, units

FEW = 40  # topics that are listed with their titles
NAMES = 1400  # characters of the names in one category
HINT = 400  # characters of what is said at the end
TENANT = re.compile(
    r"\b(this|the) workspace\b(?=[^`]*(?:`[^`]*`[^`]*)*$)"
)  # outside of code, which may quote somebody
SIGNS = {Tone.DONE: "✓ ", Tone.INFO: "", Tone.ERROR: "⚠ "}


def notice(reply: Notice, kept: Kept | None = None) -> tuple[Message, ...]:
    """What happened and what to try: plain words while they are short, so that nothing hides them."""
    more = left_out(reply.actions, kept)
    rest = f"{count(more, 'button')} more found no room here." if more else ""
    foot = [line for line in (told(here(reply.fix)), told(rest), small(escaped(reply.code, TITLE))) if line]
    lines = [f"{SIGNS[reply.kind]}{told(here(reply.what))}", *(bullet(told(one)) for one in reply.lines)]
    whole = "\n".join(line for line in (*lines, *foot) if line)
    made = buttons(reply.actions, kept)
    if units(whole) <= limits.CONTENT:
        return (Message(content=whole or NOTHING, components=tuple(made)),)
    return messages(singly(lines), foot=foot, components=made)


def here(text: str) -> str:
    """A text of ours as it is said in Discord, where a workspace is a server."""
    return TENANT.sub(lambda match: f"{match[1]} server", text)


def help_page(reply: HelpPage) -> tuple[Message, ...]:
    """Every command in one line each, or one command in full."""
    head = "" if reply.entries else code(reply.title)
    return messages(
        [
            Group((head, told(here(reply.text)))),
            *singly((bullet(line) for line in dict.fromkeys(map(_entry, reply.entries))), items=1),
            *titled("Options", [_option(one) for one in reply.options]),
            *titled("Filters in a query", [_option(one) for one in reply.filters]),
            *titled("For example", [code(one) for one in reply.examples]),
        ],
        title=reply.title if reply.entries else "",
        noun="command",
    )


def topic_list(reply: TopicList, prefix: str) -> tuple[Message, ...]:
    """Topics with their titles when they are few, else by category and name alone."""
    drawn = list(_few(reply.topics) if len(reply.topics) <= FEW else _shelves(reply.topics))
    cut = len(reply.topics) - sum(one.items for one in drawn)
    alone = [told(reply.topics[0].definition)] if len(reply.topics) == 1 else []
    rest = f"... and {count(cut, 'topic')} more: `{prefix}topics WORD`." if cut else ""
    return messages(
        [*drawn, *singly(alone)],
        title=reply.title,
        foot=[told(rest), told(reply.hint, HINT)],
        left=lambda missing, _: f"... and {count(missing, 'topic')} beside these: `{prefix}topics WORD`.",
    )


def feed_list(reply: FeedList, kept: Kept | None = None) -> tuple[Message, ...]:
    """Feeds with their numbers, and the newest titles of one."""
    return messages(
        [
            *singly((bullet(_feed(one)) for one in reply.feeds), items=1),
            *titled("Newest", [escaped(title, TITLE) for title in reply.newest]),
        ],
        title=reply.title,
        foot=[told(reply.hint, HINT)],
        components=buttons(reply.actions, kept),
        noun="feed",
    )


def _entry(one: HelpEntry) -> str:
    who = " (managers)" if one.managers else ""
    return f"{code(one.usage)} {told(here(one.summary) + who, TITLE)}"


def _option(one: HelpOption) -> str:
    default = f" Default: {one.default}." if one.default else ""
    return f"{code(one.name)} {told(f'{one.help}.{default}')}"


def _few(topics: Iterable[TopicEntry]) -> Iterator[Group]:
    """Each with its title and its category, in the order they were found."""
    yield from singly((bullet(_topic(one)) for one in topics), items=1)


def _topic(one: TopicEntry) -> str:
    shelf = "this server's own" if one.own else one.category
    return f"{code(one.name, TITLE)} {escaped(f'{one.title} ({shelf})', TITLE)}"


def _shelves(topics: Iterable[TopicEntry]) -> Iterator[Group]:
    """Each category in one group: as many names as one reads."""
    for category, them in groupby(topics, key=lambda one: one.category):
        names = list(_fitting(escaped(safe(one.name, TITLE)) for one in them))
        yield Group((bold(category or "Your own", TITLE), DOT.join(names)), None, len(names))


def _fitting(names: Iterable[str]) -> Iterator[str]:
    room = NAMES
    for name in names:
        room -= units(name) + len(DOT)
        if room < 0:
            return
        yield name


def _feed(one: FeedEntry) -> str:
    return f"{bold(str(one.id))} {linked(one.title, one.url)} {code(one.url, TITLE)}"
