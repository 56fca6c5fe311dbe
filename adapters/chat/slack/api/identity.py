"""Who the bot is in a workspace, as `auth.test` or an installation says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Installation

UNINVITED = "chat:write.public"
HISTORY = frozenset({"channels:history", "groups:history", "im:history"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The bot in one workspace."""

    workspace: str
    token: str = field(repr=False)
    name: str = ""  # as people call the workspace
    bot_user: str = ""
    bot_id: str = ""
    bot_name: str = ""  # as people call the bot there, after the "@"
    scopes: frozenset[str] = frozenset()

    @property
    def reads_history(self) -> bool:
        """Whether every channel it is in can be asked what was posted."""
        return self.scopes >= HISTORY

    @property
    def is_sure(self) -> bool:
        """The same of every channel it posts to: of one it was never invited into, Slack shows it no history."""
        return self.reads_history and UNINVITED not in self.scopes


def of_installation(installation: Installation) -> Identity:
    """Who the bot is by what was kept when it was installed."""
    return Identity(
        workspace=installation.workspace,
        token=installation.token,
        name=installation.name,
        bot_user=installation.bot_user,
        bot_id=installation.details.get("bot_id", ""),
        bot_name=installation.details.get("bot_name", ""),
        scopes=installation.scopes,
    )


async def of_token(client: AsyncWebClient, token: str) -> Identity:
    """Ask Slack whose a token is; raises what the client raises."""
    answer = await client.auth_test()
    return Identity(
        workspace=_text(answer.get("team_id")),
        token=token,
        name=_text(answer.get("team")),
        bot_user=_text(answer.get("user_id")),
        bot_id=_text(answer.get("bot_id")),
        bot_name=_text(answer.get("user")),
        scopes=scopes_of(answer.headers),
    )


def scopes_of(headers: Mapping[str, str]) -> frozenset[str]:
    """The scopes Slack names with each answer."""
    named = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(scope.strip() for scope in named.split(",") if scope.strip())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
