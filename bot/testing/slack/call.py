"""One call of the Web API as it arrived: GET or POST, form or JSON, the token in a header or in the body."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

AUTHORIZATION = "Authorization"


class Refused(Exception):
    """An answer that is not ok: `{"ok": false, "error": ...}` and what Slack adds to it."""

    def __init__(self, error: str, **more: Any) -> None:
        """Refuse with an error's name."""
        super().__init__(error)
        self.answer: dict[str, Any] = {"ok": False, "error": error, **more}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A method and its arguments."""

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    bearer: str = ""
    client: tuple[str, str] = ("", "")  # id and secret, of HTTP's own authorization

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as yes or no; slack_sdk sends 1 and 0 in a form."""
        return self.arguments.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        """An argument as a whole number."""
        return int(self.text(name) or default)

    def parsed(self, name: str) -> Any:
        """An argument that is JSON, also when a form carries it as text."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refused(f"invalid_{name}") from None


async def read_call(request: web.Request) -> Call:
    """Read a call; what stands in the query of a POST counts too, as slack_sdk sends some methods so."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method == "POST":
        arguments |= await _body(request)
    given = request.headers.get(AUTHORIZATION, "")
    is_basic, is_bearer = given.lower().startswith("basic "), given.lower().startswith("bearer ")
    login, _, password = (b64decode(given[6:]).decode() if is_basic else "").partition(":")
    return Call(
        method=request.match_info.get("method", ""),
        arguments=arguments,
        bearer=given[7:].strip() if is_bearer else str(arguments.get("token", "")),
        client=(login, password),
    )


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        try:
            read = json.loads(await request.text() or "{}")
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}
    return dict(await request.post())
