"""The one polite way to the network: public addresses only, bounded in time and size, paced per host.

The limits are the constants here, in `addresses.py` (who may be asked), `transport.py` (over which connection),
`inflate.py` (how much is read), `answers.py` (what counts as an answer) and `pacing.py` (how often).
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Sequence
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from bot import __version__
from bot.domain.paper import Validator
from bot.errors import SourceError
from bot.ports import Clock, Page

from .addresses import networks, vet_url
from .answers import REDIRECTS, Answer, FailedOnTheWay, check_status, failures, no_url, read
from .budget import Budget
from .pacing import USUAL, Lane, Pacing
from .transport import Resolver, VettedTransport, resolve

DEADLINE = 30.0  # seconds one call may spend on the network, redirects and further tries included
LIMIT = 5 * 2**20  # bytes of a body, inflated
HOPS = 5  # redirects followed
# A body is asked for without conditions once a day, so that a server stuck on "304" is found out.
CONDITIONAL_FOR = timedelta(hours=24)
TIMEOUTS = httpx.Timeout(10.0, read=15.0)  # of each step; the deadline is what bounds the whole


class HttpFetcher:
    """GETs pages under all limits; a `bot.ports.Fetcher`.

    `allow_private_networks` are CIDRs: addresses inside are fetched too, on any port. `contact` (a URL or an address of
    the operator) goes into the User-Agent. `deadline` is in seconds, `limit` in bytes.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        allow_private_networks: Sequence[str] = (),
        contact: str = "",
        deadline: float = DEADLINE,
        limit: int = LIMIT,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._limit = limit
        self._pacing = Pacing(clock)
        self._client = _client(
            VettedTransport(allowed=networks(allow_private_networks), resolver=resolver, tls=tls), contact
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        validator: Validator | None = None,
        accept: str = "*/*",
        limit: int | None = None,
        pace: str = "",
    ) -> Page:
        """Fetch a URL under all limits, or raise `SourceError`."""
        headers = {"accept": accept} | self._conditions(validator)
        budget = Budget(self._deadline)
        target = vet_url(url)
        seen = {target}
        for _ in range(HOPS + 1):
            answer = await self._persist(target, headers, budget, limit or self._limit, pace)
            if answer.status not in REDIRECTS:
                return self._page(url, answer, validator)
            target = _next_hop(target, answer)
            if target in seen:
                break
            seen.add(target)
        raise SourceError(
            f"{vet_url(url).host} redirects in circles or more than {HOPS} times, so nothing was read.",
            reason="too_many_redirects",
        )

    async def _persist(
        self, url: httpx.URL, headers: dict[str, str], budget: Budget, limit: int, pace: str
    ) -> Answer:
        """One answer, tried again after a failure on the way; never after being told to wait."""
        lane = self._pacing.lane(url.host, pace)
        self._pacing.check(url.host)
        for attempt in range(len(USUAL.backoff) + 1):
            try:
                return await self._exchange(url, headers, budget, limit, lane)
            except FailedOnTheWay as error:
                if attempt == len(USUAL.backoff) or budget.spent:
                    self._remember(url.host, error)
                    raise
                # Only a host that did answer, badly, is given long to recover.
                pauses = USUAL.backoff if error.reason == "unreachable" else lane.pace.backoff
                await self._clock.sleep(pauses[attempt])
            except SourceError as error:
                self._remember(url.host, error)
                raise
        raise AssertionError("the last try returns or raises")

    async def _exchange(
        self, url: httpx.URL, headers: dict[str, str], budget: Budget, limit: int, lane: Lane
    ) -> Answer:
        """One request in its turn, and what came back, when its status is one to go on with."""
        async with lane.turn():
            with failures(url.host):
                async with budget.spend(), self._client.stream("GET", url, headers=headers) as response:
                    check_status(response, url.host, lane, self._clock.now())
                    answer = await read(response, url, limit, lane)
        lane.answered()
        return answer

    def _remember(self, host: str, error: SourceError) -> None:
        if error.reason == "unreachable":
            self._pacing.found_down(host, error)

    def _conditions(self, validator: Validator | None) -> dict[str, str]:
        if validator is None or self._outlived(validator):
            return {}
        sent = {"if-none-match": validator.etag, "if-modified-since": validator.last_modified}
        return {name: value for name, value in sent.items() if value}

    def _outlived(self, validator: Validator) -> bool:
        fetched_at = validator.fetched_at
        return fetched_at is not None and self._clock.now() - fetched_at >= CONDITIONAL_FOR

    def _page(self, asked: str, answer: Answer, validator: Validator | None) -> Page:
        """The answer as a page; an unchanged one keeps the validator it was asked with."""
        fresh = Validator(
            url=asked,
            etag=_sendable(answer.headers.get("etag", "")),
            last_modified=_sendable(answer.headers.get("last-modified", "")),
            fetched_at=self._clock.now(),
        )
        return Page(
            url=str(answer.url),
            status=answer.status,
            body=answer.body,
            content_type=answer.headers.get("content-type", ""),
            validator=validator if validator and answer.status == 304 else fresh,
            headers=answer.headers,
        )


def _client(transport: VettedTransport, contact: str) -> httpx.AsyncClient:
    # httpx logs every URL with its query, where private feeds keep their tokens.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    about = f"+{contact}" if contact else "self-hosted digest of research papers"
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,  # a proxy or .netrc of the environment would go round the vetting
        follow_redirects=False,
        timeout=TIMEOUTS,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "user-agent": f"paperround/{__version__} ({about})",
            "accept-encoding": "gzip",
            "connection": "close",
        },
    )


def _sendable(header: str) -> str:
    """A header's value that may be sent back as it is, or ""."""
    return header if len(header) <= 500 and header.isascii() and header.isprintable() else ""


def _next_hop(url: httpx.URL, answer: Answer) -> httpx.URL:
    """Where a redirect leads, vetted like a first URL. https to http is followed: nothing secret is ever sent."""
    try:
        return vet_url(str(url.join(answer.headers["location"])))
    except (httpx.InvalidURL, ValueError) as error:
        raise no_url(url.host) from error
