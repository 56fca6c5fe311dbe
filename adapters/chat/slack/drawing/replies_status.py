"""Answers about how things go: one channel, or a whole workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.commands.replies import (
    Action,
    Channel,
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
        text=" ".join(
            [f"{reply.title}.", coming, *(state.troubles if state else ()), *map(_ended, reply.slots)]
        ),
        foot=[*([dotted(*held)] if held else []), *row(reply.actions, "status")],
    )


def overview(reply: Overview, prefix: str) -> tuple[Message, ...]:
    """Every channel somebody may see, what is wrong, and what they saved.

    Without buttons: what is pressed in a message is done in its own channel, and these are others.
    """
    where = (
        f"The Home tab has buttons for each; `{prefix}list` shows those of one channel."
        if reply.channels
        else ""
    )
    saved = f"`{prefix}saved` shows all you saved." if reply.saved else ""
    return messages(
        [
            group(heading(reply.title), *sentences(reply.hint)),
            *channel_groups(reply, prefix),
            *source_groups(reply.troubled),
            *saved_groups(reply.saved),
        ],
        text=f"{reply.title}: {_spoken(reply)} {reply.hint}".strip(),
        foot=[*sentences(where, saved), *row(reply.actions, "all")],
        noun="item",
    )


def channel_groups(reply: Overview, prefix: str, *, buttons: bool = False) -> Iterator[Group]:
    """Each channel; with `buttons`, which name their channel, only where it is looked at."""
    for number, one in enumerate(reply.channels):
        drawn = row(_actions(one.state), f"{number}:", where=_where(one.state)) if buttons else []
        yield group(*_channel(one, prefix), *drawn, items=1)
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
    day, ended = _ended(slot).split(": ", 1)
    return [words(f"{day}: ", bold=True), words(ended, limit=SHORT)]


def _ended(slot: SlotStatus) -> str:
    because = f", {slot.reason}" if slot.reason else ""
    asked = "asked for by hand, " if slot.by_hand else ""
    return f"{long_date(date.fromisoformat(slot.slot))}: {asked}{slot.state}{because}."


def _spoken(reply: Overview) -> str:
    """What there is to know at once, for whoever hears it."""
    channels = (
        f"{one.state.destination.name}: {next_digest_line(one.state) or 'nothing comes.'}"
        for one in reply.channels
    )
    return " ".join([f"{count(len(reply.channels) + reply.hidden, 'channel')}.", *channels])


def _channel(one: OverviewChannel, prefix: str) -> Iterator[Block]:
    """Two blocks and no more, as App Home takes a hundred for twenty channels with their buttons."""
    state = one.state
    shown = state.subscriptions[:MOST_SHOWN]
    more = len(state.subscriptions) - len(shown)
    last = [[words("Last digest: "), *slot_runs(one.last)]] if one.last else []
    rest = [told(f"... and {count(more, 'subscription')} more: `{prefix}list` there.")] if more > 0 else []
    yield listed(
        [
            [words(state.destination.name, limit=SHORT, bold=True)],
            *state_rows(state, prefix, SHORT),
            *last,
        ],
        (subscription_runs(one, SHORT) for one in shown),
        rest,
    )
    yield from coming_blocks(state)


def _actions(state: Channel) -> Iterator[Action]:
    for one in state.subscriptions[:MOST_SHOWN]:
        yield Action(f"Edit {one.id}", "edit", {"which": str(one.id)})
    yield Action("Resume", "resume") if state.destination.paused else Action("Pause", "pause")


def _where(state: Channel) -> Where:
    return Where(channel=state.destination.address.channel, place=state.destination.name)


def _source(one: SourceStatus) -> list[Json]:
    name = " ".join(filter(None, [SOURCE_NAMES.get(one.source, one.source), one.origin]))
    note = f": {one.note}" if one.note else ""
    well = "" if one.verdict in {Freshness.FRESH, Freshness.EMPTY_EXPECTED} else "⚠ "
    said = f" {long_date(one.day)}, {SAID[one.verdict]}{note}"
    return [words(f"{well}{name} ", limit=SHORT, bold=True), words(said, limit=SHORT)]
