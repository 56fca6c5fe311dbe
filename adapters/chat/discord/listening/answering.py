"""The way back to whoever did something: three seconds for the first word, fifteen minutes for the rest.

The first word is said before anything else is done, so that a slow database costs nobody their answer; what follows
takes its place. https://discord.com/developers/docs/interactions/receiving-and-responding#responding-to-an-interaction
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import aiohttp
import discord

from adapters.chat.discord.api.errors import name_of
from adapters.chat.discord.drawing.embeds import EPHEMERAL, Json, Message
from adapters.chat.discord.drawing.limits import TOKEN_MINUTES
from bot.errors import PaperRoundError
from bot.ports import Clock

from .happening import Happening

# One request: method, path with names in it, body, and the names' values.
Calls: TypeAlias = Callable[[str, str, Json, dict[str, str]], Awaitable[None]]

DEFERRED, DEFERRED_UPDATE, CHOICES, MODAL = 5, 6, 8, 9  # kinds of first answers
FIRST_SECONDS = 2.5  # Discord waits three
GIVE_SECONDS = 60.0  # for each message of the rest, with whatever discord.py repeats
SPARE_SECONDS = 30.0  # of the fifteen minutes, for the way
TOO_LATE = frozenset({10062, 40060})  # its three seconds are over; somebody else has answered
GUEST_FOLLOW_UPS = 5  # where the bot is no member
FAILURES = (discord.DiscordException, aiohttp.ClientError, asyncio.TimeoutError, OSError, PaperRoundError)
CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
log = logging.getLogger(__name__)


class Answer:
    """Everything one interaction may be answered with; nothing of it raises."""

    def __init__(self, calls: Calls, happening: Happening, clock: Clock) -> None:
        self._calls = calls
        self._happening = happening
        self._clock = clock
        self._until = clock.monotonic() + TOKEN_MINUTES * 60 - SPARE_SECONDS
        self._given = 0
        self.is_begun = False  # whether a first answer was tried

    async def later(self, *, in_place: bool = False) -> bool:
        """Say that an answer will come, seen by this person alone; with `in_place`, instead of what was pressed.

        False when Discord waits for none any more: then nothing should be done, as the person was told that it failed.
        """
        if in_place:
            return await self._first({"type": DEFERRED_UPDATE})
        return await self._first({"type": DEFERRED, "data": {"flags": EPHEMERAL}})

    async def form(self, modal: Json) -> bool:
        """Open a form; only as a first answer."""
        return await self._first({"type": MODAL, "data": modal})

    async def choices(self, offered: Sequence[Json]) -> bool:
        """What fits what was typed so far."""
        return await self._first({"type": CHOICES, "data": {"choices": list(offered)}})

    async def give(self, messages: Sequence[Message]) -> None:
        """Show these to the person and to nobody else, in order."""
        for message in messages:
            if self._is_over():
                log.info("an answer came too late for Discord to take it")
                return
            await self._one(message)

    async def _one(self, message: Message) -> None:
        first, self._given = self._given == 0, self._given + 1
        try:
            await self._posted(message.body(), first=first)
        except discord.HTTPException as error:
            log.warning("an answer was refused: %s", name_of(error))
            if error.status == 400:  # what Discord cannot read; the sentence says it as well
                await self._plainly(message, first=first)
        except FAILURES as error:
            log.warning("an answer could not be given: %s", name_of(error))

    async def _plainly(self, message: Message, *, first: bool) -> None:
        plain = Message(content=message.content or "Discord did not take the answer; try once more.")
        try:
            await self._posted(plain.body(), first=first)
        except FAILURES as error:
            log.warning("nor could its bare text: %s", name_of(error))

    async def _posted(self, body: Json, *, first: bool) -> None:
        async with asyncio.timeout(GIVE_SECONDS):
            if first:
                await self._calls("PATCH", ORIGINAL, body, self._names)
            else:
                await self._calls("POST", FOLLOW_UP, {**body, "flags": EPHEMERAL}, self._names)

    def _is_over(self) -> bool:
        spent = self._happening.is_guest and self._given > GUEST_FOLLOW_UPS
        return spent or self._clock.monotonic() > self._until

    async def _first(self, body: Json) -> bool:
        self.is_begun = True
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                names = {"webhook_id": self._happening.id, "webhook_token": self._happening.token}
                await self._calls("POST", CALLBACK, body, names)
        except FAILURES as error:
            return _is_heard(error)
        return True

    @property
    def _names(self) -> dict[str, str]:
        return {"webhook_id": self._happening.application, "webhook_token": self._happening.token}


def _is_heard(error: BaseException) -> bool:
    """Whether a first answer may have arrived in spite of an error: then the rest is worth trying."""
    log.info("a first answer was not given: %s", name_of(error))
    if isinstance(error, discord.HTTPException):
        return error.code not in TOO_LATE and error.status >= 500
    return isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError)
