"""Answers about how things go: one channel, or a whole workspace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.commands.replies import (
    Action,
    Overview,
    OverviewChannel,
    SlotStatus,
    SourceStatus,
    StatusView,
)
from bot.commands.wording import count, long_date, next_digest_line
from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Freshness, Paper

from .actions import Where, row
from .blocks import Block, Json, Message, bullets, linked, words
from .entries import title_of
from .replies_channel import coming_blocks, state_blocks, state_rows, subscription_runs
from .replies_fitting import Group, messages
from .replies_pieces import SENTENCE, dotted, heading, lines, listed, sentence, sentences, told

COUNTED = {"papers": "paper", "destinations": "channel", "subscriptions": "subscription", "feeds": "feed"}
MOST_SHOWN = 5  # subscriptions of one channel in an overview
SAID = {
    Freshness.FRESH: "up to date",
    Freshness.STALE: "still an older list",
    Freshness.EMPTY_EXPECTED: "empty, as expected",
    Freshness.EMPTY_UNEXPECTED: "empty, which was not expected",
    Freshness.FAILED: "could not be read",
}


def status_view(reply: StatusView) -> tuple[Message, ...]:
    """What comes next here, how the last digests went, and how fresh the sources are."""
    state = reply.channel
    ended = [[words("Last digests", bold=True)], *(slot_runs(one) for one in reply.slots)]
    held = [count(reply.counts[name], noun) for name, noun in COUNTED.items() if name in reply.counts]
    return messages(
        [
            [heading(reply.title), *(state_blocks(state) if state else [])],
            [lines(ended)] if reply.slots else [],
            *source_groups(reply.sources),
        ],
        text=f"{reply.title}. {next_digest_line(state) if state else 'Nothing is subscribed here.'} {_worst(reply)}",
        foot=[*([dotted(*held)] if held else []), *row(reply.actions, "status")],
    )


def overview(reply: Overview, prefix: str) -> tuple[Message, ...]:
    """Every channel somebody may see, what is wrong, and what they saved."""
    groups = [
        [heading(reply.title), *sentences(reply.hint)],
        *channel_groups(reply, prefix),
        *source_groups(reply.troubled),
        saved_blocks(reply.saved, prefix),
    ]
    return messages(
        groups,
        text=f"{reply.title}: {count(len(reply.channels) + reply.hidden, 'channel')}. {reply.hint}",
        foot=row(reply.actions, "overview"),
        left=lambda left: f"... and {count(left, 'part')} of this page, for which there is no room here.",
    )


def channel_groups(reply: Overview, prefix: str) -> Iterator[Group]:
    """Each channel as one group of blocks."""
    for one in reply.channels:
        yield list(_channel(one, prefix))
    if reply.hidden:
        yield [sentence(f"... and {count(reply.hidden, 'channel')} more: `{prefix}list` in each shows it.")]


def source_groups(sources: tuple[SourceStatus, ...]) -> Iterator[Group]:
    """What the sources said last, ten to a block."""
    for at in range(0, len(sources), 10):
        title = [] if at else [[words("Sources", bold=True)]]
        yield [lines([*title, *(_source(one) for one in sources[at : at + 10])])]


def saved_blocks(papers: tuple[Paper, ...], prefix: str) -> Group:
    """The papers somebody saved last; nothing when there are none."""
    if not papers:
        return []
    rows = [[linked(title_of(paper), paper.url)] for paper in papers]
    return [
        sentence("Your saved papers", bold=True),
        bullets(rows),
        sentence(f"`{prefix}saved` shows all of them."),
    ]


def slot_runs(slot: SlotStatus) -> list[Json]:
    """How one digest went."""
    because = f": {slot.reason}" if slot.reason else ""
    asked = "asked for by hand: " if slot.by_hand else ""
    day = long_date(date.fromisoformat(slot.slot))
    return [words(f"{day} ", bold=True), words(f" {asked}{slot.state}{because}", limit=SENTENCE)]


def _channel(one: OverviewChannel, prefix: str) -> Iterator[Block]:
    """Three blocks and no more, as App Home takes a hundred for twenty channels."""
    state = one.state
    destination = state.destination
    shown = state.subscriptions[:MOST_SHOWN]
    more = len(state.subscriptions) - len(shown)
    last = [[words("Last digest: "), *slot_runs(one.last)]] if one.last else []
    rest = [told(f"... and {count(more, 'subscription')} more: `{prefix}list` there.")] if more > 0 else []
    named = [words(destination.name, limit=SENTENCE, bold=True)]
    yield listed([named, *state_rows(state), *last], map(subscription_runs, shown), rest)
    yield from coming_blocks(state)
    edits = [Action(f"Edit {one.id}", "edit", {"which": str(one.id)}) for one in shown]
    where = Where(channel=destination.address.channel, place=destination.name)
    yield from row([*edits, _pause(paused=destination.paused)], f"{destination.id}:", where=where)


def _pause(*, paused: bool) -> Action:
    return Action("Resume", "resume") if paused else Action("Pause", "pause")


def _source(one: SourceStatus) -> list[Json]:
    name = " ".join(filter(None, [SOURCE_NAMES.get(one.source, one.source), one.origin]))
    note = f": {one.note}" if one.note else ""
    well = "" if one.verdict in {Freshness.FRESH, Freshness.EMPTY_EXPECTED} else "⚠ "
    said = f" {long_date(one.day)}, {SAID[one.verdict]}{note}"
    return [words(f"{well}{name} ", limit=SENTENCE, bold=True), words(said, limit=SENTENCE)]


def _worst(reply: StatusView) -> str:
    """What keeps the digest from coming, in words."""
    return " ".join(reply.channel.troubles) if reply.channel else ""
