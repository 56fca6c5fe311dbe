"""Every reply on the terminal; one `match`, so that a new reply fails type checking until it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias, assert_never

from rich.text import Text

from bot.commands import replies
from bot.commands.replies import Reply, Tone

from .console_digest import INDENT, entry_blocks, front_page, notes
from .console_document import document, entry, meta
from .console_sheet import BLANK, HOSTILE, Block, Items, Line, Rule, line, words
from .console_state import field, overview_blocks, state_blocks, status_blocks
from .facts import card_facts, page_line

BARE = ("which", "paper", "topic", "to", "feed", "query", "definition", "period", "url", "author")

Typed: TypeAlias = "Callable[[replies.Action], str]"


def reply_blocks(  # noqa: C901, PLR0911, PLR0912 - one arm for each reply, and nothing else
    reply: Reply, *, more: str = "type `more`"
) -> Iterator[Block]:
    """A reply as lines to draw, without its actions."""
    match reply:
        case replies.Notice():
            return _notice(reply)
        case replies.PaperList():
            return _papers(reply)
        case replies.PaperCard():
            return _card(reply)
        case replies.Subscribed():
            return _subscribed(reply)
        case replies.SubscriptionList():
            return _subscriptions(reply)
        case replies.SettingsView():
            return _settings(reply)
        case replies.HelpPage():
            return _help(reply)
        case replies.TopicList():
            return _topics(reply)
        case replies.StatusView():
            return status_blocks(reply)
        case replies.Overview():
            return overview_blocks(reply)
        case replies.DigestView():
            return _digest(reply, more)
        case replies.WhyView():
            return _why(reply)
        case replies.Citation():
            return _citation(reply)
        case replies.FeedList():
            return _feeds(reply)
        case _:
            assert_never(reply)


def _notice(reply: replies.Notice) -> Iterator[Block]:
    yield line(reply.what, "bold" if reply.kind is Tone.ERROR else "")
    for one in reply.lines:
        yield line(one, indent=2)
    if reply.fix:
        yield line(reply.fix)


def _papers(reply: replies.PaperList) -> Iterator[Block]:
    yield Rule(label=reply.title)
    yield from notes(reply.notes)
    for number, pick in enumerate(reply.papers, reply.first):
        yield BLANK
        yield from entry_blocks(entry(pick, number))
    if reply.papers:
        yield BLANK
        yield line(page_line(reply), "dim")
    if reply.hint:
        yield line(reply.hint)


def _card(reply: replies.PaperCard) -> Iterator[Block]:
    paper = reply.paper
    yield Line(text=words(paper.title, "bold", link=paper.url))
    yield line(", ".join(paper.authors), indent=2)
    yield Items(parts=tuple(meta(replace(paper, authors=()))), style="dim", indent=2)
    if paper.summary:
        yield BLANK
        yield line(paper.summary, indent=2)
    if paper.abstract:
        yield BLANK
        yield line(paper.abstract, indent=2)
    yield BLANK
    for name, value, _ in card_facts(reply):
        yield field(name, value)


def _subscribed(reply: replies.Subscribed) -> Iterator[Block]:
    made = reply.subscription
    yield line(f"{reply.what}: {made.query}  ({made.id})", "bold")
    for one in (*reply.changes, *reply.notes):
        yield line(one)
    yield from state_blocks(reply.state)
    tested = reply.back_test
    if tested.days:
        yield line(tested.sentence)
    if tested.advice:
        yield line(tested.advice)
    for paper in tested.samples:
        yield Line(text=words(paper.title, link=paper.url), indent=INDENT, mark="-")


def _subscriptions(reply: replies.SubscriptionList) -> Iterator[Block]:
    yield Rule(label=reply.title)
    if reply.state:
        yield from state_blocks(reply.state)
    if reply.hint:
        yield line(reply.hint)


def _settings(reply: replies.SettingsView) -> Iterator[Block]:
    for one in (reply.what, *reply.changes):
        if one:
            yield line(one)
    yield from state_blocks(reply.state)
    if reply.hint:
        yield line(reply.hint)


def _help(reply: replies.HelpPage) -> Iterator[Block]:
    yield Rule(label=reply.title)
    if reply.text:
        yield line(reply.text)
    for one in reply.entries:
        yield Line(text=Text.assemble(words(one.usage, "bold")), indent=2)
        who = " (managers)" if one.managers else ""
        yield line(f"{one.summary}{who}", "dim", indent=6)
    for heading, options in (("Options", reply.options), ("Filters in a query", reply.filters)):
        if options:
            yield BLANK
            yield line(heading, "bold")
            yield from _options(options)
    if reply.examples:
        yield BLANK
        yield line("For example", "bold")
        yield from (line(one, indent=2) for one in reply.examples)


def _options(options: Iterable[replies.HelpOption]) -> Iterator[Block]:
    for one in options:
        default = f" Default: {one.default}." if one.default else ""
        yield field(one.name, f"{one.help}.{default}")


def _topics(reply: replies.TopicList) -> Iterator[Block]:
    yield Rule(label=reply.title)
    for category, topics in groupby(reply.topics, key=lambda one: one.category):
        yield BLANK
        yield line(category or "Your own", "bold")
        for one in topics:
            mine = " (this workspace's own)" if one.own else ""
            yield field(one.name, f"{one.title}{mine}")
    if len(reply.topics) == 1:
        yield line(reply.topics[0].definition, indent=2)
    if reply.hint:
        yield BLANK
        yield line(reply.hint)


def _digest(reply: replies.DigestView, more: str) -> Iterator[Block]:
    yield line(reply.title, "bold")
    yield from front_page(document(reply.digest), more=more)


def _why(reply: replies.WhyView) -> Iterator[Block]:
    yield Line(text=words(reply.paper.title, "bold", link=reply.paper.url))
    yield line(reply.what)
    for one in reply.reasons:
        hits = f"matched {', '.join(one.hits)}" if one.hits else "does not match"
        yield line(f"{one.subscription.query}: {hits}", indent=INDENT + 2, mark=str(one.subscription.id))


def _citation(reply: replies.Citation) -> Iterator[Block]:
    for heading, text in (("BibTeX", reply.bibtex), ("RIS", reply.ris), ("CSL-JSON", reply.csl)):
        yield Rule(label=heading)
        yield Line(text=Text("\n".join(HOSTILE.sub(" ", row) for row in text.split("\n"))), wrap=False)


def _feeds(reply: replies.FeedList) -> Iterator[Block]:
    yield Rule(label=reply.title)
    for one in reply.feeds:
        yield line(one.title, indent=INDENT + 2, mark=str(one.id))
        yield line(one.url, "dim", indent=INDENT + 2)
    for title in reply.newest:
        yield line(title, indent=INDENT + 2, mark="-")
    if reply.hint:
        yield line(reply.hint)


def actions_blocks(reply: Reply, typed: Typed) -> Iterator[Block]:
    """On a terminal a button is the line one would type; `typed` writes it, or "" to leave it out.

    What would have to be asked again ("Drop 3") is left to whoever means it.
    """
    lines = [(one.label, typed(one)) for one in getattr(reply, "actions", ()) if not one.danger]
    parts = tuple(f"{label}: `{text}`" for label, text in lines if text)
    if parts:
        yield Items(parts=parts, style="dim")


def typed_at_prompt(action: replies.Action) -> str:
    """The arguments by name, quoted where they must be; a query and a number stand bare and first."""
    given = dict(action.arguments)
    bare = [given.pop(name) for name in BARE if name in given]
    named = [f'{name}:"{value}"' if " " in value else f"{name}:{value}" for name, value in given.items()]
    return " ".join([action.command, *bare, *named])
