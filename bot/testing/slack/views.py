"""Modals and App Homes: who has which open, and the trigger ids that open them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Clock

from .call import Refused
from .messages import named

TRIGGER_SECONDS = 3.0  # https://docs.slack.dev/interactivity/handling-user-interaction
STACK = 3  # views on top of each other


@dataclass(kw_only=True, eq=False)
class View:
    """A view somebody sees; a modal is `open` until it is submitted or closed."""

    id: str
    workspace: str
    user: str
    content: dict[str, Any]
    root: str = ""
    previous: str = ""
    hash: str = ""
    open: bool = True

    @property
    def kind(self) -> str:
        """A modal or a home."""
        return str(self.content.get("type", ""))

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks."""
        return list(self.content.get("blocks", []))

    def show(self, content: dict[str, Any]) -> None:
        """Put other content in its place."""
        self.content = {**content, "blocks": named(content.get("blocks", []))}
        self.hash = secrets.token_hex(6)

    def described(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """What Slack says of it; https://docs.slack.dev/reference/views."""
        empty = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **empty,
            **self.content,
            "id": self.id,
            "team_id": self.workspace,
            "app_installed_team_id": self.workspace,
            "state": {"values": values or {}},
            "hash": self.hash,
            "root_view_id": self.root or self.id,
            "previous_view_id": self.previous or None,
        }


@dataclass(kw_only=True)
class Views:
    """Every view of every workspace."""

    clock: Clock
    all: dict[str, View] = field(default_factory=dict)
    homes: dict[tuple[str, str], View] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)  # why opening failed, each time
    _triggers: dict[str, tuple[float, str, str, str]] = field(default_factory=dict)

    def trigger(self, workspace: str, user: str, view: str = "") -> str:
        """Make a trigger id, good for one view within three seconds."""
        made = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[made] = (self.clock.monotonic(), workspace, user, view)
        return made

    def use(self, trigger: str) -> tuple[str, str, str]:
        """Use one up: workspace, person and the view it came from; refused when it is too old or was used."""
        made = self._triggers.get(trigger)
        if made is None:
            raise self._refusal("invalid_trigger_id" if trigger else "invalid_arguments")
        if not made[1]:
            raise self._refusal("exchanged_trigger_id")
        self._triggers[trigger] = (made[0], "", "", "")
        if self.clock.monotonic() - made[0] > TRIGGER_SECONDS:
            raise self._refusal("expired_trigger_id")
        return made[1:]

    def add(self, workspace: str, user: str, content: dict[str, Any], *, below: str = "") -> View:
        """Open a view, on top of another or alone."""
        under = self.all.get(below)
        if under and len(list(self._stack(under))) >= STACK:
            raise self._refusal("push_limit_reached")
        made = View(id=f"V{len(self.all) + 1:08}", workspace=workspace, user=user, content={})
        made.root, made.previous = (under.root or under.id, under.id) if under else ("", "")
        made.show(content)
        self.all[made.id] = made
        return made

    def modal(self, user: str) -> View | None:
        """The modal somebody has on top."""
        mine = [one for one in self.all.values() if one.user == user and one.open and one.kind == "modal"]
        return mine[-1] if mine else None

    def close(self, view: View, *, whole: bool = False) -> None:
        """Close a view, or all that are under and over it."""
        for one in self.all.values():
            if one is view or (whole and (one.root or one.id) == (view.root or view.id)):
                one.open = False

    def _stack(self, top: View) -> Iterator[View]:
        one: View | None = top
        while one is not None:
            yield one
            one = self.all.get(one.previous)

    def _refusal(self, error: str) -> Refused:
        self.refused.append(error)
        return Refused(error)
