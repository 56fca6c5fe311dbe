"""Who asks, where, and what a command may use to answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import Digest
from bot.domain.paper import Listing
from bot.domain.subscription import Address, Destination, Schedule
from bot.domain.topics import Topics
from bot.domain.when import is_zone
from bot.errors import UserError
from bot.ports import Clock, Mailings
from bot.storage.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """The person who asks; `tz` is their platform's idea of their zone, "" when it has none."""

    user: str
    name: str
    manager: bool = False  # of the channel they ask in
    admin: bool | None = None  # of the whole workspace; None where a platform makes no difference
    tz: str = ""

    @property
    def is_admin(self) -> bool:
        """Whether they may change what holds for every channel."""
        return self.manager if self.admin is None else self.admin


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedFeed:
    """What a feed says of itself, fetched just now; its newest entries first."""

    title: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A digest made on request; `arrived` once the chat has all of it."""

    digest: Digest
    arrived: bool = True


async def _no_feed(_url: str) -> FetchedFeed:
    raise UserError(
        "Feeds cannot be fetched here, so nothing was added.", fix="Add it where the bot itself runs."
    )


async def _no_post(_destination: Destination) -> Posted | None:
    raise UserError(
        "Digests cannot be posted from here, so nothing was posted.", fix="Try it where the bot runs."
    )


async def _no_objection(_address: Address) -> str:
    return ""


async def _is_closed(_address: Address, _person: str) -> bool:
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What only the application can do; given, so that commands import neither jobs nor adapters."""

    post_now: Callable[[Destination], Awaitable[Posted | None]] = _no_post  # None when nothing is new
    fetch_feed: Callable[[str], Awaitable[FetchedFeed]] = _no_feed
    why_not_post: Callable[[Address], Awaitable[str]] = _no_objection  # "" when posting there works
    what_is_lacking: Callable[[Address], Awaitable[str]] = _no_objection  # though posting there works
    may_read: Callable[[Address, str], Awaitable[bool]] = (
        _is_closed  # a person, in another channel than they ask in
    )
    manages: Callable[[Address, str], Awaitable[bool]] = _is_closed  # as `may_read`
    mailings: Mailings | None = None  # where people can sign up for mails
    prefix: str = ""  # what stands before a verb where people type: "/papers " on chats


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Everything one question is answered with."""

    store: Store
    clock: Clock
    asker: Asker
    address: Address  # where it was asked
    place: str  # that place, as people say it: "#ml-papers", "this terminal"
    schedule: Schedule = field(default_factory=Schedule)  # of a destination nobody has set yet
    services: Services = field(default_factory=Services)

    @property
    def workspace(self) -> str:
        """The tenant; in every query."""
        return self.address.workspace

    def now(self) -> datetime:
        """Now, in UTC."""
        return self.clock.now()

    async def topics(self) -> Topics:
        """The shipped topics with this workspace's own on top."""
        own = await self.store.topics(self.workspace)
        return Topics.shipped().with_own(own, check=False)  # the shipped ones are read once

    async def destination(self) -> Destination | None:
        """The destination here, when it is one already."""
        return await self.store.destination(self.address)

    @property
    def zone(self) -> str:
        """The asker's own zone; the operator's when the platform knows none, or one that nobody else does."""
        return self.asker.tz if is_zone(self.asker.tz) else self.schedule.tz

    async def today(self) -> date:
        """The local date of the people asking."""
        destination = await self.destination()
        zone = destination.schedule.tz if destination else self.zone
        return self.now().astimezone(ZoneInfo(zone)).date()

    def typed(self, line: str) -> str:
        """A command line as one types it here."""
        return f"{self.services.prefix}{line}"
