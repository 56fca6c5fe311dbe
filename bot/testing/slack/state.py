"""Everything one stand-in knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.ports import Clock

from .faults import Faults
from .messages import Said, named
from .rates import Rates
from .responses import Responses
from .sent import Ack
from .tokens import SCOPES, Token, Vault
from .views import Views
from .world import Channel, Json, Workspace

# What is wrong with a message's or a view's JSON, one line each.
Check: TypeAlias = Callable[[Json], Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The Slack app the bot is."""

    id: str = "A0PAPERS01"
    client_id: str = "1234.5678"
    client_secret: str = "stand-in-client-secret"  # noqa: S105 - nobody's
    signing_secret: str = "stand-in-signing-secret"  # noqa: S105 - nobody's
    scopes: tuple[str, ...] = SCOPES


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """One call as the journal keeps it; `error` is "" when it was answered well."""

    at: float
    method: str
    workspace: str
    channel: str
    fault: str
    error: str
    arguments: Json


@dataclass(kw_only=True)
class State:
    """Workspaces, tokens, views, answers and what was called."""

    clock: Clock
    workspaces: dict[str, Workspace]
    app: App
    vault: Vault
    faults: Faults
    rates: Rates
    views: Views
    responses: Responses
    base: str = ""  # "http://127.0.0.1:PORT/"
    private: list[Said] = field(default_factory=list)  # what only one person sees
    unfurled: list[Json] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)  # how the bot took what was sent to it
    journal: list[Called] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)  # what a check said of something sent
    check_message: Check = lambda _message: ()
    check_view: Check = lambda _view: ()
    strict: bool = True  # refuse what a check finds, as Slack does
    history_limit: int = 999
    _last_ts: int = 0

    def stamp(self) -> str:
        """A moment nothing else has: what Slack calls a ts."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        seconds, rest = divmod(self._last_ts, 1_000_000)
        return f"{seconds}.{rest:06}"

    def workspace_of(self, token: Token) -> Workspace:
        """Where a bot token belongs."""
        return self.workspaces[token.workspace]

    def say(self, workspace: Workspace, channel: Channel, *, user: str, text: str, **more: Any) -> Said:
        """Post something to a channel."""
        blocks = named(more.pop("blocks", None) or [])
        bot = workspace.bot_id if user == workspace.bot_user else ""
        said = Said(
            ts=self.stamp(),
            workspace=workspace.id,
            channel=channel.id,
            user=user,
            text=text,
            blocks=blocks,
            bot_id=bot,
            **more,
        )
        (self.private if said.only_for else channel.messages).append(said)
        return said

    def everything_said(self) -> list[Said]:
        """All messages of all channels, by workspace and channel, oldest first."""
        channels = [c for w in self.workspaces.values() for c in w.channels.values()]
        return [said for channel in channels for said in channel.messages]
