"""Everything Slack sends, and who takes it; the same over Socket Mode and HTTP: https://docs.slack.dev/tools/bolt-python."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from typing import Self

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.chat.slack.api.client import make_client
from adapters.chat.slack.api.tokens import Tokens
from adapters.chat.slack.drawing.actions import DO, MENU, TURN
from adapters.chat.slack.drawing.views import EDIT
from adapters.chat.slack.manifest import LOOK_UP
from adapters.chat.slack.office import Office

from . import choosing, editing, events, home, pressing, shortcut, slash, unfurling
from .handling import HANDED_ON, Handling, by_event, nothing

EVERY = re.compile("")
OURS = re.compile(f"^(?:{DO}|{TURN}|{MENU})(?::|$)")
log = logging.getLogger(__name__)


class LoadedAuthorize(AsyncAuthorize):
    """Who the bot is in a workspace, from memory: nothing is asked before an act is acknowledged."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 - bolt's signature
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - as above
        actor_team_id: str | None = None,  # noqa: ARG002 - as above
        actor_user_id: str | None = None,  # noqa: ARG002 - as above
    ) -> AuthorizeResult:
        """Whose bot it is; without a token, which is fetched when it is used.

        An unknown workspace goes on as well: whoever asks there is told after the acknowledgement.
        """
        known = self._tokens.known(team_id) if team_id else None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=known.bot_user if known else None,
            bot_id=known.bot_id if known else None,
        )


class SlackApp(AsyncApp):
    """A bolt application that knows what still runs of it."""

    def __init__(self, office: Office) -> None:
        log.setLevel(logging.ERROR)  # bolt finds SLACK_BOT_TOKEN by itself, and warns that it will not use it
        super().__init__(
            name="paperround",
            logger=log,
            client=make_client(office.settings),
            authorize=LoadedAuthorize(office.tokens),
            # With an empty secret anybody could sign; without one nothing arrives over HTTP.
            signing_secret=office.settings.signing_secret.get_secret_value() or secrets.token_hex(32),
            raise_error_for_unhandled_request=True,
        )
        log.setLevel(logging.WARNING)  # below it bolt logs whole requests
        self._async_oauth_flow = None  # bolt finds SLACK_CLIENT_ID by itself; ours is in oauth.py
        self._handling = Handling(office)
        self.error(_failed)
        self._listen_to_people(self._handling)
        self._listen_to_events(self._handling)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take a request; what it asks for begins when its acknowledgement is on its way."""
        handed_on = req.context[HANDED_ON] = asyncio.Event()
        try:
            return await super().async_dispatch(req)
        finally:
            handed_on.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.end()

    async def end(self) -> None:
        """Let what was begun come to its end, for a few seconds."""
        await self._handling.end()

    def _listen_to_people(self, to: Handling) -> None:
        self.command(EVERY)(to.of(slash.typed))
        self.action(OURS)(to.of(pressing.pressed))
        self.action(EVERY)(to.of(pressing.old))
        self.view_submission(EDIT)(to.of(editing.saved, ack=editing.at_once))
        self.view(EVERY)(to.of(nothing))
        self.view_closed(EVERY)(to.of(nothing))
        self.options(EVERY)(to.of(nothing, ack=choosing.offered))
        self.shortcut(LOOK_UP)(to.of(shortcut.looked_up))
        self.shortcut(EVERY)(to.of(nothing))

    def _listen_to_events(self, to: Handling) -> None:
        for kind, handler in events.HANDLERS.items():
            self.event(kind)(to.of(handler, mark=by_event))
        for kind, handler in events.ENDINGS.items():
            self.event(kind)(to.of(handler, mark=by_event, installed=False))
        self.event("app_home_opened")(to.of(home.opened, mark=home.by_moment))
        self.event("app_mention")(to.of(slash.mentioned, mark=by_event))
        self.event("link_shared")(to.of(unfurling.linked, mark=by_event))
        self.event(EVERY)(to.of(nothing, mark=by_event))


def make_app(office: Office) -> SlackApp:
    """Listen to everything; nothing is asked of Slack until something arrives."""
    return SlackApp(office)


async def _failed(error: Exception) -> BoltResponse | None:
    """What nobody listens to is acknowledged all the same: Slack would only send it again."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    log.error("Slack's request could not be taken", exc_info=error)
    return None
