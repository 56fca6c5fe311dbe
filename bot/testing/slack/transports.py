"""How what people do reaches the bot: signed over HTTP, over Socket Mode, or straight into its application."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import aiohttp

from .sent import Ack, Sent
from .sockets import Sockets


class Transport(Protocol):
    """A way to the bot."""

    async def deliver(self, sent: Sent) -> Ack:
        """Deliver something and wait for its acknowledgement."""
        ...


Dispatch: TypeAlias = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Signs requests as Slack does: https://docs.slack.dev/authentication/verifying-requests-from-slack."""

    secret: str = field(repr=False)

    def headers(self, sent: Sent, body: bytes) -> dict[str, str]:
        """The headers of a request, forged when it is to be."""
        at = int(time.time()) - (600 if sent.tamper == "old" else 0)
        secret = "another-secret" if sent.tamper == "secret" else self.secret
        digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        shown = "0" * 64 if sent.tamper == "signature" else digest
        made = {
            "Content-Type": sent.content_type,
            "X-Slack-Request-Timestamp": str(at),
            "X-Slack-Signature": f"v0={shown}",
        }
        if sent.tamper == "missing":
            made = {"Content-Type": sent.content_type}
        again = {"X-Slack-Retry-Num": str(sent.retry), "X-Slack-Retry-Reason": sent.reason}
        return made | (again if sent.retry else {})


@dataclass(frozen=True, kw_only=True, slots=True)
class OverHttp:
    """Posts to the bot's request URL."""

    url: str
    signed: Signed

    async def deliver(self, sent: Sent) -> Ack:
        """Post it, signed."""
        body, since = sent.body(), time.monotonic()
        headers = self.signed.headers(sent, body)
        timeout = aiohttp.ClientTimeout(total=sent.patience)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.url, data=carried(sent, body), headers=headers) as answer,
            ):
                return sent.acked(answer.status, parsed(await answer.text()), since)
        except (aiohttp.ClientError, TimeoutError):
            return sent.acked(0, "", since)


@dataclass(frozen=True, kw_only=True, slots=True)
class OverSocket:
    """Sends envelopes over the bot's own connections."""

    sockets: Sockets

    async def deliver(self, sent: Sent) -> Ack:
        """Send it; an envelope acknowledged without a payload has an empty body."""
        again = {"retry_attempt": sent.retry, "retry_reason": sent.reason} if sent.retry else {}
        await self.sockets.connected()
        since = time.monotonic()
        try:
            body = await self.sockets.send(sent.kind, sent.payload, seconds=sent.patience, **again)
        except (TimeoutError, ConnectionError):
            return sent.acked(0, "", since)
        return sent.acked(200, _payload(body), since)


@dataclass(frozen=True, kw_only=True, slots=True)
class Straight:
    """Calls the application in this process: `dispatch(body, headers)` answers with status and body."""

    dispatch: Dispatch
    signed: Signed

    async def deliver(self, sent: Sent) -> Ack:
        """Dispatch it, signed."""
        body, since = sent.body(), time.monotonic()
        headers = self.signed.headers(sent, body)
        status, said = await self.dispatch(carried(sent, body), headers)
        return sent.acked(status, parsed(said), since)


def carried(sent: Sent, body: bytes) -> bytes:
    """The body, with more in it than was signed when it is forged so."""
    return body + b"&more=1" if sent.tamper == "body" else body


def _payload(body: Any) -> Any:
    """What an envelope's acknowledgement carries; bolt wraps what is no JSON object in `text`."""
    if isinstance(body, dict) and set(body) == {"text"}:
        return parsed(body["text"])
    return "" if body is None else body


def parsed(text: Any) -> Any:
    """JSON where it is JSON."""
    try:
        return json.loads(text) if isinstance(text, str) and text else text
    except ValueError:
        return text
