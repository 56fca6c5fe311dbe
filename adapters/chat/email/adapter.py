"""Mail as a chat: a digest is one mail to one reader, over SMTP. This file only holds the parts together.

Making the adapter is cheap: aiosmtplib and Jinja2 are imported when mail is switched on, because every command line loads
every adapter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.digest import Digest
from bot.domain.mailbox import read_mailbox
from bot.domain.subscription import Address
from bot.errors import ConfigError, UserError
from bot.ports import Answer, ChatContext, Commands, Finding, LaneLimits, NotFound, Part, Receipt, Setup

from .installed import INSTALL, is_installed

if TYPE_CHECKING:
    from .equipment import Equipment


class _SetUp:
    """What `paperround init email` asks, made when somebody asks for it."""

    def __get__(self, _adapter: object, _class: type) -> Setup:
        from .setup import EmailSetup  # noqa: PLC0415 - as with every chat: what only `init` needs

        return EmailSetup()


class EmailAdapter:
    """Mails digests; a mailbox gives no commands, so there is nobody to answer."""

    platform = "email"
    setup = _SetUp()

    def __init__(self, context: ChatContext) -> None:
        """Read the settings; raises `ConfigError` when one is missing or cannot be used."""
        if not is_installed():
            raise ConfigError("Mail is switched on, and what sends it is not installed.", fix=INSTALL)
        from . import equipment  # noqa: PLC0415 - aiosmtplib and Jinja2, for those who switched mail on

        self._kit: Equipment = equipment.of(context)
        self.limits: LaneLimits = self._kit.limits

    async def run(self, commands: Commands) -> None:  # noqa: ARG002 - readers change things on the web
        """Wait until cancelled."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await self.close()

    def render(self, digest: Digest) -> Sequence[Part]:
        """One mail."""
        from .drawing.parts import part_of  # noqa: PLC0415 - Jinja2, as above

        return (part_of(digest, self._kit.links, str(self._kit.settings.sender)),)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Hand one mail over, once."""
        return await self._kit.sending.send(part, key=key)

    async def ask_reader(self, address: Address, *, confirm: str, key: str) -> None:
        """Ask a reader at once whether they want digests; the same key is the same mail."""
        from .drawing.invitation import invitation  # noqa: PLC0415 - Jinja2, as above

        letter = invitation(address, confirm, str(self._kit.settings.sender))
        await self._kit.sending.post(letter, address, key=key)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:  # noqa: ARG002 - there is nobody to ask
        """Say that it may be sent again: it has the same Message-ID, by which mailboxes know a copy."""
        return NotFound()

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of mailing there; "" when it is a mailbox."""
        try:
            read_mailbox(address.channel)
        except UserError as error:
            return error.fix
        return ""

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether somebody is the reader: what a mailbox follows is nobody else's business."""
        return person == address.channel

    async def manages(self, address: Address, person: str) -> bool:
        """Whether somebody is the reader: nobody is mailed because others say so."""
        return person == address.channel

    def examine(self) -> AsyncIterator[Finding]:
        """Try the mail server; nothing is sent."""
        from .examining import examined  # noqa: PLC0415 - what only `doctor` needs

        return examined(self._kit.settings, has_web=self._kit.links is not None)

    async def close(self) -> None:
        """Close the connections; whatever is sent later opens new ones."""
        await self._kit.pool.close()
