"""The adapter's look at itself, for `doctor`: the tokens, how events come in, and what the bot may do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

from slack_sdk.errors import SlackApiError

from bot.errors import AuthFailed, DeliveryError
from bot.ports import Finding

from .api.client import make_client
from .api.errors import code_of
from .api.identity import HISTORY, Identity
from .api.tokens import Tokens
from .settings import SlackSettings
from .setup import APP, look_at, refusal, rights

MOST_SHOWN = 20  # workspaces


async def examined(settings: SlackSettings, tokens: Tokens) -> AsyncIterator[Finding]:
    """Ask Slack; raises nothing."""
    one_app = settings.by_socket and not settings.by_oauth
    try:
        async for finding in (_app if one_app else _workspaces)(settings, tokens):
            yield finding
    except DeliveryError as error:
        yield _not_told(error)
    finally:
        await tokens.close()


async def _app(settings: SlackSettings, tokens: Tokens) -> AsyncIterator[Finding]:
    """The two tokens of one workspace, in the words `init slack` has for them."""
    bot, app = settings.bot_token.get_secret_value(), settings.app_token.get_secret_value()
    async for finding in look_at(make_client(settings, bot), make_client(settings), app):
        yield finding
    with suppress(DeliveryError):  # a token that is refused was told already
        yield _history(await tokens.identity(""))


async def _workspaces(settings: SlackSettings, tokens: Tokens) -> AsyncIterator[Finding]:
    await tokens.start()
    known = tokens.identities()
    if not known:
        fix = "Open /slack/install below PAPERROUND_WEB_URL."
        yield Finding(good=True, what="no workspace has the app installed now", fix=fix)
    for identity in known[:MOST_SHOWN]:
        for finding in _workspace(identity):
            yield finding
    yield await _events(settings)


def _workspace(identity: Identity) -> list[Finding]:
    name, bot = identity.name or identity.workspace, identity.bot_name or identity.bot_user
    return [
        Finding(good=True, what=f"the workspace is {name}, the bot there {bot}"),
        *rights(identity.scopes),
        _history(identity),
    ]


def _history(identity: Identity) -> Finding:
    if identity.reads_history:
        return Finding(
            good=True,
            what="history can be read: after a crash Slack is asked before anything is posted again; "
            "in a channel the bot is not in one message may come twice, the second one marked",
        )
    return Finding(
        good=True,
        what="history cannot be read: after a crash one message may come twice, the second one marked",
        fix=f"Grant {', '.join(sorted(HISTORY - identity.scopes))} to have none come twice.",
    )


async def _events(settings: SlackSettings) -> Finding:
    """How commands and buttons reach the bot."""
    if not settings.by_socket:
        return Finding(good=True, what="events come over HTTP, signed with SLACK_SIGNING_SECRET")
    token = settings.app_token.get_secret_value()
    try:
        await make_client(settings).apps_connections_open(app_token=token)
    except SlackApiError as error:
        return refusal(APP, code_of(error))
    except Exception:  # noqa: BLE001 - a look at itself says what it saw, and raises nothing
        return refusal(APP, "")
    return Finding(good=True, what="Socket Mode answers; no public address is needed")


def _not_told(error: DeliveryError) -> Finding:
    return Finding(good=False, what=error.what, fix=error.fix, passing=not isinstance(error, AuthFailed))
