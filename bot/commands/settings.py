"""When and where a channel's digest comes, and posting one now."""

from __future__ import annotations

import re
from typing import Annotated

from bot.domain.subscription import Address, Visibility
from bot.errors import NotAllowed, NotFound, UserError

from .channel import Wanted, change, channel, resumed_if_cut_off
from .context import Context
from .lookups import here, subscriptions_of
from .replies import DigestView, Notice, Reply, SettingsView, Tone
from .spec import Arg, Kind, Place, Who, command
from .subscriptions import At, Days, Empty, Most, Zone
from .wording import begun

CHANNEL = re.compile(r"<#(?P<id>[^|>]+)(?:\|(?P<name>[^>]*))?>|#?(?P<word>\S+)")
Readers = Annotated[
    str, Arg("Who may read the digests on the web", choices=tuple(one.value for one in Visibility))
]
ChannelRef = Annotated[str, Arg("The channel to move to", kind=Kind.CHANNEL, place=Place.WORD)]


@command(who=Who.MANAGERS, examples=("settings", "settings at:8:30 tz:Tokyo weekdays max:5 empty:note"))
async def settings(
    context: Context,
    at: At = "",
    tz: Zone = "",
    days: Days = "",
    max_: Most = None,
    empty: Empty = "",
    archive: Readers = "",
) -> Reply:
    """Show or change when this channel's digest comes and how long it is."""
    destination = await here(context)
    wanted = Wanted(at=at, tz=tz, days=days, max_papers=max_, empty=empty, archive=archive)
    updated, changes, back = await change(context, destination, wanted)
    asked = wanted != Wanted()
    return SettingsView(
        state=await channel(context, updated),
        what="" if not asked else "Changed." if changes else "It was set so already; nothing was changed.",
        changes=changes,
        hint=""
        if asked
        else f"Change it with `{context.typed('settings')} at:9am tz:Berlin weekdays max:8`.",
        actions=back,
    )


@command(who=Who.MANAGERS, examples=("move #reading-group",))
async def move(context: Context, to: ChannelRef) -> Reply:
    """Move this channel's subscriptions and digest to another channel."""
    new, name = _address(context, to)
    destination = await here(context)
    if not await context.services.manages(new, context.asker.user):
        raise NotAllowed(
            f"Only who manages {name}, too, can move digests there; nothing was moved.",
            fix=f"Ask one of them to say `{context.typed('subscribe')}` there.",
        )
    if await context.store.destination(new):
        raise UserError(
            f"{begun(name)} has subscriptions of its own, so nothing was moved.",
            fix=f"Say `{context.typed('unsubscribe')} *` there, or subscribe there by hand.",
        )
    if objection := await context.services.why_not_post(new):
        raise UserError(f"I cannot post in {name}, so nothing was moved.", fix=objection)
    moved = await context.store.update_destination(destination.id, address=new, name=name)
    await resumed_if_cut_off(context, moved)
    return Notice(
        kind=Tone.DONE,
        what=f"Moved from {context.place} to {name}, with its schedule.",
        fix=f"To move it back, say `{context.typed('move')} {context.place}` in {name}.",
    )


@command("post now", who=Who.MANAGERS, examples=("post now",))
async def post_now(context: Context) -> Reply:
    """Post what is new for this channel now, and mark it shown."""
    destination = await here(context)
    if not await subscriptions_of(context, destination):
        raise NotFound(
            f"Nothing is subscribed in {context.place}, so there is nothing to post.",
            fix=f"Start with `{context.typed('subscribe')} topic:llm`.",
        )
    posted = await context.services.post_now(destination)
    if posted is None or not posted.digest.matched:
        return Notice(kind=Tone.INFO, what="There is nothing new to post; nothing was sent.")
    title = f"Posted in {context.place}" if posted.arrived else f"On its way to {context.place}"
    return DigestView(digest=posted.digest, title=title)


def _address(context: Context, text: str) -> tuple[Address, str]:
    """A channel on this platform and in this workspace, and its name."""
    match = CHANNEL.fullmatch(text.strip())
    if not match:
        raise UserError(
            f"`{text[:40]}` is not a channel, so nothing was moved.", fix="For example `#papers`."
        )
    channel_id = match["id"] or match["word"]
    name = match["name"] or match["word"] or channel_id
    here_now = context.address
    return Address(platform=here_now.platform, workspace=here_now.workspace, channel=channel_id), f"#{name}"
