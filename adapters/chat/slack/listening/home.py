"""App Home: the workspace as one person may see it; https://docs.slack.dev/surfaces/app-home."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from weakref import WeakValueDictionary

from adapters.chat.slack.api.errors import name_of
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.drawing.views import home_view
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Overview, PaperList, Reply

from .acts import Act
from .answering import FAILURES
from .handling import by_event

FOLDED_SECONDS = 3  # who opens it again sooner sees what was just drawn
SHOWN_THERE = frozenset({"overview"})  # a button for it only draws Home anew
OWN = frozenset({"save", "unsave"})  # what changes a person's own list
# Whose Home is being drawn; forgotten when nobody draws it.
_TURNS: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
log = logging.getLogger(__name__)


def by_moment(body: Json) -> str:
    """The mark of one look at Home: several within a few seconds are one."""
    event = body["event"]
    try:
        moment = int(float(event.get("event_ts") or body["event_time"])) // FOLDED_SECONDS
    except (KeyError, TypeError, ValueError, OverflowError):
        return by_event(body)
    return f"home {event.get('user')} {moment}"


async def opened(act: Act) -> None:
    """Draw Home for whoever looks at it; the other tab is their messages."""
    if act.body["event"].get("tab") in {None, "home"}:
        await publish(act)


async def publish(act: Act) -> None:
    """Draw a person's Home anew, one drawing after another: the last one shows how things are then."""
    turn = _TURNS.setdefault((act.workspace, act.user), asyncio.Lock())
    async with turn:
        await _published(act)


async def _published(act: Act) -> None:
    there = replace(act, channel="")
    overview, saved = await there.ask(Call("overview")), await there.ask(Call("saved"))
    view = home_view(
        overview if isinstance(overview, Overview) else None,
        saved if isinstance(saved, PaperList) else None,
        notice=_said(overview),
    )
    try:
        client = await act.office.tokens.client(act.workspace)
        await client.views_publish(user_id=act.user, view=view)
    except FAILURES as error:
        log.info("Home was not drawn: %s", name_of(error))


def _said(reply: Reply) -> str:
    return f"{reply.what} {reply.fix}".strip() if isinstance(reply, Notice) else ""
