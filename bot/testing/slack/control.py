"""A stand-in in a process of its own is led over HTTP: POST /control/DEED with the deed's arguments as JSON.

Deeds of people (`slash`, `press`, `choose`, `submit`, `open_home`, `event`, `archive`, `uninstall`, `install`, ...) answer with how they were
acknowledged; `said` lists a channel's messages, `private` what one person sees, `modal` what they have open, `fault` lets
something go wrong, `calm` ends that, `verdict` says what is wrong so far.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from .driver import Driver
from .judge import judge
from .messages import Said
from .sent import Ack
from .server import SlackStandIn
from .views import View

PEOPLES = (
    *("slash", "press", "choose", "submit", "close", "suggest", "shortcut", "message_shortcut", "event"),
    *("open_home", "share", "archive", "unarchive", "delete", "rename", "remove_bot", "invite_bot"),
    *("uninstall", "install"),
)
POINTERS = {"where", "view", "said"}  # arguments that name a message by its ts, or a view by its id


class Control:
    """What the control route can do."""

    def __init__(self, slack: SlackStandIn, driver: Driver) -> None:
        """Lead one stand-in."""
        self._slack = slack
        self._driver = driver

    def add_to(self, app: web.Application) -> None:
        """Answer at /control/DEED."""
        app.router.add_post("/control/{deed}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        deed, given = request.match_info["deed"], await request.json() if request.can_read_body else {}
        own = getattr(self, f"do_{deed}", None)
        if own is None and deed not in PEOPLES:
            return web.json_response({"error": f"there is no deed {deed}"}, status=404)
        try:
            done = own(**given) if own else await getattr(self._driver, deed)(**self._meant(given))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self._shown(done))

    def do_said(self, channel: str = "papers") -> object:
        """What was said in a channel."""
        return self._slack.messages(channel)

    def do_private(self, who: str = "ada") -> object:
        """What only one person sees."""
        return self._slack.private_to(who)

    def do_modal(self, who: str = "ada") -> object:
        """What somebody has open."""
        return self._slack.modal(who)

    def do_answers(self, response: str) -> object:
        """What came to the response_url of a deed."""
        return self._slack.state.responses.all[response].answers

    def do_fault(self, kind: str, **how: object) -> object:
        """Let something go wrong from now on."""
        self._slack.faults.add(kind, **how)
        return {}

    def do_calm(self) -> object:
        """Let all go well."""
        self._slack.faults.clear()
        return {}

    def do_verdict(self) -> object:
        """What is wrong so far."""
        verdict = judge(self._slack)
        return {"posted": verdict.posted, "complaints": list(verdict.complaints())}

    def _meant(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: self._found(value) if name in POINTERS else value for name, value in given.items()}

    def _found(self, which: str) -> Said | View:
        state = self._slack.state
        if which in state.views.all:
            return state.views.all[which]
        for said in [*state.everything_said(), *state.private]:
            if said.ts == which:
                return said
        raise LookupError(f"there is no message and no view {which}")

    def _shown(self, done: object) -> object:
        match done:
            case list() | tuple():
                return [self._shown(one) for one in done]
            case Said() | Ack():
                return asdict(done)
            case View():
                return done.described()
        return done
