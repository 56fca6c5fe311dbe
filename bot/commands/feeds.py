"""The RSS and Atom feeds a workspace follows beside the built-in sources."""

from __future__ import annotations

import re
from typing import Annotated

from bot.errors import NotFound, SourceError, UserError

from .context import Context, FetchedFeed
from .feed_urls import refuse_secrets
from .replies import Action, FeedEntry, FeedList, Reply
from .spec import Arg, Kind, Place, Who, command

MOST_FEEDS = 100
NEWEST = 3
NOT_READ = re.compile(
    r", so nothing was (?:read|fetched)(?: from it)?(?=\.)"
)  # said again as what it means here
SHARED = "Its papers can be found by everybody on this installation."


@command("feed add", who=Who.ADMINS, examples=("feed add https://example.org/blog/atom.xml",))
async def feed_add(
    context: Context, url: Annotated[str, Arg("The feed's address", kind=Kind.URL, place=Place.WORD)]
) -> Reply:
    """Follow a public RSS or Atom feed; it is fetched at once to see that it works.

    Papers are shared: everybody on this installation can find what a feed brings.
    """
    refuse_secrets(url)
    existing = await context.store.feeds(context.workspace)
    if any(feed.url == url for feed in existing):
        return await _listed(context, "That feed is followed already; nothing was changed.")
    if len(existing) >= MOST_FEEDS:
        raise UserError(
            f"This workspace follows {MOST_FEEDS} feeds, the most there can be; nothing was added.",
            fix=f"`{context.typed('feed remove')} ID` makes room.",
        )
    fetched = await _fetch(context, url)
    added = await context.store.add_feed(
        context.workspace, url, fetched.title or url, context.asker.user, context.now()
    )
    return FeedList(
        title=f"Following {added.title}",
        feeds=(FeedEntry(id=added.id, url=added.url, title=added.title),),
        newest=tuple(listing.facts.title for listing in fetched.listings[:NEWEST]),
        hint=f"It holds {len(fetched.listings):,} {'entry' if len(fetched.listings) == 1 else 'entries'} now; "
        f"the newest, and what comes after it, can come in digests. {SHARED}",
        actions=(Action("Undo", "feed remove", {"feed": str(added.id)}),),
    )


@command("feed remove", who=Who.ADMINS, examples=("feed remove 2",))
async def feed_remove(
    context: Context, feed: Annotated[int, Arg("The feed's number in `feed list`", place=Place.WORD)]
) -> Reply:
    """Stop following a feed; papers it brought stay."""
    gone = await context.store.remove_feed(context.workspace, feed)
    if gone is None:
        raise NotFound(
            f"There is no feed {feed} here, so nothing was changed.",
            fix=f"`{context.typed('feed list')}` shows their numbers.",
        )
    return await _listed(
        context, f"No longer following {gone.title}", (Action("Undo", "feed add", {"url": gone.url}),)
    )


@command("feed list", examples=("feed list",))
async def feed_list(context: Context) -> Reply:
    """List the feeds this workspace follows."""
    return await _listed(context, "Feeds followed here")


async def _listed(context: Context, title: str, actions: tuple[Action, ...] = ()) -> FeedList:
    feeds = await context.store.feeds(context.workspace)
    return FeedList(
        title=title,
        feeds=tuple(FeedEntry(id=feed.id, url=feed.url, title=feed.title) for feed in feeds),
        hint="" if feeds else f"None yet: `{context.typed('feed add')} https://example.org/atom.xml`.",
        actions=actions,
    )


async def _fetch(context: Context, url: str) -> FetchedFeed:
    try:
        return await context.services.fetch_feed(url)
    except SourceError as error:
        told = NOT_READ.sub("", error.what).rstrip(".")
        raise UserError(f"{told}, so nothing was added.", fix=error.fix) from error
