"""Tokens: what they may be used for, how long they last, and how they come to be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ROTATION = timedelta(hours=12)  # https://docs.slack.dev/authentication/using-token-rotation
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "team:read",
    "users:read",
)


@dataclass(kw_only=True)
class Token:
    """A bot's token, or (without a workspace) the app's own; `fault` is the error it gives."""

    secret: str
    workspace: str = ""
    scopes: tuple[str, ...] = SCOPES
    expires_at: datetime | None = None
    fault: str = ""  # "token_revoked", "account_inactive"

    def error(self, now: datetime) -> str:
        """Why it is not accepted; "" when it is."""
        expired = self.expires_at is not None and now >= self.expires_at
        return self.fault or ("token_expired" if expired else "")


@dataclass(kw_only=True)
class Consent:
    """A code somebody's consent gave."""

    workspace: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    used: bool = False


@dataclass(kw_only=True)
class Vault:
    """Every token, refresh token and code there is."""

    rotating: bool = False
    lifetime: timedelta = ROTATION
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, Consent] = field(default_factory=dict)

    def keep(self, token: Token) -> Token:
        """Accept a token from now on."""
        self.tokens[token.secret] = token
        return token

    def issue(self, workspace: str, scopes: tuple[str, ...], now: datetime) -> tuple[Token, str]:
        """Make a bot token, and its refresh token where tokens rotate."""
        if not self.rotating:
            return self.keep(Token(secret=_new("xoxb-"), workspace=workspace, scopes=scopes)), ""
        made = Token(
            secret=_new("xoxe.xoxb-1-"), workspace=workspace, scopes=scopes, expires_at=now + self.lifetime
        )
        refresh = _new("xoxe-1-")
        self.refreshes[refresh] = made
        return self.keep(made), refresh

    def consent(self, consent: Consent) -> str:
        """Make a code of somebody's consent."""
        code = _new("code-")
        self.codes[code] = consent
        return code

    def void(self, workspace: str, fault: str) -> None:
        """Accept no token of a workspace any more."""
        for token in self.tokens.values():
            if token.workspace == workspace:
                token.fault = fault
        self.refreshes = {key: one for key, one in self.refreshes.items() if one.workspace != workspace}


def _new(prefix: str) -> str:
    return prefix + secrets.token_hex(12)
