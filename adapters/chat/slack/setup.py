"""What `paperround init slack` says, asks and tries; `doctor` tries the same tokens with the same words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConfigError
from bot.ports import Finding, Question

from . import scopes
from .api.client import make_client
from .api.error_codes import BROKEN, PATIENCE
from .api.errors import refusal_of
from .api.identity import scopes_of
from .manifest import COMMAND, install_link, socket_manifest
from .settings import SlackSettings

BOT, APP = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
WHERE = {
    BOT: '"OAuth & Permissions" of your Slack app shows it as Bot User OAuth Token.',
    APP: '"Basic Information" of your Slack app makes one under App-Level Tokens, with connections:write.',
}
# https://docs.slack.dev/reference/methods/auth.test#errors, as people say it
SAID = {
    "invalid_auth": "Slack does not know it",
    "not_authed": "Slack was given none",
    "account_inactive": "its workspace or its bot user is gone",
    "token_revoked": "it was revoked",
    "token_expired": "it has expired",
    "not_allowed_token_type": "it is a token of another kind",
    "no_permission": "it lacks a right",
    "missing_scope": "it lacks a right",
}
# Not the token's fault: https://docs.slack.dev/reference/methods/auth.test#errors
PASSING = PATIENCE | BROKEN | {"request_timeout", "team_added_to_org"}
APP_ID = re.compile(r"xapp-\d+-(A[A-Z0-9]{6,})-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What Slack answered to one call: its body, or the code of its error; "" when nobody answered."""

    body: Mapping[str, object]
    headers: Mapping[str, str]
    error: str | None = None


class SlackSetup:
    """The way from nothing to a bot that is in one workspace, over Socket Mode."""

    def opening(self) -> Sequence[str]:
        """What to click on Slack's pages."""
        return (
            "Paper Round joins Slack as an app of your own. Four steps there, then two tokens here:",
            "",
            f"1. Open {install_link(socket_manifest())}",
            "   Choose your workspace, then Next and Create.",
            '2. Press "Install to ..." and Allow.',
            '3. "OAuth & Permissions": copy the Bot User OAuth Token (xoxb-...).',
            '4. "Basic Information", App-Level Tokens: Generate, with the scope connections:write; copy it (xapp-...).',
            "",
        )

    def questions(self) -> Sequence[Question]:
        """The two tokens."""
        return (
            Question(variable=BOT, prompt="Bot User OAuth Token (xoxb-...)"),
            Question(variable=APP, prompt="App-level token (xapp-...)"),
        )

    async def check(self, values: Mapping[str, str]) -> AsyncIterator[Finding]:
        """Ask Slack whose tokens these are, what they may do, and whether they belong together."""
        try:
            settings = SlackSettings.load(bot_token=values.get(BOT, ""), app_token=values.get(APP, ""))
        except ConfigError as error:
            yield Finding(good=False, what=str(error), fix="Copy it again, the whole line.")
            return
        bot = make_client(settings, settings.bot_token.get_secret_value())
        app = make_client(settings, settings.app_token.get_secret_value())
        async for finding in look_at(bot, app, values[APP]):
            yield finding

    def closing(self) -> Sequence[str]:
        """What to say first in Slack."""
        return (
            f"Then, in a channel: {COMMAND} subscribe topic:llm   (what comes, and when, is in the answer)",
            "In a private channel say /invite @Paper Round first.",
        )


async def look_at(bot: AsyncWebClient, app: AsyncWebClient, app_token: str) -> AsyncIterator[Finding]:
    """Both tokens of one app, the telling one first."""
    told = await _asked(bot.auth_test())
    if told.error is not None:
        yield refusal(BOT, told.error)
        return
    yield Finding(
        good=True, what=f"the workspace is {_name(told, 'team')}, the bot there {_name(told, 'user')}"
    )
    for finding in rights(scopes_of(told.headers)):
        yield finding
    opened = await _asked(app.apps_connections_open(app_token=app_token))
    if opened.error is not None:
        yield refusal(APP, opened.error)
        return
    yield await _together(bot, str(told.body.get("bot_id", "")), app_token)


def rights(granted: Collection[str]) -> Sequence[Finding]:
    """What a token may not do, of what the bot would like to; nothing where Slack does not say."""
    if not granted:
        return ()
    lacking = scopes.lacking(granted)
    told = [
        _lacks([one for one in lacking if one.needed is needed], good=not needed) for needed in (True, False)
    ]
    return [one for one in told if one]


def refusal(variable: str, error: str) -> Finding:
    """What Slack's error means for a token, and what to do about it."""
    if not error or error in PASSING:
        return Finding(
            good=False,
            what=f"Slack gave no answer to {variable}" + (f" ({error})" if error else ""),
            fix="Look whether this machine reaches https://slack.com, and try again.",
            passing=True,
        )
    return Finding(good=False, what=f"{variable} is refused: {SAID.get(error, error)}", fix=WHERE[variable])


async def _asked(call: Awaitable[object]) -> Told:
    """One call, its answer or its error."""
    try:
        answer = await call
    except SlackApiError as error:
        return Told(body={}, headers={}, error=refusal_of(error).code)
    except (SlackClientError, ClientError, TimeoutError, OSError):
        return Told(body={}, headers={}, error="")
    body = getattr(answer, "data", None)
    return Told(body=body if isinstance(body, dict) else {}, headers=getattr(answer, "headers", {}))


async def _together(bot: AsyncWebClient, bot_id: str, app_token: str) -> Finding:
    """Whether both tokens are of one app: with two, commands would be heard by the other."""
    named = APP_ID.match(app_token)
    told = await _asked(bot.bots_info(bot=bot_id))
    about = told.body.get("bot")
    owner = about.get("app_id") if isinstance(about, dict) else None
    if named and owner and owner != named[1]:
        return Finding(
            good=False,
            what=f"the two tokens are of different Slack apps ({owner} and {named[1]})",
            fix=f"Take {APP} from the app the bot token is of. {WHERE[APP]}",
        )
    return Finding(good=True, what="Socket Mode answers; no public address is needed")


def _lacks(lacking: Collection[scopes.Scope], *, good: bool) -> Finding | None:
    if not lacking:
        return None
    names = ", ".join(one.name for one in lacking)
    reasons = "; ".join(f"{one.name} {one.why}" for one in lacking)
    return Finding(
        good=good,
        what=f"{'could do more with' if good else 'lacks'} {names}",
        fix=f'Add it under "OAuth & Permissions" and install the app again: {reasons}.',
    )


def _name(told: Told, field: str) -> str:
    return str(told.body.get(field) or "unnamed")
