"""How a fault looks to whoever called."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping

from aiohttp import web

from .faults import Fault
from .rates import Place, Rates
from .world import Json

SORRY = "<html><body>Service Unavailable</body></html>"
LINGER = struct.pack("ii", 1, 0)  # a close sends RST


async def before(
    fault: Fault, request: web.Request, rates: Rates, method: str, place: Place
) -> web.Response | None:
    """Strike before anything is done; None when the call goes on all the same."""
    match fault.kind:
        case "429":
            return throttled(rates.close(method, place, fault.seconds))
        case "500":
            return web.Response(status=500, text="Internal Server Error")
        case "503":
            return web.Response(status=503, text=SORRY, content_type="text/html")
        case "html":
            return web.Response(text=SORRY, content_type="text/html")
        case "error":
            return answer({"ok": False, "error": fault.code})
    return await _on_the_line(fault, request)


async def after(fault: Fault, request: web.Request, given: web.Response) -> web.StreamResponse:
    """Strike when all is done: what the caller learns instead of the answer."""
    match fault.kind:
        case "reset_after":
            return reset(request)
        case "close_after":
            return await _cut(request, given)
        case "500_after":
            return web.Response(status=500, text="Internal Server Error")
        case "error_after":
            return answer({"ok": False, "error": fault.code})
        case "garbage":
            return web.Response(text='{"ok": tru', content_type="application/json")
    await asyncio.sleep(fault.seconds)
    return given


def answer(said: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(
        text=json.dumps(said), status=status, content_type="application/json", headers=headers
    )


def throttled(seconds: int) -> web.Response:
    """Too many calls: come back later."""
    return answer({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


def reset(request: web.Request) -> web.Response:
    """Break the connection off as a crashed host does."""
    transport = request.transport
    held = transport.get_extra_info("socket") if transport else None
    if transport is not None and held is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
        transport.abort()
    return web.Response()


async def _on_the_line(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.kind in {"slow", "hang"}:
        await asyncio.sleep(fault.seconds)
    return None if fault.kind == "slow" else reset(request)


async def _cut(request: web.Request, given: web.Response) -> web.StreamResponse:
    """The first half of an answer, and then nothing."""
    body = given.body if isinstance(given.body, bytes) else b""
    cut = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    return reset(request)
