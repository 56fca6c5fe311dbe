"""How much one address may ask: a bucket for each that fills by itself, and is emptied by asking."""

from __future__ import annotations

import json
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.ports import ASGIApp

from .addresses import Addresses, Event, counted_as

MOST_BUCKETS = 20_000  # whoever asked longest ago is forgotten first; a hundred bytes each


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many at once, and so many a second for ever."""

    name: str
    at_once: float
    a_second: float


# An office behind one address reads pages together; nobody types two searches a second for a minute.
PAGES = Rate(name="pages", at_once=300, a_second=10)
SEARCHES = Rate(name="searches", at_once=60, a_second=2)
FORMS = Rate(name="forms", at_once=10, a_second=1 / 20)
FREE = ("/livez", "/readyz", "/metrics")
# Signed or named by a secret, and sent by a few machines for everybody: Slack's events, mail programs that leave for a reader.
BY_MACHINES = ("/slack/events", "/mail/leave/", "/mail/bounces")
SEARCHING = ("/search", "/api/v1/search", "/feeds/search.")
INSTALLING = ("/slack/install", "/slack/oauth_redirect")
READING = {"GET", "HEAD", "OPTIONS"}


def rate_of(method: str, path: str) -> Rate | None:
    """What a request counts as; None for what is never refused."""
    if path in FREE or path == BY_MACHINES[0]:
        return None
    if path.startswith(BY_MACHINES):
        return PAGES
    if method not in READING or path in INSTALLING:
        return FORMS
    return SEARCHES if path.startswith(SEARCHING) else PAGES


@dataclass(kw_only=True, slots=True)
class Limits:
    """Every address's buckets."""

    now: Callable[[], float] = time.monotonic
    refused: Counter[str] = field(default_factory=Counter)  # by the name of the rate
    _left: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, who: str, rate: Rate) -> int:
        """Take one; 0, or in how many seconds there will be one: then none is taken."""
        key, now = (who, rate.name), self.now()
        left, at = self._left.pop(key, (rate.at_once, now))
        left = min(rate.at_once, left + (now - at) * rate.a_second)
        taken = left >= 1
        self._left[key] = (left - 1 if taken else left, now)
        if len(self._left) > MOST_BUCKETS:
            self._left.popitem(last=False)
        if taken:
            return 0
        self.refused[rate.name] += 1
        return math.ceil((1 - left) / rate.a_second)

    def __len__(self) -> int:
        return len(self._left)


def limited(app: ASGIApp, addresses: Addresses, limits: Limits) -> ASGIApp:
    """The same application, asked no more by anybody than these limits allow, and told who really asks."""

    async def limiting(scope: Event, receive: ASGIApp, send: ASGIApp) -> None:
        asker, rate = addresses.of(scope), rate_of(scope["method"], scope["path"])
        wait = limits.wait(counted_as(asker), rate) if rate else 0
        if wait:
            await _refuse(scope["path"], wait, send)
        else:
            await app({**scope, "client": (str(asker), 0)}, receive, send)

    return limiting


async def _refuse(path: str, wait: int, send: ASGIApp) -> None:
    said = f"Too many requests from your address. Try again in {wait} seconds."
    kind, body = "text/plain; charset=utf-8", said
    headers = [(b"retry-after", str(wait).encode())]
    if path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": said}
        kind, body = "application/problem+json", json.dumps(problem | {"mistakes": []})
        headers.append((b"access-control-allow-origin", b"*"))
    headers += [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
