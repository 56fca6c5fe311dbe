"""Answers about how things go: one channel, or a whole workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from .blocks import Block, Json, Message, linked, words
from .entries import title_of
from .replies_channel import coming_blocks, state_blocks, state_rows, subscription_runs
from .replies_fitting import Group, group, itemised, messages, singly, stacked
from .replies_pieces import dotted, heading, listed, sentence, sentences, told

COUNTED = {"papers": "paper", "destinations": "channel", "subscriptions": "subscription", "feeds": "feed"}
MOST_SHOWN = 5  # subscriptions of one channel in an overview
SHORT = 300  # characters of a query or a reason among many
SAID = {
    Freshness.FRESH: "up to date",
    Freshness.STALE: "still an older list",
    Freshness.EMPTY_EXPECTED: "empty, as expected",
    Freshness.EMPTY_UNEXPECTED: "empty, which was not expected",
    Freshness.FAILED: "could not be read",
}


def status_view(reply: StatusView, prefix: str) -> tuple[Message, ...]:
    """What comes next here, how the last digests went, and how fresh the sources are."""
    state = reply.channel
    head = [heading(reply.title), *(state_blocks(state, prefix) if state else [])]
    ended = [[words("Last digests", bold=True)], *(slot_runs(one) for one in reply.slots)]
    held = [count(reply.counts[name], noun) for name, noun in COUNTED.items() if name in reply.counts]
    coming = next_digest_line(state) if state else "Nothing is subscribed here."
    return messages(
        [*singly(head), *(stacked(ended) if reply.slots else ()), *source_groups(reply.sources)],
        text=" ".join([f"{reply.title}.", coming, *(state.troubles if state else ())]).strip(),
        foot=[*([dotted(*held)] if held else []), *row(reply.actions, "status")],
    )


def overview(reply: Overview, prefix: str) -> tuple[Message, ...]:
    """Every channel somebody may see, what is wrong, and what they saved."""
    return messages(
        [
            group(heading(reply.title), *sentences(reply.hint)),
            *channel_groups(reply, prefix),
            *source_groups(reply.troubled),
            *saved_groups(reply.saved),
        ],
        text=f"{reply.title}: {count(len(reply.channels) + reply.hidden, 'channel')}. {reply.hint}".strip(),
        foot=[
            *(sentences(f"`{prefix}saved` shows all you saved.") if reply.saved else []),
            *row(reply.actions, "all"),
        ],
    )


def channel_groups(reply: Overview, prefix: str) -> Iterator[Group]:
    """Each channel with its buttons."""
    for number, one in enumerate(reply.channels):
        yield group(*_channel(one, number, prefix))
    if reply.hidden:
        yield group(
            sentence(f"... and {count(reply.hidden, 'channel')} more: `{prefix}list` in each shows it.")
        )


def source_groups(sources: Sequence[SourceStatus]) -> Iterator[Group]:
    """What the sources said last."""
    if sources:
        yield from stacked([[words("Sources", bold=True)], *(_source(one) for one in sources)])


def saved_groups(papers: Sequence[Paper]) -> Iterator[Group]:
    """The papers somebody saved last."""
    if papers:
        yield group(sentence("Your saved papers", bold=True))
        yield from itemised([linked(title_of(paper), paper.url)] for paper in papers)


def slot_runs(slot: SlotStatus) -> list[Json]:
    """How one digest went."""
    because = f": {slot.reason}" if slot.reason else ""
    asked = "asked for by hand: " if slot.by_hand else ""
    day = long_date(date.fromisoformat(slot.slot))
    return [words(f"{day} ", bold=True), words(f" {asked}{slot.state}{because}", limit=SHORT)]


def _channel(one: OverviewChannel, number: int, prefix: str) -> Iterator[Block]:
    """Three blocks and no more, as App Home takes a hundred for twenty channels."""
    state = one.state
    destination = state.destination
    shown = state.subscriptions[:MOST_SHOWN]
    more = len(state.subscriptions) - len(shown)
    last = [[words("Last digest: "), *slot_runs(one.last)]] if one.last else []
    rest = [told(f"... and {count(more, 'subscription')} more: `{prefix}list` there.")] if more > 0 else []
    named = [words(destination.name, limit=SHORT, bold=True)]
    yield listed(
        [named, *state_rows(state, prefix, SHORT), *last],
        (subscription_runs(one, SHORT) for one in shown),
        rest,
    )
    yield from coming_blocks(state)
    edits = [Action(f"Edit {one.id}", "edit", {"which": str(one.id)}) for one in shown]
    where = Where(channel=destination.address.channel, place=destination.name)
    yield from row([*edits, _pause(paused=destination.paused)], f"{number}:", where=where)


def _pause(*, paused: bool) -> Action:
    return Action("Resume", "resume") if paused else Action("Pause", "pause")


def _source(one: SourceStatus) -> list[Json]:
    name = " ".join(filter(None, [SOURCE_NAMES.get(one.source, one.source), one.origin]))
    note = f": {one.note}" if one.note else ""
    well = "" if one.verdict in {Freshness.FRESH, Freshness.EMPTY_EXPECTED} else "⚠ "
    said = f" {long_date(one.day)}, {SAID[one.verdict]}{note}"
    return [words(f"{well}{name} ", limit=SHORT, bold=True), words(said, limit=SHORT)]
