"""Tokens that Slack replaces every twelve hours: https://docs.slack.dev/authentication/using-token-rotation.

A refresh token is good for one use, so one process at a time renews, and writes down what it got before anything uses it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog
from slack_sdk.errors import SlackApiError

from adapters.chat.slack.settings import SlackSettings
from bot.errors import AuthFailed, DeliveryError, StoreBusy, Transient
from bot.ports import Clock, Installation, Workspaces

from .client import Wire, make_client
from .errors import error_of
from .identity import scopes_of

AHEAD = timedelta(hours=1)  # renewed so long before it expires
WRITE_SECONDS = 1.0  # between two tries to write a renewed token into a busy database

log = structlog.get_logger()


def is_due(installation: Installation, clock: Clock) -> bool:
    """Whether a token expires soon and can be renewed."""
    return _within(installation, clock, AHEAD)


def has_expired(installation: Installation, clock: Clock) -> bool:
    """Whether a token that rotates is over."""
    return _within(installation, clock, timedelta())


async def renewed(
    installation: Installation, workspaces: Workspaces, *, settings: SlackSettings, wire: Wire, clock: Clock
) -> Installation:
    """The installation with a newer token, from Slack or from another process that was first.

    Raises `AuthFailed` when Slack does not renew it, `Transient` when nobody can now.
    """
    platform, workspace = installation.platform, installation.workspace
    if not await workspaces.renewing(platform, workspace):
        return await _of_others(installation, workspaces)
    kept = await workspaces.installation(platform, workspace)
    if kept is not None and kept.token != installation.token:  # renewed just before we asked
        return kept
    newer = await _asked(installation, settings, wire, clock)
    await _written(newer, workspaces, clock)
    return newer


async def _written(newer: Installation, workspaces: Workspaces, clock: Clock) -> None:
    """Write it down, however long the database is busy: what it was renewed with is used up."""
    while True:
        try:
            return await workspaces.renewed(newer)
        except StoreBusy as busy:
            log.warning("slack.renewal_not_written", workspace=newer.workspace, reason=str(busy))
        await clock.sleep(WRITE_SECONDS)


async def _of_others(installation: Installation, workspaces: Workspaces) -> Installation:
    kept = await workspaces.installation(installation.platform, installation.workspace)
    if kept is None or kept.token == installation.token:
        raise Transient("The workspace's token is being renewed by another process.")
    return kept


async def _asked(
    installation: Installation, settings: SlackSettings, wire: Wire, clock: Clock
) -> Installation:
    try:
        answer = await make_client(settings, wire=wire).oauth_v2_access(
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            grant_type="refresh_token",
            refresh_token=installation.refresh_token,
        )
        return _taken(installation, dict(answer.data) if isinstance(answer.data, dict) else {}, clock)
    except Exception as error:
        raise _refused(error, clock) from error


def _taken(installation: Installation, answer: dict[str, object], clock: Clock) -> Installation:
    """What Slack answered; raises KeyError or ValueError when there is no token in it."""
    scopes = scopes_of({"x-oauth-scopes": str(answer.get("scope", ""))})
    return replace(
        installation,
        token=str(answer["access_token"]),
        refresh_token=str(answer["refresh_token"]),
        expires_at=clock.now() + timedelta(seconds=float(str(answer["expires_in"]))),
        scopes=scopes or installation.scopes,
    )


def _refused(error: Exception, clock: Clock) -> DeliveryError:
    """Nothing was posted, whatever went wrong."""
    told = error_of(error, clock)
    if isinstance(error, SlackApiError) and isinstance(told, AuthFailed):
        return AuthFailed(
            f"Slack does not renew the workspace's token: {told.what}",
            fix="Somebody there has to install the app again.",
        )
    return Transient(f"The workspace's token could not be renewed: {told.what}")


def _within(installation: Installation, clock: Clock, time: timedelta) -> bool:
    ends = installation.expires_at
    return bool(installation.refresh_token) and ends is not None and clock.now() + time >= ends
