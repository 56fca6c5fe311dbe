"""Answers about how things go: one channel, or a whole server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.commands.replies import Action, Overview, OverviewChannel, SlotStatus, SourceStatus, StatusView
from bot.commands.wording import count, long_date
from bot.domain.notes import SOURCE_NAMES
from bot.domain.paper import Freshness

from .cards import paper_menu
from .embeds import DOT, Message
from .kept import Kept
from .replies_channel import state_lines, subscription_line
from .replies_fitting import Group, messages, singly, titled
from .replies_pieces import bold, bullet, linked, named, small, told
from .rows import buttons
from .text import escaped

COUNTED = {"papers": "paper", "destinations": "channel", "subscriptions": "subscription", "feeds": "feed"}
MOST_SHOWN = 5  # subscriptions of one channel in an overview
SHORT = 250  # characters of a query or a reason among many
HINT = 400
SAID = {
    Freshness.FRESH: "up to date",
    Freshness.STALE: "still an older list",
    Freshness.EMPTY_EXPECTED: "empty, as expected",
    Freshness.EMPTY_UNEXPECTED: "empty, which was not expected",
    Freshness.FAILED: "could not be read",
}


def status_view(reply: StatusView, prefix: str, kept: Kept | None = None) -> tuple[Message, ...]:
    """What comes next here, how the last digests went, and how fresh the sources are."""
    state = reply.channel
    nothing = ["Nothing is subscribed here."]
    held = [count(reply.counts[name], noun) for name, noun in COUNTED.items() if name in reply.counts]
    return messages(
        [
            *singly(state_lines(state, prefix) if state else nothing),
            *titled("Last digests", [slot_line(one) for one in reply.slots]),
            *titled("Sources", [_source(one) for one in reply.sources]),
        ],
        title=reply.title,
        foot=[small(DOT.join(held))],
        components=buttons([*reply.actions, *_ways_on(reply)], kept),
    )


def _ways_on(reply: StatusView) -> Iterator[Action]:
    """What one looks at next: there is no page that shows all of it, as in other chats."""
    if reply.channel:
        yield Action("Subscriptions", "list")
        yield Action("Preview", "preview")
    else:
        yield Action("Follow something", "edit")  # opens the form
    yield Action("Saved papers", "saved")
    yield Action("Every channel", "overview")


def overview(reply: Overview, prefix: str, kept: Kept | None = None) -> tuple[Message, ...]:
    """Every channel somebody may see, what is wrong, and what they saved.

    Without buttons for the channels: what is pressed in a message is done in its own channel, and these are others.
    """
    where = f"`{prefix}list` in a channel has buttons for all it follows." if reply.channels else ""
    saved = f"`{prefix}my saved` shows all you saved." if reply.saved else ""
    return messages(
        [
            *singly([told(reply.hint)]),
            *(Group(tuple(_channel(one, prefix)), None, 1) for one in reply.channels),
            *_hidden(reply, prefix),
            *titled("Sources", [_source(one) for one in reply.troubled]),
            *titled("Your saved papers", [linked(one.title, one.url) for one in reply.saved]),
        ],
        title=reply.title,
        foot=[told(where, HINT), told(saved, HINT)],
        components=[*paper_menu(enumerate(reply.saved, 1), "saved"), *buttons(reply.actions, kept, most=4)],
        noun="item",
    )


def slot_line(slot: SlotStatus) -> str:
    """How one digest went."""
    because = f", {slot.reason}" if slot.reason else ""
    asked = "asked for by hand, " if slot.by_hand else ""
    return named(long_date(date.fromisoformat(slot.slot)), escaped(f"{asked}{slot.state}{because}.", SHORT))


def _channel(one: OverviewChannel, prefix: str) -> Iterator[str]:
    """One channel in a few lines, so that many find room."""
    state = one.state
    shown = state.subscriptions[:MOST_SHOWN]
    more = len(state.subscriptions) - len(shown)
    yield f"\n{bold(state.destination.name, SHORT)}"
    yield from state_lines(state, prefix, SHORT)
    if one.last:
        yield f"Last digest: {slot_line(one.last)}"
    yield from (bullet(subscription_line(each, SHORT // 2)) for each in shown)
    if more > 0:
        yield told(f"... and {count(more, 'subscription')} more: `{prefix}list` there.")


def _hidden(reply: Overview, prefix: str) -> Iterator[Group]:
    if reply.hidden:
        more = f"... and {count(reply.hidden, 'channel')} more: `{prefix}list` in each shows it."
        yield Group((told(more),))


def _source(one: SourceStatus) -> str:
    name = " ".join(filter(None, [SOURCE_NAMES.get(one.source, one.source), one.origin]))
    note = f": {one.note}" if one.note else ""
    well = "" if one.verdict in {Freshness.FRESH, Freshness.EMPTY_EXPECTED} else "⚠ "
    said = escaped(f"{long_date(one.day)}, {SAID[one.verdict]}{note}", SHORT)
    return f"{well}{bold(name, SHORT)} {said}"
