"""Response URLs: five uses within half an hour; https://docs.slack.dev/interactivity/handling-user-interaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Clock

from .messages import Said

USES, SECONDS = 5, 1800.0


@dataclass(kw_only=True)
class ResponseUrl:
    """One address an interaction came with; `source` is the message that was acted on."""

    id: str
    workspace: str
    channel: str
    user: str
    made: float
    source: Said | None = None
    uses: int = 0
    answers: list[Said] = field(default_factory=list)  # what it says now, one for each message
    bodies: list[dict[str, Any]] = field(default_factory=list)  # what came, as it came
    deleted: bool = False


@dataclass(kw_only=True)
class Responses:
    """Every address given out."""

    clock: Clock
    all: dict[str, ResponseUrl] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def mint(self, workspace: str, channel: str, user: str, source: Said | None = None) -> ResponseUrl:
        """Give out an address."""
        made = ResponseUrl(
            id=secrets.token_hex(12),
            workspace=workspace,
            channel=channel,
            user=user,
            made=self.clock.monotonic(),
            source=source,
        )
        self.all[made.id] = made
        return made

    def use(self, which: str) -> ResponseUrl | str:
        """Use one once, or say why not."""
        found = self.all.get(which)
        problem = "used_url" if found is None else self._problem(found)
        if found is None or problem:
            self.refused.append(problem)
            return problem
        found.uses += 1
        return found

    def _problem(self, one: ResponseUrl) -> str:
        if self.clock.monotonic() - one.made > SECONDS:
            return "expired_url"
        return "used_url" if one.uses >= USES else ""
