"""What happens to the bot, its servers and its channels: https://discord.com/developers/docs/events/gateway-events."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from itertools import count

from adapters.chat.discord.api.error_codes import MAY_NOT
from adapters.chat.discord.office import PLATFORM, Office
from adapters.chat.insisting import insisted
from adapters.chat.latest import Latest
from adapters.chat.seen import Seen
from bot.domain.subscription import Address
from bot.errors import PaperRoundError
from bot.ports import Installation, Workspaces

from .tree import ROOT

DELETED = "The channel was deleted."
CLOSED = (
    f"{MAY_NOT} post in the channel any more. Let it view the channel and send messages, and digests go on."
)
GREETING = (
    "Paper Round is on your server now. In a channel, "
    f"/{ROOT} subscribe query:topic:llm brings its papers there every day; /{ROOT} help lists everything else."
)
GREETED_SECONDS, MOST_GREETED = 30 * 24 * 3600, 20_000
log = logging.getLogger(__name__)


class Events:
    """Tells the core what it has to know of servers and channels."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._latest, self._heard = Latest(), count()
        self._greeted = Seen(office.clock, seconds=GREETED_SECONDS, most=MOST_GREETED)

    async def joined(self, guild: str, who: Callable[[], Awaitable[str]], *, lately: bool = False) -> None:
        """A server added the bot: it goes on where it stopped, and whoever added it is told once how to begin.

        Who that is, is asked last: meanwhile it may remove the bot again.
        `lately`: it may have been another process that heard of it, and told them.
        """
        self._office.forget_guild(guild)
        installed = Installation(
            platform=PLATFORM, workspace=guild, token="", installed_at=self._office.clock.now()
        )
        await self._kept((guild, ""), lambda kept: kept.installed(installed))
        person = await who()
        if person and self._greeted.first(guild, person):
            await self._greet(guild, person, lately=lately)

    async def left(self, guild: str) -> None:
        """A server removed the bot: nothing is sent there."""
        self._office.forget_guild(guild)
        await self._kept((guild, ""), lambda kept: kept.uninstalled(PLATFORM, guild))

    async def deleted(self, guild: str, channel: str) -> None:
        """A channel is gone for good."""
        self._office.forget_channel(channel)
        await self._kept((guild, channel), lambda kept: kept.channel_gone(_address(guild, channel), DELETED))

    async def opened(self, guild: str, channel: str) -> None:
        """The bot may post in a channel, and could not before."""
        self._forget(guild, channel)
        await self._kept((guild, channel), lambda kept: kept.channel_back(_address(guild, channel)))

    async def reopened(self, guild: str, open_ones: Collection[str]) -> None:
        """These are open in a server that is there again; some of them may have opened when nobody heard of it."""
        kept = self._office.workspaces
        if kept is None:
            return
        workspaces, shut = kept, dict[str, str]()

        async def looked() -> None:
            shut.update(await workspaces.channels_shut(PLATFORM, guild))

        await insisted(self._office.clock, looked)
        for channel, reason in shut.items():
            if channel in open_ones and reason.startswith(MAY_NOT):
                await self.opened(guild, channel)

    async def closed(self, guild: str, channel: str) -> None:
        """The bot may not post in a channel any more."""
        self._forget(guild, channel)
        await self._kept((guild, channel), lambda kept: kept.channel_gone(_address(guild, channel), CLOSED))

    def changed(self, guild: str, channel: str = "") -> None:
        """Who may do what was changed there: Discord is asked anew before the next message."""
        self._forget(guild, channel)

    async def renamed(self, guild: str, channel: str, name: str) -> None:
        """A channel has another name."""
        self._office.forget_channel(channel)
        await self._kept(
            (guild, f"name of {channel}"),
            lambda kept: kept.channel_renamed(_address(guild, channel), f"#{name}"),
        )

    def _forget(self, guild: str, channel: str) -> None:
        self._office.forget_channel(channel)
        self._office.forget_guild(guild)

    async def _kept(self, about: tuple[str, str], write: Callable[[Workspaces], Awaitable[None]]) -> None:
        """Have it known, unless something later was said about it while the database was busy."""
        kept, number = self._office.workspaces, next(self._heard)
        if kept is None:
            return

        async def written() -> None:
            if self._latest.is_last(*about, number):
                await write(kept)

        self._latest.is_last(*about, number)
        await insisted(self._office.clock, written)

    async def _greet(self, guild: str, person: str, *, lately: bool) -> None:
        try:
            if lately and await self._office.was_told(person, GREETING):
                return
            await self._office.tell(_address(guild, ""), person, GREETING)
        except PaperRoundError as error:  # their direct messages may be closed
            log.info("nobody was told how to begin: %s", error)


def _address(guild: str, channel: str) -> Address:
    return Address(platform=PLATFORM, workspace=guild, channel=channel)
