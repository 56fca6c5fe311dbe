"""What a server answered: a body within bounds, a redirect, or an error that says what it means."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import httpcore
import httpx

from bot.domain.retry_after import retry_after
from bot.errors import SourceError

from .inflate import body_for, too_large
from .pacing import Lane

OK = 200
NOT_MODIFIED = 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# huggingface.co/docs/hub/rate-limits: RateLimit: "api";r=<requests left>;t=<seconds to the reset>
RATE_LIMIT_RESET = re.compile(r"\bt=(\d{1,6})\b")
# arXiv's words when it is asked too much; sometimes under status 200.
RATE_EXCEEDED = b"Rate exceeded."


class FailedOnTheWay(SourceError):
    """The request or its answer was lost, or the server stumbled: worth another try."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Status, headers (lower-case names) and, for a 200, the body."""

    url: httpx.URL
    status: int
    headers: Mapping[str, str]
    body: bytes


def check_status(response: httpx.Response, host: str, lane: Lane, now: datetime) -> None:
    """Let a body, an answer "unchanged" and a redirect pass; raise for everything else."""
    status = response.status_code
    told = "retry-after" in response.headers or "ratelimit" in response.headers
    if status == 429 or (status == 503 and told):
        raise lane.throttled(f"{host} asks for a pause ({status}).", patience(response.headers, now))
    if status == OK or (status == NOT_MODIFIED and _asked_conditionally(response)):
        return
    if status in REDIRECTS and "location" in response.headers:
        return
    raise _bad_status(host, status)


async def read(response: httpx.Response, url: httpx.URL, limit: int, lane: Lane) -> Answer:
    """The answer with its body (of a 200 only), at most `limit` bytes."""
    headers = dict(response.headers)
    if response.status_code != OK:
        return Answer(url=url, status=response.status_code, headers=headers, body=b"")
    body = await _body(response, url.host, limit)
    if body.strip() == RATE_EXCEEDED:
        raise lane.throttled(f"{url.host} says its rate limit is exceeded.", None)
    if not body:
        raise SourceError(
            f"{url.host} answered with nothing at all, which counts as a failure.", reason="empty_body"
        )
    return Answer(url=url, status=OK, headers=headers, body=body)


def patience(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds a server asks for: `Retry-After` in seconds or as a date, or `RateLimit`; None when it says nothing."""
    if (seconds := retry_after(headers.get("retry-after", ""), now)) is not None:
        return seconds
    if reset := RATE_LIMIT_RESET.search(headers.get("ratelimit", "")):
        return float(reset[1])
    return None


@contextmanager
def failures(host: str) -> Iterator[None]:
    """Turn what the network raises into a `FailedOnTheWay` that names the host."""
    try:
        yield
    except (TimeoutError, httpcore.ReadTimeout, httpcore.WriteTimeout, httpcore.PoolTimeout) as error:
        raise FailedOnTheWay(f"{host} took too long, so its answer was dropped.", reason="timeout") from error
    except (httpcore.ConnectTimeout, httpcore.NetworkError) as error:
        if isinstance(error.__context__, ssl.SSLError):
            raise _bad_tls(host) from error
        raise FailedOnTheWay(
            f"{host} could not be reached, so nothing was fetched from it.",
            reason="unreachable",
            fix="Check the network; the next run tries again.",
        ) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError) as error:
        raise FailedOnTheWay(
            f"{host} broke off or sent something that is not HTTP, so its answer was dropped.",
            reason="malformed",
        ) from error
    except (httpx.InvalidURL, UnicodeError) as error:  # httpx reads where a redirect leads before we do
        raise no_url(host) from error


def no_url(host: str) -> SourceError:
    """The error for a redirect to nowhere."""
    return SourceError(
        f"{host} redirects to something that is no URL, so nothing was read.", reason="malformed"
    )


async def _body(response: httpx.Response, host: str, limit: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > limit:
        raise too_large(host, limit)
    body = body_for(response.headers.get("content-encoding", ""), host=host, limit=limit)
    async for chunk in response.aiter_raw():
        body.add(chunk)
    return body.finished()


def _asked_conditionally(response: httpx.Response) -> bool:
    return not {"if-none-match", "if-modified-since"}.isdisjoint(response.request.headers)


def _bad_status(host: str, status: int) -> SourceError:
    known = {each.value: each.phrase for each in HTTPStatus}
    what = f"{host} answered {status} ({known.get(status, 'unknown status')}), so nothing was read from it."
    if status >= 500:
        return FailedOnTheWay(what, reason="bad_status", status=status)
    return SourceError(what, reason="bad_status", status=status)


def _bad_tls(host: str) -> SourceError:
    return SourceError(
        f"{host} could not prove who it is (TLS), so nothing was fetched from it.",
        reason="unreachable",
        fix="Its certificate may have run out, or its address may need http:// instead.",
    )
