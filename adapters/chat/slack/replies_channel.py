"""Answers about a channel: what it follows, how it is set, when its next digest comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.commands.replies import Action, Channel, SettingsView, Subscribed, SubscriptionList
from bot.commands.wording import count, next_digest_line, settings_line
from bot.domain.paper import Paper
from bot.domain.subscription import Subscription

from .actions import Where, row
from .blocks import Block, Json, Message, bullets, linked, words
from .entries import title_of
from .replies_fitting import messages
from .replies_pieces import SENTENCE, heading, lines, moment, sentence, sentences, small, told

MOST_NAMED = 10  # subscriptions named beside something else


def subscribed(reply: Subscribed, prefix: str) -> tuple[Message, ...]:
    """What was done, all that results from it, and what it would have brought."""
    made = reply.subscription
    done = lines([_done(reply), *(told(one) for one in (*reply.changes, *reply.notes))])
    return messages(
        [[done], state_blocks(reply.state), _named(reply.state, prefix), list(_tested(reply))],
        text=f"{reply.what}: {made.query}. {' '.join(reply.changes)} {next_digest_line(reply.state)}",
        foot=row(reply.actions),
    )


def subscription_list(reply: SubscriptionList) -> tuple[Message, ...]:
    """Each subscription with what can be done about it, and when they all come."""
    state = reply.state
    head = [heading(reply.title), *(state_blocks(state) if state else [])]
    listed = state.subscriptions if state else ()
    drops = {one.arguments.get("which"): one for one in reply.actions}
    others = [one for one in reply.actions if one.arguments.get("which") not in {str(s.id) for s in listed}]
    return messages(
        [head, *([*subscription_blocks(one, drops.get(str(one.id)))] for one in listed)],
        text=f"{reply.title}: {_spoken(listed)} {next_digest_line(state) if state else ''} {reply.hint}",
        foot=[*sentences(reply.hint), *row(others, "list")],
        left=lambda left: f"... and {count(left, 'subscription')} more, for which there is no room here.",
    )


def settings_view(reply: SettingsView, prefix: str) -> tuple[Message, ...]:
    """How a channel is set, and what was just changed."""
    changed = sentences(reply.what, *reply.changes)
    state = reply.state
    return messages(
        [
            [heading(f"Settings of {state.destination.name}"), *changed],
            state_blocks(state),
            _named(state, prefix),
        ],
        text=" ".join(
            [reply.what, *reply.changes, settings_line(state.destination), next_digest_line(state)]
        ).strip(),
        foot=[*sentences(reply.hint), *row(reply.actions)],
    )


def state_blocks(state: Channel) -> list[Block]:
    """When a channel's digest comes, and what is in its way."""
    return [lines(state_rows(state)), *coming_blocks(state)]


def state_rows(state: Channel) -> list[list[Json]]:
    """How a channel is set, and what is in the way of its digest."""
    destination = state.destination
    because = f" ({destination.paused_reason})" if destination.paused_reason else ""
    paused = f"Paused{because}: nothing is posted until `resume`." if destination.paused else ""
    troubles = [told(f"⚠ {one}", bold=True) for one in (paused, *state.troubles) if one]
    return [told(settings_line(destination)), *troubles]


def coming_blocks(state: Channel) -> list[Block]:
    """When the next digest comes: everybody reads their own time, and the channel's."""
    if state.next_digest is None:
        return []
    tz = state.destination.schedule.tz
    if not state.owed:
        return [small(f"*Next digest:* {moment(state.next_digest, tz)}")]
    then = f", then {moment(state.following, tz)}" if state.following else ""
    return [small(f"*Next digest:* now ({state.owed} is owed){then}")]


def subscription_blocks(
    one: Subscription, drop: Action | None = None, where: Where | None = None
) -> Iterator[Block]:
    """One subscription, and the buttons to change, pause or drop it."""
    which = {"which": str(one.id)}
    change = Action("Edit", "edit", which)
    rest = Action("Resume", "resume", which) if one.paused else Action("Pause", "pause", which)
    gone = drop or Action(f"Drop {one.id}", "unsubscribe", which, danger=True)
    yield lines([subscription_runs(one)])
    yield from row([change, rest, gone], f"{one.id}:", where=where)


def _done(reply: Subscribed) -> list[Json]:
    made = reply.subscription
    return [
        *told(reply.what, bold=True),
        words(": ", bold=True),
        words(made.query, limit=SENTENCE, code=True),
        words(f" ({made.id}) in {reply.state.destination.name}", limit=SENTENCE),
    ]


def _named(state: Channel, prefix: str) -> list[Block]:
    """All that a channel follows, or as much as one reads beside something else."""
    every = state.subscriptions
    if not every:
        return []
    title = f"{count(len(every), 'subscription')} in {state.destination.name}"
    more = len(every) - MOST_NAMED
    rest = [sentence(f"... and {more:,} more: `{prefix}list`")] if more > 0 else []
    return [sentence(title, bold=True), bullets(subscription_runs(one) for one in every[:MOST_NAMED]), *rest]


def subscription_runs(one: Subscription) -> list[Json]:
    """A subscription's number and query."""
    paused = [words(" (paused)", italic=True)] if one.paused else []
    return [words(f"{one.id} ", bold=True), words(one.query, limit=SENTENCE, code=True), *paused]


def _tested(reply: Subscribed) -> Iterator[Block]:
    tested = reply.back_test
    yield from sentences(tested.sentence, tested.advice)
    if tested.samples:
        yield bullets(_sample(paper) for paper in tested.samples)


def _sample(paper: Paper) -> list[Json]:
    return [linked(title_of(paper), paper.url)]


def _spoken(listed: Iterable[Subscription]) -> str:
    return " ".join(f"{one.id}. {one.query}{' (paused)' if one.paused else ''};" for one in listed)
