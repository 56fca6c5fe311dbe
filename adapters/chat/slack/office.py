"""Everything that answers people in Slack is given."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Clock, Commands, Workspaces

from .api.people import People
from .api.tokens import Tokens
from .settings import SlackSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What handlers work with: who the bot is in each workspace, whom it talks to, and what it can do."""

    settings: SlackSettings
    tokens: Tokens
    people: People
    workspaces: Workspaces | None  # None where nothing is kept
    clock: Clock
    commands: Commands
    web_url: str = ""  # PAPERROUND_WEB_URL: where browsers reach the web host
