"""The reader of a mailbox says yes: a page that shows to what, and its button."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.commands.replies import Channel, Notice, SubscriptionList, Tone
from bot.commands.wording import days, posts
from bot.domain.mailing import SignUp

from .office import MailOffice, said_of

ALREADY = (
    "You said yes to this already. Each mail has a link at its foot to change what comes, and one to leave."
)


class Confirming:
    """Shows what is asked, and does it when its reader says so."""

    def __init__(self, office: MailOffice) -> None:
        self._office = office

    async def shown(self, request: Request) -> Response:
        """What was asked for; nothing changes."""
        signup = await self._office.mailings.waiting(request.path_params["token"])
        if signup is None:
            return self._office.nothing(request)
        if signup.used:
            return self._already(request)
        values = {"signup": signup, "when": posts(signup.wishes.schedule)}
        return self._office.page(request, "confirm.html", "Do you want these papers?", values)

    async def said_yes(self, request: Request) -> Response:
        """Have what was asked for mailed from now on."""
        token = request.path_params["token"]
        signup = await self._office.mailings.said_yes(token)
        if signup is None:
            return self._office.nothing(request)
        if signup.used:
            return self._already(request)
        lines, followed = await self._subscribed(signup)
        if not followed:
            values = {"lines": lines, "back": ""}
            return self._office.page(request, "said.html", "That could not be done", values, status=422)
        await self._office.mailings.used(token)
        values = {"lines": lines, "back": self._office.mailings.links.preferences(signup.address)}
        return self._office.page(request, "said.html", "Papers are on their way", values)

    async def _subscribed(self, signup: SignUp) -> tuple[tuple[str, ...], bool]:
        """Each query, at the hour that was asked for unless the mailbox has one; what came of it, and whether any was followed."""
        before = await self._state(signup)
        when = _when(signup) if before is None or not before.subscriptions else {}
        replies = [
            await self._office.asked(signup.address, "subscribe", query=query, **when)
            for query in signup.wishes.queries
        ]
        state = await self._state(signup)
        if state is not None and state.destination.paused:
            await self._office.asked(signup.address, "resume")
        failed = [one for one in replies if isinstance(one, Notice) and one.kind is Tone.ERROR]
        told = [line for one in failed for line in said_of(one).lines]
        hour = [f"Mails come {posts(state.destination.schedule)}."] if state else []
        follows = [f"You follow {one}." for one in _queries(await self._state(signup))]
        return (*follows, *hour, *told), len(failed) < len(replies)

    async def _state(self, signup: SignUp) -> Channel | None:
        reply = await self._office.asked(signup.address, "list")
        return reply.state if isinstance(reply, SubscriptionList) else None

    def _already(self, request: Request) -> Response:
        return self._office.page(request, "said.html", "Said already", {"lines": (ALREADY,), "back": ""})


def _when(signup: SignUp) -> dict[str, str | int]:
    schedule = signup.wishes.schedule
    return {
        "at": f"{schedule.at:%H:%M}",
        "tz": schedule.tz,
        "days": days(schedule.days).replace(" ", ""),
        "max": signup.wishes.max_papers,
    }


def _queries(state: Channel | None) -> tuple[str, ...]:
    return tuple(one.query for one in state.subscriptions) if state else ()
