"""Everything that is served over HTTP, put together: health, the archive, feeds, the API, figures, and the chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot.commands.archive import Archive
from bot.ports import ASGIApp, ChatAdapter, Invited

from .build import App
from .lag import LoopLag
from .mail_pages import digests_of, mail_menu, mail_pages
from .measuring import Measures

if TYPE_CHECKING:
    from adapters.web.addresses import Addresses
    from adapters.web.host import Routes
    from adapters.web.limits import Limits
    from adapters.web.pages import Site
    from adapters.web.pages.installing import Door


def hosted(
    app: App,
    chats: Mapping[str, ASGIApp],
    *,
    ready: Callable[[], Awaitable[str]],
    lag: LoopLag,
    archive: Archive | None = None,
) -> ASGIApp:
    """The one application, with what each chat serves at /<platform>."""
    from adapters.web.addresses import Addresses  # noqa: PLC0415 - an extra, for those who serve
    from adapters.web.api import make_api  # noqa: PLC0415 - as above
    from adapters.web.host import make_host  # noqa: PLC0415 - as above
    from adapters.web.limits import Limits, limited  # noqa: PLC0415 - as above
    from adapters.web.pages import make_pages  # noqa: PLC0415 - as above

    doors = doors_of(app.adapters)
    site = site_of(app, doors, archive or archive_of(app))
    addresses, limits = Addresses.behind(app.settings.trusted_proxies), Limits()
    return make_host(
        {"/api": make_api(site), **{f"/{name}": one for name, one in chats.items()}},
        ready=ready,
        pages=make_pages(site),
        beside=[*_beside(app, site, doors), *_figures(app, lag, addresses, limits)],
        wrapped=lambda inner: limited(inner, addresses, limits),
    )


def archive_of(app: App) -> Archive:
    """What the pages read."""
    return Archive(store=app.store, clock=app.clock, schedule=app.settings.schedule)


def site_of(app: App, doors: list[Door], archive: Archive) -> Site:
    """What all pages are given."""
    from adapters.web.pages import Link, Site  # noqa: PLC0415 - as above
    from adapters.web.pages.installing import INSTALL  # noqa: PLC0415 - as above

    install = (Link(label="Add to chat", path=INSTALL),) if doors else ()
    return Site(
        archive=archive,
        address=app.settings.web_url,
        feeds=True,
        digests=digests_of(app),
        menu=(*mail_menu(app), *install),
    )


def doors_of(adapters: Mapping[str, ChatAdapter]) -> list[Door]:
    """The chats that others may add the bot to."""
    from adapters.web.pages.installing import Door  # noqa: PLC0415 - as above

    return [
        Door(platform=name, invite=one.invite) for name, one in adapters.items() if isinstance(one, Invited)
    ]


def _beside(app: App, site: Site, doors: list[Door]) -> Routes:
    from adapters.web.feeds import feed_routes  # noqa: PLC0415 - as above
    from adapters.web.pages.drawing import Drawing  # noqa: PLC0415 - as above
    from adapters.web.pages.installing import install_routes  # noqa: PLC0415 - as above

    return [*feed_routes(site), *mail_pages(app, site), *install_routes(Drawing(site), doors)]


def _figures(app: App, lag: LoopLag, addresses: Addresses, limits: Limits) -> Routes:
    from adapters.web.metrics import metrics_route  # noqa: PLC0415 - as above

    who = app.settings.metrics
    return [] if who == "off" else [metrics_route(Measures(app, lag, limits.refused), addresses, who)]
