"""One request as aiohttp sees it: whether it went out, and what came back.

discord.py waits and repeats by itself after an answer of 429 or 5xx, and on some systems after a lost connection. A post
may be there by then, and the ledger asks before it repeats anything. So such an answer ends the request here, in hooks
that aiohttp offers: https://docs.aiohttp.org/en/stable/tracing_reference.html.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from .budget import Budget
from .errors import Refusal, refusal_of, throttled
from .pacer import Pacer

EXEMPT = (
    "/interactions/",
    "/webhooks/",
)  # answers to people, which Discord's limit for all requests leaves out
log = logging.getLogger(__name__)


class Ended(Exception):
    """The request is over, whatever discord.py would have done next."""


@dataclass(slots=True)
class Attempt:
    """What became of a request so far; filled in while it runs."""

    begun: bool = False
    sent: bool = False  # as far as anybody can tell
    status: int = 0  # of the answer; 0 as long as there is none
    body: bytes | None = None  # of the answer, when all of it came
    refusal: Refusal | None = None

    @property
    def is_answered(self) -> bool:
        """Whether Discord did it and said so."""
        return 200 <= self.status < 300 and self.body is not None


def counting(budget: Budget, pacer: Pacer) -> aiohttp.TraceConfig:
    """Hooks that count what Discord refuses, and keep the one pace: for the client that answers people."""

    async def began(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        is_gateway = params.url.scheme in {"ws", "wss"}
        if not is_gateway and not any(part in params.url.path for part in EXEMPT):
            await pacer.turn()

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        _count(budget, params.response)
        if params.response.status == 429:
            told = refusal_of(429, params.response.headers, await params.response.read())
            log.warning(
                "Discord asks for patience: %s s", told.retry_after
            )  # not where: its address may be secret
            heed(pacer, told)

    config = aiohttp.TraceConfig()
    config.on_request_start.append(began)
    config.on_request_end.append(ended)
    return config


def heed(pacer: Pacer, refusal: Refusal) -> None:
    """Leave Discord alone altogether when it asks that of all we do."""
    if refusal.status == 429 and (told := throttled(refusal)).whole_lane:
        pacer.close_for(told.retry_after)


def watching(budget: Budget, pacer: Pacer, first: Attempt) -> aiohttp.TraceConfig:
    """Hooks that fill in the `Attempt` a request was given, and end it where it may not be repeated.

    Each waits for its turn here, and not before discord.py has waited for the limit of its route: else those that
    waited for one would all go out at once. `first` is for the request that discord.py makes by itself, to log in.
    """
    config = aiohttp.TraceConfig()

    async def began(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestStartParams
    ) -> None:
        attempt = _attempt(context, first)
        if attempt.begun:
            raise Ended
        await pacer.enter()
        attempt.begun = True

    async def went_out(
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        _params: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        _attempt(context, first).sent = True

    async def answered(
        _session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        _count(budget, params.response)
        await _read(_attempt(context, first), params.response)

    config.on_request_start.append(began)
    config.on_request_headers_sent.append(went_out)
    config.on_request_end.append(answered)
    return config


def _attempt(context: SimpleNamespace, first: Attempt) -> Attempt:
    given = context.trace_request_ctx
    return given if isinstance(given, Attempt) else first


def _count(budget: Budget, response: aiohttp.ClientResponse) -> None:
    budget.count(response.status, response.headers.get("X-RateLimit-Scope", ""))


async def _read(attempt: Attempt, response: aiohttp.ClientResponse) -> None:
    attempt.status = response.status
    attempt.body = await response.read()
    if response.status >= 300:
        attempt.refusal = refusal_of(response.status, response.headers, attempt.body)
    if response.status == 429 or response.status >= 500:
        raise Ended
