"""Answers for programs: with what says whether they have changed (RFC 9110, 13.1), and packed where that is taken."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FRESH = "public, max-age=300"
PRIVATE = "private, no-cache"  # only its reader's, and asked for anew each time
WORTH_PACKING = 1_000  # bytes
PACKING = 5  # of 9: nearly as small, in half the time
# What came within the last hour may come again with the same time on it: lists are read for minutes.
AT_REST = timedelta(hours=1)
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?", re.IGNORECASE
)
HOST_6 = re.compile(r"\[[0-9a-f:.]{2,45}\](?::\d{1,5})?", re.IGNORECASE)
LONGEST_HOST = 260


def answer(
    request: Request,
    body: bytes,
    kind: str,
    *,
    changed: datetime | None = None,
    now: datetime | None = None,
    private: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A whole answer; "not modified" for whoever has it."""
    said = {
        "etag": f'W/"{sha256(body).hexdigest()[:24]}"',
        "cache-control": PRIVATE if private else FRESH,
        "vary": "Accept-Encoding",
        **(headers or {}),
    }
    if private:
        said["x-robots-tag"] = "noindex"
    if changed is not None and now is not None and changed <= now - AT_REST:
        said["last-modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if _has_it(request, said):
        return Response(status_code=304, headers=said)
    if not private and len(body) >= WORTH_PACKING and takes_gzip(request):
        body, said["content-encoding"] = gzip.compress(body, PACKING, mtime=0), "gzip"
    return Response(body, headers=said, media_type=kind)


def takes_gzip(request: Request) -> bool:
    """Whether a packed answer is taken (RFC 9110, 12.5.3)."""
    for one in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


def origin_of(address: str, request: Request) -> str:
    """Where this is, as "https://papers.example.org": what the operator said, else the host that was asked for."""
    parts = urlsplit(address)
    if parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    host = request.headers.get("host", "")
    if len(host) > LONGEST_HOST or not (HOST.fullmatch(host) or HOST_6.fullmatch(host)):
        raise HTTPException(400)
    return f"{request.scope['scheme']}://{host.lower()}"


def _has_it(request: Request, said: Mapping[str, str]) -> bool:
    """Whether whoever asks has this already; a tag says more than a time, which is looked at without one only."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {one.strip().removeprefix("W/") for one in tags.split(",")}
        return tags.strip() == "*" or said["etag"].removeprefix("W/") in known
    since, changed = request.headers.get("if-modified-since"), said.get("last-modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):  # TypeError: the one with a zone, the other without
        return False
