"""feed add, feed remove, feed list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.context import FetchedFeed
from bot.commands.dispatch import dispatch
from bot.commands.feeds import MOST_FEEDS
from bot.commands.replies import FeedList, Notice, Tone
from bot.errors import SourceError
from bot.storage.store import Store
from bot.testing.builders import make_facts, make_listing

URL = "https://example.org/atom.xml"


@pytest.fixture(autouse=True)
def feed(desk) -> None:
    entries = [make_listing(n, facts=make_facts(n, title=f"Entry {n}"), source="feed") for n in range(1, 6)]
    desk.feeds[URL] = FetchedFeed(title="The Knitting Blog", listings=tuple(entries))


async def test_adding_a_feed_shows_its_title_and_newest_three(ask) -> None:
    reply = await ask(f"feed add {URL}")
    assert isinstance(reply, FeedList)
    assert reply.title == "Following The Knitting Blog"
    assert reply.newest == ("Entry 1", "Entry 2", "Entry 3")
    assert "5 entries" in reply.hint


async def test_it_is_said_that_everybody_here_can_find_a_feeds_papers(ask) -> None:
    assert "found by everybody on this installation" in (await ask(f"feed add {URL}")).hint


@pytest.mark.parametrize(
    "url",
    [
        "https://ada:hunter2@example.org/atom.xml",
        "https://hunter2@example.org/atom.xml",
        "https://example.org/atom.xml?token=hunter2",
        "https://example.org/atom.xml?page=1&API_KEY=hunter2",
        "https://example.org/atom.xml?accessToken=hunter2",
        "https://example.org/atom.xml?X-Amz-Signature=hunter2",
        "https://example.org/atom.xml?a=1;password=hunter2",
        "https://example.org/atom.xml?user%5Bpassword%5D=hunter2",
        "https://example.org/atom.xml?sig=hunter2",
        "https://example.org/atom.xml#auth=hunter2",
    ],
)
async def test_an_address_with_a_secret_is_refused_and_never_repeated(ask, desk, context, url: str) -> None:
    desk.feeds[url] = desk.feeds[URL]
    reply = await ask(f"feed add {url}")
    assert reply.kind is Tone.ERROR
    assert "everybody on this installation" in reply.what
    assert "hunter2" not in f"{reply.what} {reply.fix}"
    assert await context.store.feeds(context.workspace) == ()


@pytest.mark.parametrize(
    "query", ["", "?keyword=robots", "?author=ada", "?format=atom&tag=signal", "?design=1", "?token="]
)
async def test_an_ordinary_address_is_no_secret(ask, desk, query: str) -> None:
    desk.feeds[f"{URL}{query}"] = desk.feeds[URL]
    assert isinstance(await ask(f"feed add {URL}{query}"), FeedList)


async def test_a_feed_that_does_not_answer_is_not_added(ask, context, store: Store) -> None:
    reply = await ask("feed add https://example.org/gone.xml")
    assert isinstance(reply, Notice)
    assert "did not answer" in reply.what
    assert "nothing was added" in reply.what
    assert await store.feeds(context.workspace) == ()


async def test_a_feed_is_followed_once(ask, context, store: Store) -> None:
    await ask(f"feed add {URL}")
    assert "already" in (await ask(f"feed add {URL}")).title
    assert len(await store.feeds(context.workspace)) == 1


async def test_removing_by_number_and_undo(ask) -> None:
    number = (await ask(f"feed add {URL}")).feeds[0].id
    gone = await ask(f"feed remove {number}")
    assert gone.feeds == ()
    assert gone.actions[0].arguments == {"url": URL}
    assert (await ask(f"feed remove {number}")).kind is Tone.ERROR


async def test_a_workspace_has_a_most(ask, context, store: Store) -> None:
    for number in range(MOST_FEEDS):
        await store.add_feed(context.workspace, f"https://example.org/{number}", "x", "U1", context.now())
    reply = await ask(f"feed add {URL}")
    assert reply.kind is Tone.ERROR
    assert str(MOST_FEEDS) in reply.what


async def test_an_empty_list_says_how_to_begin(ask) -> None:
    assert "/papers feed add" in (await ask("feed list")).hint


async def test_what_became_of_a_failed_feed_is_said_once(context) -> None:
    async def fetch_feed(_url: str) -> FetchedFeed:
        raise SourceError(
            "example.org answered 404 (not found), so nothing was read from it.",
            reason="http_404",
            fix="Try it later.",
        )

    failing = replace(context, services=replace(context.services, fetch_feed=fetch_feed))
    reply = await dispatch("feed add https://example.org/none.xml", failing)
    assert reply.what == "example.org answered 404 (not found), so nothing was added."
