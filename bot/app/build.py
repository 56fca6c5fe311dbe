"""The composition root: settings to everything that runs, wired by hand, once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from adapters.chat.console import HERE, PLACE, me
from adapters.sources.http import HttpFetcher
from bot import plugins
from bot.commands.context import Asker, Context, Services
from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Reply
from bot.config import Settings, all_values
from bot.domain.subscription import Address
from bot.ports import (
    ChatAdapter,
    ChatContext,
    Clock,
    Closing,
    Engine,
    Fetcher,
    Inviter,
    Source,
    SourceContext,
)
from bot.storage.store import Store
from jobs.deliver import Sender

from .categories import subscribed_categories
from .clock import SystemClock
from .doors import Doors
from .mailings import KeptMailings, mailings_of
from .services import Outbox, fetch_feed, post_now
from .workspaces import KeptWorkspaces, keys

FEED = "feed"
BARE_DAYS = 7  # how long a paper listed by a bare title is asked for elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """One running installation."""

    settings: Settings
    store: Store
    clock: Clock
    fetcher: Fetcher
    adapters: Mapping[str, ChatAdapter]
    workspaces: KeptWorkspaces  # those that installed the bot
    sender: Sender  # all that this process sends
    chat_plugins: plugins.Loaded
    source_plugins: plugins.Loaded
    mailings: KeptMailings | None = None  # where people can sign up for mails
    fetch_seconds: dict[str, float] = field(default_factory=dict)  # how long each source took last, here
    engine: Engine | None = None  # what brings wake-ups where something keeps running

    async def commands(
        self, asked: Call | str, *, asker: Asker, address: Address, place: str, prefix: str = ""
    ) -> Reply:
        """Answer a person; what every chat adapter is given."""
        return await dispatch(asked, self.context(asker, address, place, prefix))

    def context(
        self, asker: Asker | None = None, address: Address = HERE, place: str = PLACE, prefix: str = ""
    ) -> Context:
        """What a command is answered with."""
        return Context(
            store=self.store,
            clock=self.clock,
            asker=asker or me(),
            address=address,
            place=place,
            schedule=self.settings.schedule,
            services=self._services(prefix),
        )

    async def sources(self, *, backfill_days: int = 0) -> list[Source]:
        """The sources to ask, made anew: feeds, categories and validators change; `feed` joins when there are any."""
        context = await self._source_context(backfill_days)
        names = [name for name in self.settings.sources if name != FEED]
        feeds = [FEED] if context.feeds or FEED in self.settings.sources else []
        return plugins.sources([*names, *feeds], context, self.source_plugins)

    async def readers(self) -> list[Source]:
        """Every installed source, to read saved files with."""
        context = await self._source_context(0)
        return plugins.sources(list(self.source_plugins.factories), context, self.source_plugins)

    def with_adapter(self, adapter: ChatAdapter) -> App:
        """The same with one adapter in place of the one for its platform."""
        adapters = {**self.adapters, adapter.platform: adapter}
        return replace(
            self, adapters=adapters, sender=_sender(self.settings, self.store, adapters, self.clock)
        )

    def warnings(self) -> tuple[str, ...]:
        """One line for each plug-in that is broken and not needed."""
        return (
            *plugins.warnings(self.settings.chat, self.chat_plugins),
            *plugins.warnings(self.settings.sources, self.source_plugins),
        )

    async def _source_context(self, backfill_days: int) -> SourceContext:
        feeds = [*self.settings.feeds, *(feed.url for feed in await self.store.feeds())]
        categories = [*self.settings.arxiv_categories, *await subscribed_categories(self.store)]
        bare_since = self.clock.now().date() - timedelta(days=BARE_DAYS)
        return SourceContext(
            fetcher=self.fetcher,
            clock=self.clock,
            settings=all_values(self.settings),
            categories=tuple(dict.fromkeys(categories)),
            feeds=tuple(dict.fromkeys(feeds)),
            validators=await self.store.validators(),
            backfill_days=backfill_days,
            wanted=await self.store.without_abstract(since=bare_since),
        )

    def _services(self, prefix: str) -> Services:
        doors = Doors(self.adapters)
        return Services(
            post_now=partial(
                post_now, Outbox(self.store, self.sender, self.engine, self.adapters), self.clock
            ),
            fetch_feed=partial(fetch_feed, self.fetcher, self.clock),
            why_not_post=doors.why_not_post,
            what_is_lacking=doors.what_is_lacking,
            may_read=doors.may_read,
            manages=doors.manages,
            mailings=self.mailings,
            prefix=prefix,
        )


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    adapters: Mapping[str, ChatAdapter] | None = None,
    chat: bool = True,
) -> AsyncIterator[App]:
    """Everything built, and closed again afterwards; `chat=False` needs no chat adapter."""
    running = clock or SystemClock()
    chat_plugins, source_plugins = plugins.load(plugins.CHAT), plugins.load(plugins.SOURCES)
    store = await Store.open(settings.database_url)
    mailings: KeptMailings | None = None
    try:
        workspaces = KeptWorkspaces(store, keys(settings), running)
        mailings = mailings_of(settings, store, running) if chat else None
        if adapters is None:
            context = ChatContext(
                clock=running,
                settings=all_values(settings),
                workspaces=workspaces,
                mail_links=mailings.pages if mailings else None,
                bounces=mailings,
            )
            adapters = plugins.chat_adapters(settings.chat if chat else (), context, chat_plugins)
        if mailings is not None:
            mailings.inviter = inviter_of(adapters)
        async with HttpFetcher(
            clock=running, allow_private_networks=settings.allow_private_networks, contact=settings.web_url
        ) as fetcher:
            yield App(
                settings=settings,
                store=store,
                clock=running,
                fetcher=fetcher,
                adapters=adapters,
                workspaces=workspaces,
                sender=_sender(settings, store, adapters, running),
                chat_plugins=chat_plugins,
                source_plugins=source_plugins,
                mailings=mailings,
            )
    finally:
        if mailings is not None:
            await mailings.close()
        await _closed((adapters or {}).values())
        await store.close()


async def _closed(adapters: Iterable[object]) -> None:
    for adapter in adapters:
        if isinstance(adapter, Closing):
            await adapter.close()


def inviter_of(adapters: Mapping[str, object]) -> Inviter | None:
    """Who asks readers, among the chats there are."""
    return next((one for one in adapters.values() if isinstance(one, Inviter)), None)


def _sender(settings: Settings, store: Store, adapters: Mapping[str, ChatAdapter], clock: Clock) -> Sender:
    return Sender(store, adapters, clock=clock, settle=timedelta(seconds=settings.settle_seconds))
