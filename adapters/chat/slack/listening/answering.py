"""The way back to one person: in an open window, over the address Slack gave with what they did, or by chat.postEphemeral.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from enum import Enum, auto

import aiohttp
from slack_sdk.errors import SlackClientError

from adapters.chat.slack.api.errors import name_of
from adapters.chat.slack.drawing.blocks import Json, Message
from adapters.chat.slack.drawing.limits import RESPONSE_MINUTES, RESPONSES
from adapters.chat.slack.drawing.views import loading_view, reply_view
from adapters.chat.slack.office import Office
from bot.errors import PaperRoundError, UserError

TITLE = "Paper Round"
SPARED = 1  # of the five uses one is kept back, so that a last word is always possible
PATIENCE = 60  # a longer Retry-After is not waited for: whoever asked has gone on
TIMEOUT = aiohttp.ClientTimeout(total=10)
# Everything a call to Slack can end in.
FAILURES = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError, PaperRoundError, ValueError)
log = logging.getLogger(__name__)


class Fate(Enum):
    """What became of one message posted to a response_url."""

    TAKEN = auto()
    REFUSED = auto()  # it never takes this message
    GONE = auto()  # it takes no more, or nobody can tell


class Answer:
    """Everything one act may be answered with; nothing of it raises but `open`."""

    def __init__(
        self,
        office: Office,
        *,
        workspace: str,
        user: str,
        channel: str = "",
        url: str = "",
        thread: str = "",
        window: str = "",
    ) -> None:
        self._office = office
        self._workspace = workspace
        self._user = user
        self._channel = channel
        self._url = url
        self._thread = thread
        self._window = window
        self._left = RESPONSES - SPARED
        self._until = office.clock.monotonic() + RESPONSE_MINUTES * 60

    async def open(self, trigger: str, title: str = TITLE) -> None:
        """Open a window for the answer, within the three seconds a trigger lives; raises `UserError`.

        Where one is open already, it is that one.
        """
        if self._window:
            await self.show(loading_view(title))
            return
        try:
            client = await self._office.tokens.client(self._workspace)
            answer = await client.views_open(trigger_id=trigger, view=loading_view(title))
            self._window = str(answer["view"]["id"])
        except (*FAILURES, KeyError, TypeError) as error:
            log.warning("a window was not opened: %s", name_of(error))
            raise UserError(
                "Slack did not open a window for it, so nothing was changed.",
                fix="Press the button once more.",
            ) from error

    async def show(self, view: Json) -> bool:
        """Put something else into the window that is open; False when nobody sees it, as it was closed meanwhile."""
        try:
            client = await self._office.tokens.client(self._workspace)
            await client.views_update(view_id=self._window, view=view)
        except FAILURES as error:
            log.info("a window was not changed: %s", name_of(error))
            return False
        return True

    async def give(self, messages: Sequence[Message], *, replace: bool = False, about: str = "") -> None:
        """Show these to the person and to nobody else; with `replace`, the first in place of what they pressed.

        In a window, `about` is the channel its buttons are about; once it is closed, the answer goes there.
        """
        if self._window and await self.show(_answered(messages, about)):
            return
        self._channel = self._channel or about
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for number, message in enumerate(messages):
                if not await self._over_url(session, message, replace=replace and number == 0):
                    await self._as_ephemeral(message)

    async def _over_url(self, session: aiohttp.ClientSession, message: Message, *, replace: bool) -> bool:
        fate = await self._posted(session, self._body(message, replace=replace))
        if fate is Fate.REFUSED:  # blocks that Slack cannot read; the sentence says it as well
            fate = await self._posted(session, self._body(message, replace=replace, blocks=False))
        return fate is Fate.TAKEN

    async def _posted(self, session: aiohttp.ClientSession, body: Json) -> Fate:
        if not self._url or self._left <= 0 or self._office.clock.monotonic() > self._until:
            return Fate.GONE
        self._left -= 1
        try:
            return await self._tried(session, body)
        except FAILURES as error:
            log.warning("an answer could not be given over its response_url: %s", type(error).__name__)
            return Fate.GONE

    async def _tried(self, session: aiohttp.ClientSession, body: Json, *, again: bool = True) -> Fate:
        async with session.post(self._url, json=body, allow_redirects=False) as response:
            said = (await response.content.read(500)).decode(errors="replace")
            status, wait = response.status, response.headers.get("Retry-After", "")
        if status == 429 and again and wait.isdigit() and int(wait) <= PATIENCE:
            await self._office.clock.sleep(int(wait))
            return await self._tried(session, body, again=False)
        return _fate(status, said)

    def _body(self, message: Message, *, replace: bool, blocks: bool = True) -> Json:
        return {
            "response_type": "ephemeral",
            "replace_original": replace,
            "text": message.text,
            **({"blocks": list(message.blocks)} if blocks and message.blocks else {}),
            **({"thread_ts": self._thread} if self._thread and not replace else {}),
        }

    async def _as_ephemeral(self, message: Message) -> None:
        if not self._user or not self._channel:
            return
        try:
            client = await self._office.tokens.client(self._workspace)
            await client.chat_postEphemeral(
                channel=self._channel,
                user=self._user,
                text=message.text,
                blocks=list(message.blocks) or None,
                thread_ts=self._thread or None,
            )
        except FAILURES as error:
            log.warning("somebody could not be answered: %s", name_of(error))


def _answered(messages: Sequence[Message], about: str) -> Json:
    return {**reply_view(TITLE, messages), "private_metadata": json.dumps({"channel": about})}


def _fate(status: int, said: str) -> Fate:
    if status == 200 and '"ok":false' not in said.replace(" ", ""):
        return Fate.TAKEN
    log.info("a response_url answered %d", status)
    refused = status == 400 or "invalid_blocks" in said
    return Fate.REFUSED if refused and "_url" not in said else Fate.GONE
