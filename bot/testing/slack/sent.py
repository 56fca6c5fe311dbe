"""What is sent to the bot, and how the bot takes it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .world import Json

PATIENCE = 15.0  # seconds an acknowledgement is waited for, to know by how much it is late
IN_TIME = 3.0  # seconds it may take
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ack:
    """How the bot took something; `status` 0: it did not."""

    what: str
    status: int
    body: Any  # JSON where it is JSON, else text
    seconds: float
    response: str = ""  # the id of its response_url

    @property
    def in_time(self) -> bool:
        """Whether Slack would have been content."""
        return self.status == 200 and self.seconds <= IN_TIME


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """Something to deliver: the kind is Socket Mode's name for it."""

    what: str  # for the judge: "/papers list"
    kind: str  # "slash_commands", "interactive", "events_api"
    payload: Json
    response: str = ""
    patience: float = PATIENCE
    retry: int = 0
    reason: str = ""
    tamper: str = ""  # "signature", "secret", "old", "missing", "body": a forged request

    @property
    def content_type(self) -> str:
        """How HTTP carries it."""
        return JSON if self.kind == "events_api" else FORM

    def body(self) -> bytes:
        """What HTTP carries."""
        if self.kind == "events_api":
            return json.dumps(self.payload).encode()
        form = self.payload if self.kind == "slash_commands" else {"payload": json.dumps(self.payload)}
        return urlencode(form).encode()

    def acked(self, status: int, body: Any, since: float) -> Ack:
        """How it was taken."""
        spent = time.monotonic() - since
        return Ack(what=self.what, status=status, body=body, seconds=spent, response=self.response)
