"""Slack as a chat: https://docs.slack.dev. This file only holds the parts together.

Making the adapter is cheap: what needs slack_sdk, aiohttp or bolt is imported when Slack is switched on or run, because
every command line loads every adapter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.errors import Throttled, Transient, Unknown
from bot.ports import (
    Answer,
    ASGIApp,
    ChatContext,
    Commands,
    Finding,
    LaneLimits,
    Part,
    Receipt,
    Setup,
)

from .drawing.limits import BLIND_LIMITS, LIMITS
from .web.web_url import check_installable

if TYPE_CHECKING:
    from slack_bolt.app.async_app import AsyncApp

    from .office import Office

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0  # between two tries to begin while Slack does not answer


class _SetUp:
    """What `paperround init slack` asks, made when somebody asks for it."""

    def __get__(self, _adapter: object, _class: type) -> Setup:
        from .setup import SlackSetup  # noqa: PLC0415 - slack_sdk, which loading an adapter should not wait for

        return SlackSetup()


class SlackAdapter:
    """Posts digests, and answers over Socket Mode or HTTP."""

    platform = "slack"
    limits = BLIND_LIMITS
    setup = _SetUp()

    @staticmethod
    def own_settings() -> Mapping[str, str]:
        """`SLACK_*` as they are read, secrets hidden."""
        from .settings import SlackSettings  # noqa: PLC0415 - pydantic_settings, which --help does without

        return SlackSettings.load().shown()

    def __init__(self, context: ChatContext) -> None:
        """Read the settings; raises `ConfigError` when they do not go together."""
        from . import equipment  # noqa: PLC0415 - slack_sdk and aiohttp, for those who switched Slack on

        self._clock = context.clock
        self._kit = equipment.of(context)

    async def run(self, commands: Commands) -> None:
        """Answer people until cancelled, however often Slack or the network is away."""
        from .listening import bolt, socket  # noqa: PLC0415 - bolt, for those who answer people

        office = self._kit.office(commands)
        keeping = asyncio.create_task(office.tokens.keep(), name="slack tokens")
        try:
            await self._started()
            async with bolt.make_app(office) as app:
                with self._served(office, app):
                    by_socket = office.settings.by_socket
                    await (socket.listen(office, app) if by_socket else asyncio.Event().wait())
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self.close()

    def asgi(self) -> ASGIApp | None:
        """Events and the pages of an installation; None when there are neither."""
        settings = self._kit.settings
        if settings.by_oauth:
            check_installable(self._kit.web_url, can_seal=self._kit.can_seal)
        return None if settings.by_socket and not settings.by_oauth else self._kit.door

    async def invite(self) -> str:
        """The page by which a workspace adds the bot, with OAuth."""
        return f"/{self.platform}/install" if self._kit.settings.by_oauth else ""

    def render(self, digest: Digest) -> Sequence[Part]:
        """A message for the channel, and its thread."""
        return self._kit.parts_of(digest)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Post one part, once."""
        return await self._kit.sending.send(part, key=key)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Read the channel's history, where the bot may."""
        return await self._kit.looking_up.find(part, key=key, since=since)

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Write to one person directly."""
        await self._kit.sending.tell(address, person, text)

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as one thing to do about it; "" when nothing does."""
        return await self._kit.people.why_not_post(address)

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed there."""
        return await self._kit.people.may_read(address, person)

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change what is subscribed there."""
        return await self._kit.people.manages(address, person)

    def limits_in(self, workspace: str) -> LaneLimits:
        """Several at once only where every channel's history says afterwards what was posted."""
        identity = self._kit.tokens.known(workspace)
        return LIMITS if identity and identity.is_sure else BLIND_LIMITS

    def examine(self) -> AsyncIterator[Finding]:
        """Try the tokens, and name what the bot may not do."""
        from .examining import examined  # noqa: PLC0415 - what only `doctor` needs

        return examined(self._kit.settings, self._kit.tokens)

    async def close(self) -> None:
        """Close the connections when nothing is on its way; whatever is sent later opens new ones."""
        await self._kit.tokens.close()

    def _served(self, office: Office, app: AsyncApp) -> AbstractContextManager[None]:
        """Let requests in while the block runs, if there are to be any."""
        if self.asgi() is None:
            return nullcontext()
        from .web.http import make_asgi  # noqa: PLC0415 - starlette, which only those have who serve

        return self._kit.door.opened(make_asgi(office, app))

    async def _started(self) -> None:
        """Learn who the bot is, as soon as Slack answers; raises `AuthFailed` when it does not take the token."""
        wait = FIRST_WAIT
        while True:
            try:
                return await self._kit.tokens.start()
            except (Transient, Unknown, Throttled) as error:
                log.warning("slack.not_started", reason=str(error), again_in=wait)
                await self._clock.sleep(max(wait, getattr(error, "retry_after", 0.0)))
            wait = min(LONGEST_WAIT, wait * 2)
