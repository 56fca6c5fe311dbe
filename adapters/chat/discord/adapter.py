"""Discord as a chat: https://discord.com/developers/docs. This file only holds the parts together.

Making the adapter is cheap: discord.py and aiohttp are imported when Discord is switched on or run, because every command
line loads every adapter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from bot.domain.digest import Digest
from bot.domain.subscription import Address
from bot.ports import Answer, ChatContext, Commands, Finding, Part, Receipt, Setup

from .drawing.limits import LIMITS


class _SetUp:
    """What `paperround init discord` asks, made when somebody asks for it."""

    def __get__(self, _adapter: object, _class: type) -> Setup:
        from .setup import DiscordSetup  # noqa: PLC0415 - discord.py, which loading an adapter should not wait for

        return DiscordSetup()


class DiscordAdapter:
    """Posts digests over REST, and answers over the gateway."""

    platform = "discord"
    limits = LIMITS
    setup = _SetUp()

    @staticmethod
    def own_settings() -> Mapping[str, str]:
        """`DISCORD_*` as they are read, secrets hidden."""
        from .settings import DiscordSettings  # noqa: PLC0415 - pydantic_settings, which --help does without

        return DiscordSettings.load().shown()

    def __init__(self, context: ChatContext) -> None:
        """Read the settings; raises `ConfigError` when they do not go together."""
        from . import equipment  # noqa: PLC0415 - discord.py and aiohttp, for those who switched Discord on

        self._kit = equipment.of(context)

    async def run(self, commands: Commands) -> None:
        """Answer people until cancelled, however often Discord or the network is away."""
        from .listening import gateway  # noqa: PLC0415 - the gateway, for those who answer people

        try:
            wire = self._kit.wire
            await gateway.listen(self._kit.office(commands), self._kit.settings, wire.budget, wire.pacer)
        finally:
            await self.close()

    def render(self, digest: Digest) -> Sequence[Part]:
        """A message for the channel, and what follows it."""
        return self._kit.parts_of(digest)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Post one part, once."""
        return await self._kit.sending.send(part, key=key)

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Read the channel's history, where the bot may."""
        return await self._kit.looking_up.find(part, key=key, since=since)

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Write to one person directly."""
        await self._kit.tell(address, person, text)

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as one thing to do about it; "" when nothing does."""
        return await self._kit.people.why_not_post(address)

    async def what_is_lacking(self, address: Address) -> str:
        """What makes digests worse there than they could be; "" when nothing is known to."""
        return await self._kit.people.what_is_lacking(address)

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed there."""
        return await self._kit.people.may_read(address, person)

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change what is subscribed there."""
        return await self._kit.people.manages(address, person)

    async def invite(self) -> str:
        """The link by which a server adds the bot."""
        from .inviting import invited  # noqa: PLC0415 - what only a page of the web needs

        return await invited(self._kit.wire)

    def refused_lately(self) -> int:
        """How many requests Discord refused within ten minutes."""
        return self._kit.wire.budget.used

    def examine(self) -> AsyncIterator[Finding]:
        """Try the token, and name what the bot may not do in its servers."""
        from .examining import examined  # noqa: PLC0415 - what only `doctor` needs

        return examined(self._kit.settings, self._kit.wire)

    async def close(self) -> None:
        """Close the connections when nothing is on its way; whatever is sent later opens new ones."""
        await self._kit.sending.aside.end()
        await self._kit.wire.close()
