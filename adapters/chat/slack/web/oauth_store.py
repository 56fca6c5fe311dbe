"""bolt's stores for an installation, over what the bot keeps of workspaces."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import structlog
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.chat.slack.api.tokens import PLATFORM
from adapters.chat.slack.office import Office
from bot.errors import ConfigError
from bot.ports import Installation, Workspaces

from .oauth_exchange import Refusal

STATE_SECONDS = 600

log = structlog.get_logger()


class States(AsyncOAuthStateStore):
    """Marks of installations that have begun: each is good once, for ten minutes."""

    def __init__(self, office: Office) -> None:
        self._workspaces = _kept(office)

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        """Make one."""
        return await self._workspaces.new_state()

    async def async_consume(self, state: str) -> bool:
        """Use one up."""
        return await self._workspaces.used_state(state)


class Installations(AsyncInstallationStore):
    """Keeps one bot for each workspace; who it is there is asked of `Tokens`, and never of this."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._workspaces = _kept(office)

    @property
    def logger(self) -> logging.Logger:
        """Where bolt would say something."""
        return logging.getLogger(__name__)

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep an installation, and go by it from now on."""
        if installation.is_enterprise_install or not installation.team_id or not installation.bot_token:
            raise Refusal("org_wide")
        ours = _ours(installation, installation.team_id, installation.bot_token)
        await self._workspaces.installed(ours)
        await self._office.tokens.learn(ours)
        log.info("slack.installed", workspace=ours.workspace)


def _kept(office: Office) -> Workspaces:
    if office.workspaces is None:
        raise ConfigError("SLACK_CLIENT_ID is set, and nothing is kept of workspaces here.")
    return office.workspaces


def _ours(one: SlackInstallation, workspace: str, token: str) -> Installation:
    ends = one.bot_token_expires_at
    details = {
        "app_id": one.app_id,
        "bot_id": one.bot_id,
        "bot_name": one.get_custom_value("bot_name"),
        "enterprise_id": one.enterprise_id,
    }
    return Installation(
        platform=PLATFORM,
        workspace=workspace,
        token=token,
        installed_at=datetime.fromtimestamp(one.installed_at, UTC),
        name=one.team_name or "",
        scopes=frozenset(one.bot_scopes or ()),
        installed_by=one.user_id,
        bot_user=one.bot_user_id or "",
        refresh_token=one.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(ends, UTC) if ends else None,
        details={name: value for name, value in details.items() if value},
    )
