"""A code for a token: https://docs.slack.dev/reference/methods/oauth.v2.access."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.api.client import make_client
from adapters.chat.slack.api.errors import refusal_of
from adapters.chat.slack.api.identity import of_token
from adapters.chat.slack.drawing.blocks import Json
from adapters.chat.slack.office import Office

# What Slack says when the fault is in this bot's own settings.
OURS = {
    "invalid_client_id",
    "bad_client_secret",
    "bad_redirect_uri",
    "no_scopes",
    "oauth_authorization_url_mismatch",
}

log = structlog.get_logger()


class Refusal(Exception):
    """An installation that comes to nothing; `reason` is one of `oauth_pages.FAILURES`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


async def exchanged(office: Office, code: str, redirect_uri: str) -> SlackInstallation:
    """What Slack gives for a code, which is good once; raises `Refusal`."""
    answer = await _asked(office, code, redirect_uri)
    if answer.get("is_enterprise_install") or not _of(answer, "team").get("id"):
        await _given_back(office, answer)
        raise Refusal("org_wide")
    if not answer.get("access_token") or answer.get("token_type", "bot") != "bot":
        raise Refusal("no_bot")
    return await _named(office, _installation(office, answer))


async def _asked(office: Office, code: str, redirect_uri: str) -> Json:
    try:
        answer = await make_client(office.settings).oauth_v2_access(
            code=code,
            client_id=office.settings.client_id,
            client_secret=office.settings.client_secret.get_secret_value(),
            redirect_uri=redirect_uri,
        )
    except SlackApiError as error:
        refused = refusal_of(error).code
        reason = "settings" if refused in OURS else "invalid_code" if refused else "unreachable"
        raise Refusal(reason, refused) from None
    except Exception as error:  # noqa: BLE001 - the network in any of its ways; what it says may hold the code
        raise Refusal("unreachable", type(error).__name__) from None
    return answer.data if isinstance(answer.data, dict) else {}


def _installation(office: Office, answer: Json) -> SlackInstallation:
    now, lasts = office.clock.now().timestamp(), answer.get("expires_in")
    return SlackInstallation(
        app_id=answer.get("app_id"),
        enterprise_id=_of(answer, "enterprise").get("id"),
        team_id=_of(answer, "team").get("id"),
        team_name=_of(answer, "team").get("name"),
        bot_token=answer.get("access_token"),
        bot_user_id=answer.get("bot_user_id"),
        bot_scopes=answer.get("scope") or "",
        bot_refresh_token=answer.get("refresh_token"),
        bot_token_expires_at=int(now + lasts) if isinstance(lasts, int) else None,
        user_id=_of(answer, "authed_user").get("id") or "",
        installed_at=now,
    )


async def _named(office: Office, one: SlackInstallation) -> SlackInstallation:
    """The same with what only `auth.test` says of the bot; without it when Slack does not answer now."""
    try:
        bot = await of_token(make_client(office.settings, one.bot_token or ""), one.bot_token or "")
    except Exception as error:  # noqa: BLE001 - the token is good, and asked for its owner again when it is used
        log.warning("slack.bot_not_named", workspace=one.team_id, reason=type(error).__name__)
        return one
    if bot.workspace and bot.workspace != one.team_id:
        raise Refusal("no_bot", "the token is of another workspace")
    one.bot_id = bot.bot_id
    one.set_custom_value("bot_name", bot.bot_name)
    return one


async def _given_back(office: Office, answer: Json) -> None:
    """A token that is not kept is not left lying about, either."""
    client: AsyncWebClient = make_client(office.settings, str(answer.get("access_token") or ""))
    try:
        await client.auth_revoke()
    except Exception as error:  # noqa: BLE001 - it was only tidy to try
        log.info("slack.not_revoked", reason=type(error).__name__)


def _of(answer: Json, name: str) -> Mapping[str, str]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}
