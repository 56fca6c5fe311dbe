"""What is answered at /api/v10/...: limits, faults, the token, the route."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiohttp import web

from . import (
    routes_commands,
    routes_interactions,
    routes_messages,
    routes_people,
    routes_threads,
    striking,
)
from .asking import Asked
from .call import Answer, Call, Refused, read_call
from .faults import Fault
from .state import Called, State

ROUTES: dict[str, Callable[[Asked], Answer]] = {
    **routes_people.ROUTES,
    **routes_messages.ROUTES,
    **routes_threads.ROUTES,
    **routes_commands.ROUTES,
    **routes_interactions.ROUTES,
}
WITHOUT_TOKEN = re.compile(r"/(interactions|webhooks|gateway\Z)")  # these bring their own, or need none
# What a limit is of, besides a route: a channel, a server, or one interaction.
MAJOR = re.compile(r"/(?:(?:channels|guilds)/[^/]+|(?:webhooks|interactions)/[^/]+/[^/]+)")


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route) + r"\Z")


PATTERNS = {route: _pattern(route) for route in ROUTES}


class Api:
    """The REST API of one stand-in."""

    def __init__(self, state: State) -> None:
        """Answer from this state."""
        self._state = state

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        call = await read_call(request)
        if self._state.rates.banned:
            return striking.banned()
        route, named = _route(call)
        wait, headers = self._state.rates.take(route, _major(call))
        if wait is not None:
            self._note(call, route, (429, None), f"limit-{wait.scope}", wait.scope)
            return striking.limited(wait, headers)
        fault = self._state.faults.draw(call.line)
        struck = await self._before(fault, request)
        if struck is not None and fault is not None:
            self._note(call, route, (struck.status, None), fault.kind, fault.kind.partition("-")[2])
            return struck
        done = self._done(call, route, named)
        self._note(call, route, done, fault.kind if fault else "", "")
        return await self._after(fault, request, striking.answer(*done, headers))

    async def _before(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        if fault is None or not fault.strikes_before:
            return None
        return await striking.before(fault, request, self._state.rates)

    async def _after(
        self, fault: Fault | None, request: web.Request, given: web.Response
    ) -> web.StreamResponse:
        if fault is None or fault.strikes_before:
            return given
        return await striking.after(fault, request, given)

    def _done(self, call: Call, route: str, named: dict[str, str]) -> Answer:
        try:
            self._admitted(call, route)
            return ROUTES[route](Asked(state=self._state, call=call, named=named))
        except Refused as refused:
            return refused.status, refused.body

    def _admitted(self, call: Call, route: str) -> None:
        known = call.authorization == f"Bot {self._state.token}"
        if not known and not WITHOUT_TOKEN.match(call.path):
            raise Refused(401, 0, "401: Unauthorized")
        if route not in ROUTES:
            raise Refused(404, 0, "404: Not Found")

    def _note(self, call: Call, route: str, done: Answer, fault: str, scope: str) -> None:
        status, body = done
        self._state.rates.note(status, scope)
        code = int(body.get("code") or 0) if isinstance(body, dict) else 0
        self._state.journal.append(
            Called(
                at=self._state.clock.monotonic(),
                method=call.method,
                path=call.path,
                route=route,
                body=call.body,
                status=status,
                code=code,
                fault=fault,
            )
        )


def _route(call: Call) -> tuple[str, dict[str, str]]:
    """Which route a call is of, and what its path names; the first that fits."""
    for route, pattern in PATTERNS.items():
        found = pattern.match(call.line)
        if found is not None:
            return route, found.groupdict()
    return call.line, {}


def _major(call: Call) -> str:
    found = MAJOR.match(call.path)
    return found.group() if found else ""
