"""Installing the bot in any workspace: https://docs.slack.dev/authentication/installing-with-oauth.

bolt's flow, with what is kept behind it and what is said on it our own. Nothing here logs a code or a token.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import urlencode

import structlog
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation

from adapters.chat.slack.manifest import REDIRECT_PATH
from adapters.chat.slack.office import Office
from adapters.chat.slack.scopes import BOT
from bot.errors import ConfigError, PaperRoundError

from . import oauth_pages as pages
from .oauth_exchange import Refusal, exchanged
from .oauth_store import STATE_SECONDS, Installations, States
from .web_url import checked_web_url

INSTALL = "/slack/install"
IS_WORKSPACE = re.compile(r"T[A-Z0-9]{2,20}")

log = structlog.get_logger()


class Pages:
    """The two pages of an installation, each with an answer for whatever happens."""

    def __init__(self, flow: AsyncOAuthFlow, install_url: str) -> None:
        self._flow = flow
        self._install_url = install_url

    async def install(self, request: AsyncBoltRequest) -> BoltResponse:
        """Say what the bot asks for, with the way to Slack's own page."""
        try:
            return await self._flow.handle_installation(request)
        except PaperRoundError as error:
            return self._refused(Refusal("storage", str(error)))

    async def finish(self, request: AsyncBoltRequest) -> BoltResponse:
        """Take somebody back from Slack, and say what came of it."""
        try:
            return await self._flow.handle_callback(request)
        except Refusal as refusal:
            return self._refused(refusal)
        except PaperRoundError as error:
            return self._refused(Refusal("storage", str(error)))

    def _refused(self, refusal: Refusal) -> BoltResponse:
        log.warning("slack.not_installed", reason=refusal.reason, detail=refusal.detail)
        return pages.failed(refusal.reason, self._install_url)


def make_pages(office: Office) -> Pages:
    """The pages, with all they need; a `ConfigError` when something is missing."""
    web_url = checked_web_url(office.web_url)
    if office.workspaces is None:
        raise ConfigError("SLACK_CLIENT_ID is set, and nothing is kept of workspaces here.")
    return Pages(_Flow(office, _settings(office, web_url)), web_url + INSTALL)


class _Flow(AsyncOAuthFlow):
    """bolt's flow, whose addresses are quoted and whose errors hold no code."""

    def __init__(self, office: Office, settings: AsyncOAuthSettings) -> None:
        super().__init__(logger=_quiet(), settings=settings)
        self._office = office

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Slack's page of consent; `?team=T...` chooses the workspace there."""
        asked: Mapping[str, str] = {
            "client_id": self.client_id,
            "scope": ",".join(BOT),
            "redirect_uri": self.redirect_uri or "",
            "state": state,
        }
        team = next(iter(request.query.get("team", ())), "")
        known = {"team": team} if IS_WORKSPACE.fullmatch(team) else {}
        return f"{self.settings.authorization_url}?{urlencode({**asked, **known})}"

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - bolt's
        """What stands on the page, with its way to Slack."""
        return pages.install_html(url)

    async def append_set_cookie_headers(
        self, headers: dict[str, object], set_cookie_value: str | None
    ) -> dict[str, object]:
        """The headers of that page."""
        cookie = {"Set-Cookie": [set_cookie_value]} if set_cookie_value else {}
        return {**headers, **pages.headers(), **cookie}

    async def run_installation(self, code: str) -> SlackInstallation:
        """Exchange the code for a token; raises `Refusal`."""
        return await exchanged(self._office, code, self.redirect_uri or "")


class _Cookies(OAuthStateUtils):
    """bolt's cookie, which says that no other site's form may bring it."""

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{super().build_set_cookie_for_new_state(state)}; SameSite=Lax"


def _settings(office: Office, web_url: str) -> AsyncOAuthSettings:
    """Every setting said, for bolt looks up in the environment what is not."""
    made = AsyncOAuthSettings(
        client_id=office.settings.client_id,
        client_secret=office.settings.client_secret.get_secret_value(),
        scopes=list(BOT),
        user_scopes=[],
        redirect_uri=web_url + REDIRECT_PATH,
        install_path=INSTALL,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=f"{office.settings.site}oauth/v2/authorize",
        installation_store=Installations(office),
        installation_store_bot_only=True,
        state_store=States(office),
        state_expiration_seconds=STATE_SECONDS,
        callback_options=_said(office, web_url),
        logger=_quiet(),
    )
    made.state_utils = _Cookies(expiration_seconds=STATE_SECONDS)
    return made


def _said(office: Office, web_url: str) -> AsyncCallbackOptions:
    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        one = args.installation
        used = args.settings.state_utils.build_set_cookie_for_deletion()
        return pages.installed(one.team_name or "", _way_back(office.settings.site, one), used)

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        log.info("slack.not_installed", reason=args.reason if args.reason in pages.FAILURES else "other")
        return pages.failed(args.reason, web_url + INSTALL)

    return AsyncCallbackOptions(success=success, failure=failure)


def _way_back(site: str, one: SlackInstallation) -> str:
    """Into Slack again, to the bot's own page: https://docs.slack.dev/interactivity/deep-linking."""
    return f"{site}app_redirect?{urlencode({'app': one.app_id or '', 'team': one.team_id or ''})}"


def _quiet() -> logging.Logger:
    """A logger for bolt, whose own words about an installation hold its code."""
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.CRITICAL)
    return logger
