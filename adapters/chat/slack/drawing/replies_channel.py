"""Answers about a channel: what it follows, how it is set, when its next digest comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.commands.replies import Action, Channel, SettingsView, Subscribed, SubscriptionList
from bot.commands.wording import count, next_digest_line, settings_line
from bot.domain.paper import Paper
from bot.domain.subscription import Subscription

from .actions import row
from .blocks import Block, Json, Message, linked, words
from .entries import title_of
from .replies_fitting import Group, group, itemised, messages, singly, stacked
from .replies_pieces import SENTENCE, heading, lines, moment, parted, sentence, sentences, small, told
from .text import safe

MOST_NAMED = 10  # subscriptions named beside something else
MOST_EDITS = 5  # buttons beside the settings
QUERY = 300  # characters of one of those


def subscribed(reply: Subscribed, prefix: str) -> tuple[Message, ...]:
    """What was done, all that results from it, and what it would have brought."""
    made = reply.subscription
    done = [_done(reply), *(told(one) for one in (*reply.changes, *reply.notes))]
    return messages(
        [
            *stacked(done),
            *singly(state_blocks(reply.state, prefix)),
            *_named(reply.state, prefix),
            *_tested(reply),
        ],
        text=" ".join(
            [
                f"{reply.what}: {made.query}.",
                *reply.changes,
                next_digest_line(reply.state),
                reply.back_test.sentence,
            ]
        ),
        foot=row(reply.actions),
    )


def subscription_list(reply: SubscriptionList, prefix: str) -> tuple[Message, ...]:
    """Each subscription with what can be done about it, and when they all come."""
    state = reply.state
    head = [heading(reply.title), *(state_blocks(state, prefix) if state else [])]
    listed = state.subscriptions if state else ()
    drops = {one.arguments.get("which"): one for one in reply.actions}
    others = [one for one in reply.actions if one.arguments.get("which") not in {str(s.id) for s in listed}]
    return messages(
        [
            *singly(head),
            *(Group([*subscription_blocks(one, drops.get(str(one.id)))], 1) for one in listed),
        ],
        text=f"{reply.title}: {_spoken(listed)} {next_digest_line(state) if state else ''} {reply.hint}",
        foot=[*sentences(reply.hint), *row(others, "list")],
        noun="subscription",
    )


def settings_view(reply: SettingsView, prefix: str) -> tuple[Message, ...]:
    """How a channel is set, and what was just changed."""
    changed = sentences(reply.what, *reply.changes)
    state = reply.state
    edits = [_edit(one, f"Edit {one.id}") for one in state.subscriptions[:MOST_EDITS]]
    return messages(
        [
            group(heading(f"Settings of {state.destination.name}")),
            *singly([*changed, *state_blocks(state, prefix)]),
            *_named(state, prefix),
        ],
        text=" ".join(
            [reply.what, *reply.changes, settings_line(state.destination), next_digest_line(state)]
        ).strip(),
        foot=[*sentences(reply.hint), *row([*reply.actions, *edits])],
    )


def state_blocks(state: Channel, prefix: str) -> list[Block]:
    """When a channel's digest comes, and what is in its way."""
    rows = parted(state_rows(state, prefix))
    return [*(lines(portion) for portion in rows), *coming_blocks(state)]


def state_rows(state: Channel, prefix: str, limit: int = SENTENCE) -> list[list[Json]]:
    """How a channel is set, and what is in the way of its digest."""
    destination = state.destination
    because = f" ({safe(destination.paused_reason, QUERY)})" if destination.paused_reason else ""
    paused = f"Paused{because}: nothing is posted until `{prefix}resume`." if destination.paused else ""
    troubles = [told(f"⚠ {one}", limit, bold=True) for one in (paused, *state.troubles) if one]
    return [told(settings_line(destination), limit), *troubles]


def coming_blocks(state: Channel) -> list[Block]:
    """When the next digest comes: everybody reads their own time, and the channel's."""
    if state.next_digest is None:
        return []
    tz = state.destination.schedule.tz
    if not state.owed:
        return [small(f"*Next digest:* {moment(state.next_digest, tz)}")]
    then = f", then {moment(state.following, tz)}" if state.following else ""
    return [small(f"*Next digest:* now ({state.owed} is owed){then}")]


def subscription_blocks(one: Subscription, drop: Action | None = None) -> Iterator[Block]:
    """One subscription, and the buttons to change, pause or drop it."""
    which = {"which": str(one.id)}
    rest = Action("Resume", "resume", which) if one.paused else Action("Pause", "pause", which)
    gone = drop or Action(f"Drop {one.id}", "unsubscribe", which, danger=True)
    yield lines([subscription_runs(one)])
    yield from row([_edit(one), rest, gone], f"{one.id}:")


def _edit(one: Subscription, label: str = "Edit") -> Action:
    """Opens the form, in which the channel's settings stand as well."""
    return Action(label, "edit", {"which": str(one.id)})


def _done(reply: Subscribed) -> list[Json]:
    made = reply.subscription
    return [
        *told(reply.what, bold=True),
        words(": ", bold=True),
        words(made.query, limit=SENTENCE, code=True),
        words(f" ({made.id}) in {reply.state.destination.name}", limit=SENTENCE),
    ]


def _named(state: Channel, prefix: str) -> Iterator[Group]:
    """All that a channel follows, or as much as one reads beside something else."""
    every = state.subscriptions
    more = len(every) - MOST_NAMED
    if every:
        title = f"{count(len(every), 'subscription')} in {state.destination.name}"
        yield group(sentence(title, bold=True))
        yield from itemised(subscription_runs(one, QUERY) for one in every[:MOST_NAMED])
    if more > 0:
        yield group(sentence(f"... and {more:,} more: `{prefix}list`"))


def subscription_runs(one: Subscription, limit: int = SENTENCE) -> list[Json]:
    """A subscription's number and query."""
    paused = [words(" (paused)", italic=True)] if one.paused else []
    return [words(f"{one.id} ", bold=True), words(one.query, limit=limit, code=True), *paused]


def _tested(reply: Subscribed) -> Iterator[Group]:
    tested = reply.back_test
    yield from singly(sentences(tested.sentence, tested.advice))
    if tested.samples:
        yield group(sentence("For example"))
        yield from itemised(_sample(paper) for paper in tested.samples)


def _sample(paper: Paper) -> list[Json]:
    return [linked(title_of(paper), paper.url)]


def _spoken(listed: Iterable[Subscription]) -> str:
    return " ".join(f"{one.id}. {one.query}{' (paused)' if one.paused else ''};" for one in listed)
