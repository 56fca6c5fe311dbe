"""Days, weeks, months and what is trending, as pages."""

from __future__ import annotations

import pytest

from adapters.web.pages import Site

from .conftest import ADDRESS, reader_of
from .judging import Page, findings

EVERY = {
    "/": "Monday, 1 June 2026",
    "/day/2026-05-28": "Thursday, 28 May 2026",
    "/day/2026-05-31": "No papers here",
    "/week/2026-W22": "25 to 31 May 2026",
    "/month/2026-05": "May 2026",
    "/trending": "Most votes of the last seven days",
    "/trending/month": "the last thirty days",
    "/search": "What you can write",
    "/topics": "Find a topic",
    "/topic/robotics": "What it looks for",
    "/about": "Nothing. There are no cookies",
    "/paper/2026060100001": "Flow Matching for Knitting Robots",
}


def titles(text: str) -> list[str]:
    """The titles of the papers on a page, in order."""
    return [part.split("</a>")[0].rpartition(">")[2] for part in text.split('class="title"')[1:]]


@pytest.mark.parametrize("path", EVERY)
async def test_every_page_says_what_it_is_of(ask, path: str) -> None:
    page = await ask(path)
    assert page.status_code == 200
    assert EVERY[path] in page.text
    assert findings(page.text) == []


async def test_the_newest_day_has_its_papers_and_leads_to_the_day_before(ask) -> None:
    page = (await ask("/")).text
    assert titles(page) == ["Flow Matching for Knitting Robots", "A Survey of Knitting"]
    assert '<link rel="prev" href="/day/2026-05-29">' in page
    assert "code <span" in page
    assert "1.2k" in page
    assert 'href="/topic/robotics"' in page


async def test_a_list_is_read_in_another_order_and_as_cards(ask) -> None:
    assert titles((await ask("/week/2026-W22")).text)[0] == "Reward Hacking in Sourdough Starters"
    assert titles((await ask("/week/2026-W22?sort=newest")).text)[0] == "Diffusion Models Bake Bread"
    assert 'class="entries cards"' in (await ask("/?view=cards")).text
    assert titles((await ask("/?source=arxiv")).text) == []
    assert titles((await ask("/?topic=Robotics&sort=newest")).text) == titles(
        (await ask("/?sort=newest")).text
    )
    assert '<input type="hidden" name="sort" value="newest">' in (await ask("/?sort=newest")).text
    assert "know the topic <code>zymurgy</code>" in (await ask("/?topic=zymurgy")).text


@pytest.mark.parametrize(
    "query", ["sort=no", "page=0", "page=x", "view=2", "page=-1", "sort=newest&sort=%00"]
)
async def test_a_choice_that_cannot_be_read_is_no_choice(ask, query: str) -> None:
    assert len(titles((await ask(f"/?{query}")).text)) == 2


async def test_a_page_past_the_last_says_so(ask) -> None:
    page = await ask("/?page=9")
    assert "There are only 1 page" in page.text
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/day/2026-02-30",
        "/day/20260601",
        "/day/1066-01-01",
        "/day/9999-12-31",
        "/week/2026-W60",
        "/month/2026-13",
        "/trending/year",
        "/topic/no-such-thing",
        "/paper/99",
        "/paper/2026060100001/cite.exe",
        "/digest/a-token",
        "/digest/a%00token",
        "/paper/arxiv:%00",
        "/topic/robotics%00",
        "/static/style.css",
        "/no/such/page",
    ],
)
async def test_what_is_not_there_is_said_calmly(ask, path: str) -> None:
    page = await ask(path)
    assert page.status_code == 404
    assert "Nothing here" in page.text
    assert findings(page.text) == []
    assert page.headers["cache-control"] == "no-store"


async def test_previews_and_search_engines_are_told_the_one_address_of_a_page(ask) -> None:
    page = (await ask("/day/2026-06-01?view=cards")).text
    assert f'<link rel="canonical" href="{ADDRESS}/day/2026-06-01">' in page
    assert f'<meta property="og:url" content="{ADDRESS}/day/2026-06-01">' in page
    assert '<meta property="og:title" content="Monday, 1 June 2026">' in page
    assert "Flow Matching for Knitting Robots; A Survey" in page
    assert '<meta name="robots" content="noindex">' in page  # the plain list is the one to be found


async def test_below_another_site_every_link_stays_below_it(site: Site) -> None:
    below = Site(archive=site.archive, address="https://example.org/papers")
    async with reader_of(below) as reader:
        page = Page((await reader.get("/")).text)
    inside = {one[name] for _, one in page.tags for name in ("href", "src", "action") if name in one}
    assert all(url.startswith(("/papers/", "#", "https://")) for url in inside)
    assert "https://example.org/papers/" in inside


async def test_without_an_address_of_our_own_none_is_claimed(site: Site) -> None:
    async with reader_of(Site(archive=site.archive)) as reader:
        page = (await reader.get("/", headers={"host": "evil.example"})).text
    assert "evil.example" not in page
    assert "canonical" not in page


async def test_feeds_are_named_where_they_are_served(site: Site) -> None:
    async with reader_of(Site(archive=site.archive, feeds=True)) as reader:
        page = Page((await reader.get("/topic/robotics")).text)
    kinds = {one["type"] for tag, one in page.tags if tag == "link" and one["rel"] == "alternate"}
    assert kinds == {"application/atom+xml", "application/feed+json"}
