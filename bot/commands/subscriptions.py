"""What a channel subscribes to; a change answers with the whole resulting state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from bot.domain.query import Query
from bot.domain.subscription import Destination, Subscription
from bot.errors import UserError

from .backtest import back_test
from .channel import NOTE, QUIET, Wanted, channel, ensure, resumed, resumed_if_cut_off
from .context import Context
from .lookups import find_subscriptions, here, same_query, subscriptions_of
from .matched import parsed
from .replies import Action, Actions, Notice, Reply, Subscribed, SubscriptionList, Tone
from .spec import Arg, Kind, Place, Who, command
from .wording import begun, count, listing

At = Annotated[str, Arg("When the whole channel's digest comes, as 9am or 17:30", kind=Kind.TIME)]
Zone = Annotated[str, Arg("The channel's time zone, as Berlin or America/New_York", kind=Kind.ZONE)]
Days = Annotated[str, Arg("On which days, as weekdays, daily or mon,thu", kind=Kind.DAYS)]
Most = Annotated[int | None, Arg("How many papers a digest shows at most")]
Empty = Annotated[str, Arg("What to do on an empty day", choices=(QUIET, NOTE))]
Which = Annotated[
    str, Arg("A subscription's number, its query, or * for all", kind=Kind.SUBSCRIPTION, place=Place.REST)
]
Wording = Annotated[
    str, Arg("What to follow: words, phrases, filters, topics", kind=Kind.QUERY, place=Place.REST)
]


@command(
    who=Who.MANAGERS,
    examples=(
        'subscribe "flow matching" OR diffusion -survey cat:cs.CV at:9am tz:Berlin weekdays max:8',
        "subscribe topic:llm",
    ),
)
async def subscribe(
    context: Context,
    query: Wording,
    at: At = "",
    tz: Zone = "",
    days: Days = "",
    max_: Most = None,
    empty: Empty = "",
) -> Reply:
    """Bring papers that match a query to this channel every day.

    The hour, zone, days and size belong to the whole channel, not to one query: without them nothing of it changes.
    """
    asked = await parsed(query, await context.topics())
    wanted = Wanted(at=at, tz=tz, days=days, max_papers=max_, empty=empty)
    asks_zone = not tz and await _has_no_zone(context)
    destination, changes, back = await ensure(context, wanted)
    twin = await same_query(context, destination, asked)
    made = twin or await context.store.subscribe(
        destination.id, asked.canonical, created_by=context.asker.user, now=context.now()
    )
    is_new = twin is None
    what = "Subscribed" if is_new else "Already subscribed"
    undo = (Action("Undo", "unsubscribe", {"which": str(made.id)}),) if is_new else ()
    reply = await _subscribed(context, destination, made, asked, what, changes, (*undo, *back))
    return replace(reply, asks_zone=asks_zone)


@command(who=Who.MANAGERS, examples=("edit 3 diffusion -survey",))
async def edit(
    context: Context,
    which: Annotated[str, Arg("The subscription's number", kind=Kind.SUBSCRIPTION, place=Place.WORD)],
    query: Wording,
) -> Reply:
    """Change the query of one of this channel's subscriptions."""
    asked = await parsed(query, await context.topics())
    destination = await here(context)
    old = await _one(context, destination, which)
    twin = await same_query(context, destination, asked, but=old)
    if twin:
        raise UserError(
            f"{begun(context.place)} has that query already, as number {twin.id}; nothing was changed.",
            fix=f"To drop this one: `{context.typed('unsubscribe')} {old.id}`.",
        )
    made = (
        await context.store.edit_subscription(
            old.id, destination.id, asked.canonical, now=context.clock.now()
        )
        or old
    )
    destination = await resumed_if_cut_off(context, destination)
    undo = Action("Undo", "edit", {"which": str(made.id), "query": old.query})
    return await _subscribed(context, destination, made, asked, f"Changed from {old.query}", (), (undo,))


@command(who=Who.MANAGERS, examples=("unsubscribe 3", "unsubscribe *"))
async def unsubscribe(context: Context, which: Which) -> Reply:
    """Drop one subscription of this channel, or all of them."""
    destination = await here(context)
    meant = await find_subscriptions(context, destination, which)
    if not meant:
        return Notice(
            kind=Tone.INFO, what=f"{begun(context.place)} has no subscriptions; nothing was changed."
        )
    gone = await context.store.unsubscribe(destination.id, [one.id for one in meant])
    left = len(await subscriptions_of(context, destination))
    return Notice(
        kind=Tone.DONE,
        what=f"Dropped {count(len(gone), 'subscription')} of {context.place}; {left or 'none'} left.",
        lines=tuple(one.query for one in gone),
        actions=tuple(_again(one, len(gone)) for one in gone),
    )


@command("list", examples=("list",))
async def list_(context: Context) -> Reply:
    """List this channel's subscriptions and when its digest comes."""
    destination = await context.destination()
    hint = f"Nothing is subscribed here yet. Start with `{context.typed('subscribe')} topic:llm`."
    if destination is None:
        return SubscriptionList(title=f"Subscriptions of {context.place}", state=None, hint=hint)
    state = await channel(context, destination)
    return SubscriptionList(
        title=f"Subscriptions of {destination.name}",
        state=state,
        hint="" if state.subscriptions else hint,
        actions=tuple(_drop(one) for one in state.subscriptions),
    )


@command(who=Who.MANAGERS, examples=("pause", "pause 3"))
async def pause(context: Context, which: Which = "") -> Reply:
    """Pause this channel's digests, or one subscription, until `resume`."""
    return await _pause(context, which, paused=True)


@command(who=Who.MANAGERS, examples=("resume",))
async def resume(context: Context, which: Which = "") -> Reply:
    """Resume this channel's digests, or one subscription."""
    return await _pause(context, which, paused=False)


async def _pause(context: Context, which: str, *, paused: bool) -> Reply:
    destination = await here(context)
    undo = Action("Undo", "resume" if paused else "pause", {"which": which} if which else {})
    verb = "Paused" if paused else "Resumed"
    if not which:
        if destination.paused == paused:
            return _as_it_was(f"The digests of {context.place} are", paused=paused)
        reason = f"paused by {context.asker.name}"
        if paused:
            await context.store.update_destination(destination.id, paused=True, paused_reason=reason)
        if not paused:
            await resumed(context, destination)
        kept = "Nothing is lost: `resume` takes up where it stopped." if paused else ""
        return Notice(
            kind=Tone.DONE, what=f"{verb} the digests of {context.place}.", fix=kept, actions=(undo,)
        )
    meant = await find_subscriptions(context, destination, which)
    moved = [one for one in meant if one.paused != paused]
    if not moved:
        return _as_it_was(f"{_numbered(meant)} {'is' if len(meant) == 1 else 'are'}", paused=paused)
    await context.store.pause_subscription(destination.id, [one.id for one in moved], paused=paused)
    return Notice(kind=Tone.DONE, what=f"{verb} {_numbered(moved)}.", actions=(undo,))


def _numbered(subscriptions: Sequence[Subscription]) -> str:
    return listing([f"{one.id} ({one.query})" for one in subscriptions]) or "Nothing"


def _as_it_was(what: str, *, paused: bool) -> Notice:
    state = "paused already" if paused else "not paused"
    return Notice(kind=Tone.INFO, what=f"{what} {state}; nothing was changed.")


async def _subscribed(
    context: Context,
    destination: Destination,
    made: Subscription,
    asked: Query,
    what: str,
    changes: tuple[str, ...],
    undo: Actions,
) -> Subscribed:
    more = (
        Action("Preview", "preview"),
        Action("Edit", "edit", {"which": str(made.id)}),
        Action("Post today's now", "post now"),
    )
    return Subscribed(
        subscription=made,
        what=what,
        changes=changes,
        state=await channel(context, destination),
        back_test=await back_test(context, asked),
        actions=(*undo, *more),
    )


async def _has_no_zone(context: Context) -> bool:
    """Whether the hour of a channel that follows nothing yet is in the operator's zone, for want of a better one."""
    if context.zone == context.asker.tz:
        return False
    destination = await context.destination()
    if destination is None:
        return True
    is_usual = destination.schedule.tz == context.schedule.tz
    return is_usual and not await subscriptions_of(context, destination)


async def _one(context: Context, destination: Destination, which: str) -> Subscription:
    meant = await find_subscriptions(context, destination, which)
    if len(meant) == 1:
        return meant[0]
    raise UserError(
        "Only one subscription can be changed at a time; nothing was changed.",
        fix=f"`{context.typed('list')}` shows their numbers.",
    )


def _again(gone: Subscription, number: int) -> Action:
    label = "Undo" if number == 1 else f"Again: {gone.query}"
    return Action(label, "subscribe", {"query": gone.query})


def _drop(one: Subscription) -> Action:
    return Action(f"Drop {one.id}", "unsubscribe", {"which": str(one.id)}, danger=True)
