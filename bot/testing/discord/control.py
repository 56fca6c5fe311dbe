"""A stand-in in a process of its own is led over HTTP: POST /control/DEED with the deed's arguments as JSON.

Deeds of people (`slash`, `autocomplete`, `context`, `press`, `select`, `submit`) answer with how the bot took them; `join`, `kick`,
`outage`, `delete`, `rename`, `say` happen; `said` lists a channel's messages, `private` what one person sees, `fault` lets something
go wrong, `calm` ends that, `gateway` drops, renews or ends every session, `verdict` says what is wrong so far.
"""

from __future__ import annotations

import inspect
from typing import Any

from aiohttp import web

from .driver import Driver
from .interactions import Interaction
from .judge import judge
from .server import DiscordStandIn
from .world import Channel, Guild, Json, Said

PEOPLES = (
    *("slash", "autocomplete", "context", "press", "select", "submit"),
    *("join", "kick", "outage", "delete", "rename", "say"),
)


class Control:
    """What the control route can do."""

    def __init__(self, discord: DiscordStandIn, driver: Driver) -> None:
        """Lead one stand-in."""
        self._discord = discord
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
            done = own(**given) if own else self._of_people(deed, given)
            return web.json_response(_shown(await done if inspect.isawaitable(done) else done))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    def _of_people(self, deed: str, given: Json) -> object:
        plain = [*given.pop("chosen", [])]
        meant = {name: self._found(name, value) for name, value in given.items()}
        pointed = [meant.pop(name) for name in ("said", "asked") if name in meant]
        return getattr(self._driver, deed)(*pointed, *plain, **meant)

    def _found(self, name: str, value: Any) -> Any:
        """What an argument points to: a message and an interaction by id, a server by name or id."""
        state = self._discord.state
        match name:
            case "said":
                return _first(state.everything_said(), value)
            case "asked":
                return _first(state.interactions.values(), value)
            case "guild":
                return next(one for one in state.guilds.values() if value in {one.id, one.name})
        return value

    def do_said(self, channel: str = "papers") -> object:
        """What was said in a channel."""
        return self._discord.messages(channel)

    def do_private(self, who: str = "ada") -> object:
        """What only one person sees."""
        return self._discord.private_to(who)

    def do_threads(self, channel: str = "papers") -> object:
        """Threads or posts of a channel."""
        return self._discord.threads(channel)

    def do_fault(self, kind: str, **how: object) -> object:
        """Let something go wrong from now on."""
        self._discord.faults.add(kind, **how)
        return {}

    def do_calm(self) -> object:
        """Let all go well."""
        self._discord.faults.clear()
        return {}

    async def do_gateway(self, how: str = "drop", code: int | None = None) -> object:
        """Drop every connection, or ask them to come again ("reconnect"), or end all sessions ("invalidate")."""
        gateway = self._discord.gateway
        ways = {
            "drop": lambda: gateway.drop(code),
            "reconnect": gateway.reconnect,
            "invalidate": gateway.invalidate,
        }
        await ways[how]()
        return {}

    def do_world(self) -> object:
        """Servers with their channels, and the commands of the bot."""
        state = self._discord.state
        guilds = [
            {"id": one.id, "name": one.name, "channels": {c.id: c.name for c in one.channels.values()}}
            for one in state.guilds.values()
        ]
        listening = self._discord.gateway.ready
        return {"guilds": guilds, "commands": state.commands, "synced": state.synced, "listening": listening}

    def do_verdict(self) -> object:
        """What is wrong so far."""
        verdict = judge(self._discord)
        return {
            "posted": verdict.posted,
            "complaints": list(verdict.complaints()),
            "invalid": verdict.invalid,
        }


def _first(those: Any, own: str) -> Any:
    for one in those:
        if one.id == own:
            return one
    raise LookupError(f"there is nothing with the id {own}")


def _shown(done: object) -> Any:
    match done:
        case list() | tuple():
            return [_shown(one) for one in done]
        case Said():
            return {**done.raw, "only_for": done.only_for, "pings": done.pings}
        case Interaction():
            about = {"id": done.id, "finished": done.finished, "choices": done.choices, "modal": done.modal}
            return {**about, "callback": done.callback, "answers": _shown(done.answers)}
        case Channel() | Guild():
            return {"id": done.id, "name": done.name}
    return done if done is not None else {}
