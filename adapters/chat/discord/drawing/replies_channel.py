"""Answers about a channel: what it follows, how it is set, when its next digest comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.commands.replies import Action, Actions, Channel, SettingsView, Subscribed, SubscriptionList
from bot.commands.wording import count, settings_line
from bot.domain.subscription import Subscription

from .embeds import Json, Message
from .kept import Kept
from .replies_fitting import Group, messages, singly, titled
from .replies_pieces import SENTENCE, bold, bullet, code, linked, moment, told
from .rows import FEW_ROWS, buttons, menu
from .text import escaped, safe
from .zones import zone_picker, zone_question

MOST_NAMED = 10  # subscriptions named beside something else
MOST_EDITS = 5  # buttons beside the settings
FEW = 3  # subscriptions that have a row of buttons each; more have menus
QUERY = 300  # characters of one of those
HINT = 400


def subscribed(
    reply: Subscribed, prefix: str, kept: Kept | None = None, *, locale: str = ""
) -> tuple[Message, ...]:
    """What was done, all that results from it, and what it would have brought."""
    made = reply.subscription
    where = escaped(f" ({made.id}) in {reply.state.destination.name}", QUERY)
    picker = zone_picker(reply, kept, locale=locale) if reply.asks_zone else []
    return messages(
        [
            Group((f"{bold(reply.what)}: {code(made.query)} {where}",)),
            *singly(told(one) for one in (*reply.changes, *reply.notes)),
            *singly(state_lines(reply.state, prefix)),
            *_named(reply.state, prefix),
            *_tested(reply),
            *singly([told(zone_question(reply)) if picker else ""]),
        ],
        components=[*picker, *buttons(reply.actions, kept, most=4)],
    )


def subscription_list(reply: SubscriptionList, prefix: str, kept: Kept | None = None) -> tuple[Message, ...]:
    """Each subscription with what can be done about it, and when they all come."""
    state = reply.state
    listed = state.subscriptions if state else ()
    lines = (bullet(subscription_line(one)) for one in listed)
    return messages(
        [*singly(state_lines(state, prefix) if state else ()), *singly(lines, items=1)],
        title=reply.title,
        foot=[told(reply.hint, HINT)],
        components=_handles(listed, reply.actions, kept),
        noun="subscription",
    )


def settings_view(reply: SettingsView, prefix: str, kept: Kept | None = None) -> tuple[Message, ...]:
    """How a channel is set, and what was just changed."""
    state = reply.state
    edits = [_edit(one, f"Edit {one.id}") for one in state.subscriptions[:MOST_EDITS]]
    return messages(
        [
            *singly(told(one) for one in (reply.what, *reply.changes)),
            *singly(state_lines(state, prefix)),
            *_named(state, prefix),
        ],
        title=f"Settings of {safe(state.destination.name, QUERY)}",
        foot=[told(reply.hint, HINT)],
        components=buttons([*reply.actions, *edits], kept),
    )


def state_lines(state: Channel, prefix: str, limit: int = SENTENCE) -> Iterator[str]:
    """How a channel is set, what is in the way of its digest, and when that comes."""
    destination = state.destination
    because = f" ({safe(destination.paused_reason, QUERY)})" if destination.paused_reason else ""
    paused = f"Paused{because}: nothing is posted until `{prefix}resume`." if destination.paused else ""
    yield told(settings_line(destination), limit)
    yield from (f"⚠ {told(one, limit)}" for one in (paused, *state.troubles) if one)
    yield from coming(state)


def coming(state: Channel) -> Iterator[str]:
    """When the next digest comes: everybody reads their own time, and the channel's."""
    tz = state.destination.schedule.tz
    if state.next_digest is None:
        return
    if state.owed:
        then = f", then {moment(state.following, tz)}" if state.following else ""
        yield f"**Next digest:** now ({escaped(state.owed, QUERY)} is owed){then}"
    else:
        yield f"**Next digest:** {moment(state.next_digest, tz)}"


def subscription_line(one: Subscription, limit: int = SENTENCE) -> str:
    """A subscription's number and query."""
    return f"{bold(str(one.id))} {code(one.query, limit)}{' *(paused)*' if one.paused else ''}"


def _handles(listed: Sequence[Subscription], actions: Actions, kept: Kept | None) -> list[Json]:
    """The buttons or menus that change, pause and drop each subscription, and the answer's other buttons."""
    drops = {str(one.arguments.get("which")): one for one in actions}
    others = [one for one in actions if str(one.arguments.get("which")) not in {str(s.id) for s in listed}]
    kinds = (
        ("edit", "Change a subscription", [_edit(one, f"Edit {one.id}") for one in listed]),
        ("rest", "Pause or resume a subscription", [_rest(one) for one in listed]),
        ("drop", "Drop a subscription", [drops.get(str(one.id)) or _drop(one) for one in listed]),
    )
    if len(listed) > FEW:
        menus = [_menu(name, words, them, listed, kept) for name, words, them in kinds]
        return [*(row for made in menus for row in made), *buttons(others, kept, most=FEW_ROWS)]
    rows = [buttons(trio, kept) for trio in zip(*(them for _, _, them in kinds), strict=True)]
    return [*(row for made in rows for row in made), *buttons(others, kept, most=FEW_ROWS)]


def _menu(
    name: str, words: str, actions: Sequence[Action], listed: Sequence[Subscription], kept: Kept | None
) -> list[Json]:
    return menu(name, words, ((made, one.query) for made, one in zip(actions, listed, strict=True)), kept)


def _edit(one: Subscription, label: str) -> Action:
    """Opens the form, in which the channel's settings stand as well."""
    return Action(label, "edit", {"which": str(one.id)})


def _rest(one: Subscription) -> Action:
    verb = "resume" if one.paused else "pause"
    return Action(f"{verb.title()} {one.id}", verb, {"which": str(one.id)})


def _drop(one: Subscription) -> Action:
    return Action(f"Drop {one.id}", "unsubscribe", {"which": str(one.id)}, danger=True)


def _named(state: Channel, prefix: str) -> Iterator[Group]:
    """All that a channel follows, or as much as one reads beside something else."""
    every = state.subscriptions
    more = len(every) - MOST_NAMED
    if every:
        title = f"{count(len(every), 'subscription')} in {state.destination.name}"
        yield from titled(title, [subscription_line(one, QUERY) for one in every[:MOST_NAMED]])
    if more > 0:
        yield Group((told(f"... and {more:,} more: `{prefix}list`"),))


def _tested(reply: Subscribed) -> Iterator[Group]:
    tested = reply.back_test
    if tested.sentence:
        yield Group((f"\n{told(tested.sentence)}", told(tested.advice)))
    yield from titled("For example", [linked(paper.title, paper.url) for paper in tested.samples])
