"""What commands ask of the application: fetching a feed, posting a digest now."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.chat.console import HERE
from adapters.sources.entries import listings
from adapters.sources.feed import ACCEPT
from adapters.sources.parsing import parse_feed
from bot.commands.context import FetchedFeed
from bot.domain.digest import Digest
from bot.domain.subscription import Address, Destination
from bot.ports import ChatAdapter, Clock, Fetcher
from bot.storage.store import Store
from jobs.deliver import deliver_due
from jobs.plan import plan_now


async def fetch_feed(fetcher: Fetcher, clock: Clock, url: str) -> FetchedFeed:
    """Fetch and read a feed, stored nowhere; raises `SourceError`."""
    page = await fetcher.get(url, accept=ACCEPT)
    parsed = await parse_feed(page.body, content_type=page.content_type, url=page.url)
    today = clock.now().date()
    read = listings(parsed, origin=url, today=today, undated=today)
    newest = sorted(read.listings, key=lambda one: (one.day, -one.rank), reverse=True)
    return FetchedFeed(title=parsed.title, listings=tuple(newest))


async def post_now(
    store: Store, adapters: Mapping[str, ChatAdapter], clock: Clock, destination: Destination
) -> Digest | None:
    """Make a digest outside the schedule and send it; None when nothing is new."""
    planned = await plan_now(store, destination, clock=clock)
    if planned.slot is None:
        return None
    await deliver_due(store, adapters, clock=clock)
    return planned.digest


async def why_not_post(address: Address) -> str:
    """What stands in the way of posting there, as something to do about it; "" when nothing is known to."""
    if address.platform == HERE.platform and address != HERE:
        return "The terminal is the only place here; channels come with a chat such as Slack or Discord."
    return ""
