"""Search, papers, topics and digests as pages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.web.pages import Link, Site
from bot.domain.subscription import Destination

from .conftest import ADDRESS, reader_of
from .judging import Page
from .test_web_pages_hostile import AnyToken, Shelves

PAPER = "/paper/2026060100001"


async def test_a_search_says_what_was_found_and_why(ask) -> None:
    page = (await ask("/search", params={"q": '"flow matching"'})).text
    assert "1 paper for" in page
    assert "Matched title &#34;flow matching&#34;" in page
    assert 'value="&#34;flow matching&#34;"' in page


async def test_a_search_is_narrowed_by_a_form(ask) -> None:
    assert "4 papers for" in (await ask("/search?cat=cs.RO")).text
    assert "1 paper for" in (await ask("/search?cat=cs.RO&code=1")).text
    page = (await ask("/search?q=study&votes=40&since=2026-06-01&topic=robotics&source=huggingface")).text
    assert "1 paper for" in page
    assert "<details open>" in page
    assert '<option value="robotics" selected>' in page


async def test_a_piece_of_the_page_is_for_whoever_still_types(ask) -> None:
    page = Page((await ask("/search?q=knitting&part=results")).text)
    assert page.tags[0] == ("div", {"id": "results"})
    assert not page.count("html")
    assert page.count("article") == 2


async def test_a_query_that_cannot_be_read_says_what_to_try(ask) -> None:
    page = (await ask("/search?q=title:(")).text
    assert 'aria-invalid="true"' in page
    assert "<code>diffusion</code>" in page


async def test_what_no_database_takes_is_left_out_of_what_was_typed(ask) -> None:
    assert "1 paper for" in (await ask("/search?q=flow%00&cat=cs.RO%00&source=%00")).text
    assert (await ask("/?source=%00&topic=%00robotics")).status_code == 200


async def test_nothing_found_says_what_to_try(ask) -> None:
    assert "Nothing matches. Try fewer words" in (await ask("/search?q=zymurgy")).text


async def test_a_paper_tells_all_that_is_known(ask) -> None:
    page = (await ask(PAPER)).text
    for said in ("Ada Example", "We study flow matching", "Robotics".lower(), "Similar papers", "@misc{"):
        assert said in page
    links = Page(page).links()
    assert {
        "https://arxiv.org/abs/2606.00001",
        "https://arxiv.org/pdf/2606.00001",
        "https://code.example.org/knit",
    } <= links
    assert '<meta property="og:type" content="article">' in page


@pytest.mark.parametrize("ref", ["arxiv:2606.00001", "2606.00001", "https://arxiv.org/abs/2606.00001v2"])
async def test_a_paper_has_one_address_whatever_it_is_called(ask, ref: str) -> None:
    answer = await ask(f"/paper/{ref}")
    assert (answer.status_code, answer.headers["location"]) == (302, PAPER)


@pytest.mark.parametrize(("ending", "begins"), [("bib", "@misc{"), ("ris", "TY  - "), ("json", "[")])
async def test_a_citation_is_taken_as_a_file(ask, ending: str, begins: str) -> None:
    answer = await ask(f"{PAPER}/cite.{ending}")
    assert answer.text.lstrip().startswith(begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="arxiv-2606.00001.{ending}"'
    if ending == "json":
        assert json.loads(answer.text)


async def test_a_topic_is_found_by_its_other_names(ask) -> None:
    assert (await ask("/topic/Robotics")).headers["location"] == "/topic/robotics"
    assert "Robotics" in (await ask("/topics?q=robots")).text
    assert "No topic is like that" in (await ask("/topics?q=zymurgy")).text


async def test_digests_open_with_their_token_and_nobody_keeps_them() -> None:
    site = Site(archive=Shelves("x"), digests=AnyToken())
    async with reader_of(site) as reader:
        page = await reader.get("/digest/token/2026-06-01?slot=1")
        assert "Monday, 1 June 2026" in page.text
        assert page.headers["cache-control"] == "private, no-cache"
        assert page.headers["x-robots-tag"] == "noindex"
        assert (await reader.get("/digest/token/never")).status_code == 404
        assert 'href="/digest/token/2026-06-01?slot=1"' in (await reader.get("/paper/1")).text


async def test_digests_stay_closed_for_a_wrong_token() -> None:
    class Nobody(AnyToken):
        async def destination(self, _token: str) -> Destination | None:
            return None

    async with reader_of(Site(archive=Shelves("x"), digests=Nobody())) as reader:
        assert (await reader.get("/digest/token")).status_code == 404
        assert (await reader.get("/digest/" + "x" * 900)).status_code == 404


async def test_public_digests_are_listed_and_may_be_found() -> None:
    shelves = Shelves("x")
    shelves.place = replace(shelves.place, public=True)
    site = Site(archive=shelves, digests=AnyToken(), address=ADDRESS)
    async with reader_of(site) as reader:
        assert 'href="/digest/token"' in (await reader.get("/about")).text
        page = await reader.get("/digest/token")
        assert f'rel="canonical" href="{ADDRESS}/digest/token/2026-06-01?slot=1"' in page.text
        assert "noindex" not in page.text + str(page.headers)


async def test_others_may_add_to_the_menu(site: Site) -> None:
    more = replace(site, menu=(Link(label="By mail", path="/mail"),))
    async with reader_of(more) as reader:
        assert '<a href="/mail">By mail</a>' in (await reader.get("/")).text
