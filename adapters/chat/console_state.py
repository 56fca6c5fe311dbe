"""A channel, a workspace and their sources as they stand, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.commands import replies
from bot.commands.wording import count, long_date, next_digest_line, settings_line

from .console_digest import INDENT
from .console_sheet import BLANK, Block, Items, Line, Rule, line, safe, words

OPTION = 26
COUNTED = {
    "papers": "paper",
    "listings": "listing",
    "destinations": "destination",
    "subscriptions": "subscription",
    "feeds": "feed",
}


def state_blocks(state: replies.Channel) -> Iterator[Block]:
    """Everything a channel is set to, and what it follows."""
    destination = state.destination
    yield line(settings_line(destination))
    if destination.paused:
        because = f" ({destination.paused_reason})" if destination.paused_reason else ""
        yield line(f"Paused{because}: nothing is posted until `resume`.")
    for trouble in state.troubles:
        yield line(trouble)
    if coming := next_digest_line(state):
        yield line(coming)
    yield line(f"{count(len(state.subscriptions), 'subscription')} in {destination.name}:")
    for one in state.subscriptions:
        yield line(f"{one.query}{' (paused)' if one.paused else ''}", indent=INDENT + 2, mark=str(one.id))


def status_blocks(reply: replies.StatusView) -> Iterator[Block]:
    """What comes next here, how the last digests went, and how fresh the sources are."""
    yield Rule(label=reply.title)
    if reply.channel:
        yield from state_blocks(reply.channel)
    for slot in reply.slots:
        yield field(long_date(date.fromisoformat(slot.slot)), _ended(slot))
    if reply.sources:
        yield BLANK
        yield line("Sources", "bold")
    for one in reply.sources:
        yield _source(one)
    yield BLANK
    held = tuple(count(reply.counts[name], noun) for name, noun in COUNTED.items() if name in reply.counts)
    yield Items(parts=held, style="dim")


def overview_blocks(reply: replies.Overview) -> Iterator[Block]:
    """Every channel of a workspace."""
    yield Rule(label=reply.title)
    for one in reply.channels:
        yield BLANK
        yield line(one.state.destination.name, "bold")
        yield from state_blocks(one.state)
        if one.last:
            yield field(long_date(date.fromisoformat(one.last.slot)), _ended(one.last))
    if reply.hidden:
        yield line(f"and {count(reply.hidden, 'channel')} more", "dim")
    for source in reply.troubled:
        yield _source(source)
    if reply.hint:
        yield line(reply.hint)


def field(name: str, value: str) -> Line:
    """A name and its text in two columns, the text below where the name is long."""
    return Line(text=words(value), indent=OPTION, mark=f"  {safe(name)}", column=True)


def _ended(slot: replies.SlotStatus) -> str:
    because = f": {slot.reason}" if slot.reason else ""
    return f"{'asked for by hand: ' if slot.by_hand else ''}{slot.state}{because}"


def _source(one: replies.SourceStatus) -> Line:
    note = f": {one.note}" if one.note else ""
    return field(f"{one.source} {one.origin}".strip(), f"{long_date(one.day)}, {one.verdict.value}{note}")
