"""How a fault shows on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

from aiohttp import web

from .faults import Fault
from .rates import Limited, Rates

VIA = {"Via": "1.1 google"}  # an answer without it is not Discord's, but of the wall before it
PAGE = "<html><head><title>Not today</title></head></html>"


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """Discord's JSON; nothing for None."""
    given = {**VIA, **(headers or {})}
    if body is None:
        return web.Response(status=status, headers=given)
    kind = {"Content-Type": "application/json"}  # without a charset: discord.py takes nothing else for JSON
    return web.Response(status=status, body=json.dumps(body).encode(), headers={**given, **kind})


def limited(what: Limited, headers: dict[str, str] | None = None) -> web.Response:
    """A 429; the exact wait is in the body."""
    is_global = what.scope == "global"
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(what.seconds, 3),
        "global": is_global,
    }
    more = {"Retry-After": str(max(1, round(what.seconds))), "X-RateLimit-Scope": what.scope}
    return answer(
        429, body, {**(headers or {}), **more, **({"X-RateLimit-Global": "true"} if is_global else {})}
    )


def banned() -> web.Response:
    """What the wall before Discord says to an address it closed out."""
    return web.Response(status=429, text=PAGE, content_type="text/html", headers={"Retry-After": "3600"})


async def before(fault: Fault, request: web.Request, rates: Rates) -> web.Response | None:
    """Answer in its stead; None when the call only came late."""
    if fault.kind in {"slow", "hang"}:
        await asyncio.sleep(fault.seconds)
    match fault.kind:
        case "slow":
            return None
        case "reset" | "hang":
            return cut(request)
        case "429" | "429-shared" | "429-global":
            return _throttled(fault, rates)
    return _instead(fault)


def _instead(fault: Fault) -> web.Response:
    match fault.kind:
        case "html":
            return web.Response(status=502, text=PAGE, content_type="text/html")
        case "ban":
            return banned()
        case "error":
            return answer(fault.status, {"message": "as the fault says", "code": fault.code})
        case status:
            return _broken(int(status))


async def after(fault: Fault, request: web.Request, given: web.Response) -> web.StreamResponse:
    """Spoil the answer of what was done."""
    match fault.kind:
        case "reset_after":
            return cut(request)
        case "close_after":
            return await _half(request, given)
        case "slow_after":
            await asyncio.sleep(fault.seconds)
            return given
        case "garbage":
            return web.Response(body=b"{", headers={**VIA, "Content-Type": "application/json"})
        case status:
            return _broken(int(status.removesuffix("_after")))


def cut(request: web.Request) -> web.Response:
    """Cut the connection."""
    transport = request.transport
    if transport is not None:
        plug = transport.get_extra_info("socket")
        if plug is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


def _throttled(fault: Fault, rates: Rates) -> web.Response:
    scope = fault.kind.partition("-")[2] or "user"
    if scope == "global":
        rates.close(fault.seconds)
    return limited(Limited(seconds=fault.seconds, scope=scope))


def _broken(status: int) -> web.Response:
    return answer(status, {"message": f"{status}: as the fault says", "code": 0})


async def _half(request: web.Request, given: web.Response) -> web.StreamResponse:
    """Send the head and half of the body, then cut."""
    body = given.body if isinstance(given.body, bytes) else json.dumps(None).encode()
    half = web.StreamResponse(status=given.status, headers={**VIA, "Content-Type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    cut(request)
    return half
