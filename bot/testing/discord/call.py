"""One REST call as it arrived, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

Answer: TypeAlias = tuple[int, Any]  # a status and Discord's JSON; None: no body


class Refused(Exception):
    """An answer that is an error of Discord's: a status, a JSON error code and a message."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        """Refuse; `more` goes into the body."""
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code, **more}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A route and what was sent to it."""

    method: str
    path: str  # "/channels/1/messages"
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    authorization: str = ""

    @property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def given(self) -> dict[str, Any]:
        """The body, when it is an object."""
        return self.body if isinstance(self.body, dict) else {}


async def read_call(request: web.Request) -> Call:
    """Read a call; of a multipart form only its payload_json counts."""
    return Call(
        method=request.method,
        path="/" + request.match_info["tail"],
        body=await _body(request),
        query=dict(request.query),
        authorization=request.headers.get("Authorization", ""),
    )


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        return _parsed(str((await request.post()).get("payload_json", "null")))
    return _parsed(await request.text() or "null")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
