"""What `paperround init discord` says, asks and tries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.errors import ConfigError
from bot.ports import Finding, Question

from .api.wire import Wire
from .examining import looked_at
from .invite import invite_link
from .settings import DiscordSettings
from .unanswered import TOKEN, WHERE

PORTAL = "https://discord.com/developers/applications"


class DiscordSetup:
    """The way from nothing to a bot that a server can add."""

    def __init__(self) -> None:
        self._application = ""  # whose token it is, once Discord said so

    def opening(self) -> Sequence[str]:
        """What to click on Discord's pages."""
        return (
            "Paper Round joins Discord as an application of your own. Two steps there, then one token here:",
            "",
            f"1. Open {PORTAL}",
            "   New Application, call it Paper Round, Create.",
            '2. "Bot", Reset Token: copy it. It is shown once.',
            "   No privileged intent is needed: leave those switches off.",
            "",
        )

    def questions(self) -> Sequence[Question]:
        """The token."""
        return (Question(variable=TOKEN, prompt="Token of the bot"),)

    async def check(self, values: Mapping[str, str]) -> AsyncIterator[Finding]:
        """Ask Discord whose token this is, and whether it lets the bot connect."""
        try:
            settings = DiscordSettings.load(token=values.get(TOKEN, ""))
        except ConfigError as error:
            yield Finding(good=False, what=str(error), fix=f"Copy it again, all of it. {WHERE}")
            return
        wire = Wire(settings, _Clock())
        try:
            async for finding in looked_at(wire, settings.token.get_secret_value(), self._remember):
                yield finding
        finally:
            await wire.close()

    def closing(self) -> Sequence[str]:
        """The link by which a server adds the bot, and what to say there first."""
        page = f'{PORTAL} names it under "Installation".'
        return (
            "Add it to your server (whoever may manage the server can):",
            invite_link(self._application) if self._application else page,
            "Then, in a channel: /papers subscribe query:topic:llm   (what comes, and when, is in the answer)",
            "In a private channel add the bot under Edit Channel, Permissions first.",
        )

    def _remember(self, application: str) -> None:
        self._application = application


class _Clock:
    """The time; the core has a clock of its own, and is not there yet."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
