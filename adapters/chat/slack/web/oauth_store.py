"""bolt's stores for an installation, over what the bot keeps of workspaces."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import structlog
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.chat.slack.api.tokens import PLATFORM
from adapters.chat.slack.office import Office
from bot.errors import ConfigError
from bot.ports import Installation, Workspaces

from .exchange import Refusal

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
    """One bot for each workspace; the organisation above it and the person who installed it change nothing."""

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

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,  # noqa: ARG002 - bolt's names
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002
        is_enterprise_install: bool | None = False,
    ) -> SlackInstallation | None:
        """Find the one of a workspace."""
        found = (
            None if is_enterprise_install else await self._workspaces.installation(PLATFORM, team_id or "")
        )
        return _slacks(found) if found else None

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Find the same, as bolt calls it without a person."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002
        """Forget a workspace."""
        if team_id:
            await self._workspaces.uninstalled(PLATFORM, team_id)
            await self._office.tokens.forget(team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing: no person has a token of their own."""


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


def _slacks(one: Installation) -> SlackInstallation:
    return SlackInstallation(
        app_id=one.details.get("app_id"),
        enterprise_id=one.details.get("enterprise_id"),
        team_id=one.workspace,
        team_name=one.name,
        bot_token=one.token,
        bot_id=one.details.get("bot_id"),
        bot_user_id=one.bot_user,
        bot_scopes=sorted(one.scopes),
        bot_refresh_token=one.refresh_token or None,
        bot_token_expires_at=int(one.expires_at.timestamp()) if one.expires_at else None,
        user_id=one.installed_by,
        installed_at=one.installed_at.timestamp(),
    )
