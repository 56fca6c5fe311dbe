"""Mails to anybody who says yes: asked for, listed, ended by whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from bot.domain.mailbox import read_mailbox
from bot.domain.mailing import PLATFORM, Recipient, SignUp, Wishes
from bot.domain.subscription import Address, Destination, Schedule
from bot.errors import UserError
from bot.ports import Mailings

from .channel import Wanted
from .context import Context
from .lookups import subscriptions_of
from .matched import parsed
from .replies import Action, Notice, Reply, Tone
from .spec import Arg, Kind, Place, command
from .subscriptions import At, Days, Zone
from .wording import posts

LIST, STOP = "list", "stop"
MAILBOX_PREFIX = "mailto:"
PROMISE = (
    "Nothing is mailed there before its reader says yes in that mail; the link in it is good for 48 hours."
)
LOOK = "If nothing comes within some minutes, look among the unwanted mails."


@command(
    examples=("email ada@example.org", "email ada@example.org topic:llm at:8am", "email stop ada@example.org")
)
async def email(
    context: Context,
    address: Annotated[str, Arg("The mailbox; or `list`, or `stop` and the mailbox", place=Place.WORD)] = "",
    query: Annotated[
        str,
        Arg("What to mail there; what this channel follows when left out", kind=Kind.QUERY, place=Place.REST),
    ] = "",
    at: At = "",
    tz: Zone = "",
    days: Days = "",
    stop: Annotated[bool, Arg("End what you asked for that mailbox")] = False,
) -> Reply:
    """Have digests mailed to somebody who says yes, too: to yourself, for example.

    Without a query it is what this channel follows, at its hour; `email list` shows the mailboxes you asked for,
    `email stop ADDRESS` ends what you asked for one.
    """
    mailings = _mailings(context)
    word = address.strip().lower()
    if word in {"", LIST}:
        return await _listed(context, mailings)
    if stop or word == STOP:
        return await _stopped(context, mailings, query if word == STOP else address)
    wanted = Wanted(at=at, tz=tz, days=days)
    there = mailbox(context, address)
    signup = SignUp(
        address=there,
        wishes=await _wishes(context, query, wanted),
        asked_by=asker_of(context),
        made_at=context.now(),
    )
    await mailings.invite(signup)
    return Notice(
        kind=Tone.DONE,
        what=f"A mail that asks whether these digests are wanted goes to {there.channel}.",
        fix=LOOK,
        lines=(*_said(signup.wishes), PROMISE),
        actions=(Action("Undo", "email", {"address": there.channel, "stop": "yes"}),),
    )


def mailbox(context: Context, text: str) -> Address:
    """The mailbox somebody wrote, as a destination of this workspace."""
    bare = text.strip().strip("<>`")
    if bare.lower().startswith(MAILBOX_PREFIX):
        bare = bare[len(MAILBOX_PREFIX) :]
    return Address(platform=PLATFORM, workspace=context.workspace, channel=str(read_mailbox(bare)).lower())


def asker_of(context: Context) -> str:
    """Who asks, among all who can."""
    return f"{context.address.platform}:{context.workspace}:{context.asker.user}"


async def wishes_for(context: Context, query: str, wanted: Wanted, now: Schedule, most: int) -> Wishes:
    """A query and a schedule, read before anything is kept."""
    asked = await parsed(query, await context.topics())
    return Wishes(queries=(asked.canonical,), schedule=wanted.schedule(now), max_papers=most)


async def _wishes(context: Context, query: str, wanted: Wanted) -> Wishes:
    """What is to be mailed: the query that was given, or all that this channel follows."""
    destination = await context.destination()
    schedule = destination.schedule if destination else _usual(context)
    most = destination.max_papers if destination else Wishes(queries=()).max_papers
    if query:
        return await wishes_for(context, query, wanted, schedule, most)
    queries = await _followed(context, destination)
    if not queries:
        raise UserError(
            f"Nothing is subscribed in {context.place}, so nothing was sent.",
            fix=f"Say what to mail: `{context.typed('email')} ada@example.org topic:llm`.",
        )
    return Wishes(queries=queries, schedule=wanted.schedule(schedule), max_papers=most)


async def _followed(context: Context, destination: Destination | None) -> tuple[str, ...]:
    subscribed = await subscriptions_of(context, destination) if destination else ()
    return tuple(one.query for one in subscribed if not one.paused)


def _usual(context: Context) -> Schedule:
    return Schedule(at=context.schedule.at, tz=context.zone, days=context.schedule.days)


async def _listed(context: Context, mailings: Mailings) -> Notice:
    waiting, known = await mailings.asked_for(context.workspace, asker_of(context))
    lines = tuple(_lines(waiting, known))
    example = f"`{context.typed('email')} ada@example.org`"
    if not lines:
        return Notice(
            kind=Tone.INFO, what="You asked for no mails here.", fix=f"{example} has digests mailed there."
        )
    fix = f"`{context.typed('email')} stop ADDRESS` ends what you asked for a mailbox."
    return Notice(kind=Tone.INFO, what="The mailboxes you asked mails for:", lines=lines, fix=fix)


def _lines(waiting: tuple[SignUp, ...], known: tuple[Recipient, ...]) -> Iterator[str]:
    for one in known:
        yield f"{one.address.channel}: {'gets nothing more' if one.stopped else 'said yes'}"
    for mailbox in dict.fromkeys(one.address.channel for one in waiting):
        yield f"{mailbox}: has not said yes yet"


async def _stopped(context: Context, mailings: Mailings, text: str) -> Notice:
    """End what the asker asked for; the same words whoever the mailbox is mailed for."""
    if not text:
        raise UserError(
            "It takes the mailbox, too; nothing was changed.",
            fix=f"For example `{context.typed('email')} stop ada@example.org`.",
        )
    there = mailbox(context, text)
    await mailings.stopped(there, asker_of(context))
    return Notice(
        kind=Tone.DONE,
        what=f"Whatever you asked for {there.channel} here is ended.",
        fix="What others asked for it, its reader ends by the link at the foot of each mail.",
    )


def _said(wishes: Wishes) -> Iterator[str]:
    yield f"{posts(wishes.schedule)[:1].upper()}{posts(wishes.schedule)[1:]}:"
    yield from wishes.queries


def _mailings(context: Context) -> Mailings:
    if context.services.mailings is None:
        raise UserError(
            "Mail is not set up here, so nothing was changed.",
            fix="The operator turns it on: `paperround init email`, PAPERROUND_WEB_PORT and PAPERROUND_WEB_URL.",
        )
    return context.services.mailings
