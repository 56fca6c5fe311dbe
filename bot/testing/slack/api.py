"""What is answered at /api/METHOD and at /response/ID: faults, limits, the token, the method."""

from __future__ import annotations

from aiohttp import web

from . import oauth, responding, striking
from .asking import Asked
from .call import Call, Refused, read_call
from .faults import Fault
from .methods import METHODS
from .sockets import Sockets
from .state import Called, State
from .tokens import Token
from .world import Json


class Api:
    """The Web API and response URLs of one stand-in."""

    def __init__(self, state: State, sockets: Sockets) -> None:
        """Answer from this state."""
        self._state = state
        self._sockets = sockets

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of a method."""
        call = await read_call(request)
        token = self._state.vault.tokens.get(call.bearer)
        place = (token.workspace if token else "", call.text("channel"))
        wait = self._state.rates.wait(call.method, place)
        if wait:
            self._note(call, place[0], "limit", "ratelimited")
            return striking.throttled(wait)
        fault = self._state.faults.draw(call.method, place[1])
        struck = await self._before(fault, request, call.method, place)
        if struck is not None:
            self._note(call, place[0], fault.kind if fault else "", "")
            return struck
        said = self._said(call, token)
        self._note(call, place[0], fault.kind if fault else "", str(said.get("error", "")))
        return await self._after(fault, request, striking.answer(said, headers=_scopes(token)))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take an answer at a response_url."""
        fault = self._state.faults.draw("response", "")
        struck = await self._before(fault, request, "response", ("", ""))
        if struck is not None:
            return struck
        problem = responding.respond(self._state, request.match_info["id"], await request.json())
        given = (
            striking.answer({"ok": False, "error": problem}, status=404)
            if problem
            else web.Response(text="ok")
        )
        return await self._after(fault, request, given)

    async def _before(
        self, fault: Fault | None, request: web.Request, method: str, place: tuple[str, str]
    ) -> web.Response | None:
        if fault is None or not fault.strikes_before:
            return None
        return await striking.before(fault, request, self._state.rates, method, place)

    async def _after(
        self, fault: Fault | None, request: web.Request, given: web.Response
    ) -> web.StreamResponse:
        if fault is None or fault.strikes_before:
            return given
        return await striking.after(fault, request, given)

    def _said(self, call: Call, token: Token | None) -> Json:
        try:
            return {"ok": True, **self._done(call, token)}
        except Refused as refused:
            return refused.answer

    def _done(self, call: Call, token: Token | None) -> Json:
        if call.method == "api.test":
            return {}
        if call.method == "apps.connections.open":
            return self._sockets.open(call)
        if call.method == "oauth.v2.access":
            return oauth.access(self._state, call)
        if call.method not in METHODS:
            raise Refused("unknown_method", req_method=call.method)
        if token is None:
            raise Refused("invalid_auth" if call.bearer else "not_authed")
        if error := token.error(self._state.clock.now()):
            raise Refused(error)
        return METHODS[call.method](Asked(state=self._state, call=call, token=token))

    def _note(self, call: Call, workspace: str, fault: str, error: str) -> None:
        arguments = {name: value for name, value in call.arguments.items() if name != "token"}
        self._state.journal.append(
            Called(
                at=self._state.clock.monotonic(),
                method=call.method,
                workspace=workspace,
                channel=call.text("channel"),
                fault=fault,
                error=error,
                arguments=arguments,
            )
        )


def _scopes(token: Token | None) -> dict[str, str]:
    return {"X-OAuth-Scopes": ",".join(token.scopes)} if token else {}
