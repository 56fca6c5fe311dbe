"""The archive in a real browser: browsing, searching, citing, with keys and without JavaScript, and for everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from adapters.web.pages import Site, make_pages
from bot.commands.archive import Archive
from bot.domain.subscription import Address, Destination, Schedule
from bot.ports import ASGIApp
from bot.storage.store import Store
from bot.testing import FakeClock
from bot.testing.browsing import reading
from bot.testing.builders import make_batch, make_facts, make_listing

from .browsing import serving
from .conftest import NOW, TODAY
from .test_web_pages_hostile import AnyToken, Shelves

pytestmark = pytest.mark.slow

SUBJECTS = ("Knitting", "Sourdough", "Diffusion Models", "Language Models", "Weather", "Reward Hacking")
PAPER = f"/paper/{TODAY:%Y%m%d}00001"
EVERY = (
    *("/", "/?view=cards", "/week/2026-W23", "/month/2026-06", "/trending/week", "/day/2026-05-30"),
    *("/search", "/search?q=knitting&code=1", "/search?q=title:(", "/search?q=zymurgy"),
    *(PAPER, "/topics", "/topic/robotics", "/digest/token", "/about", "/no/such/page"),
)


class OneToken(AnyToken):
    """Opens the digests of a channel that has had none."""

    async def destination(self, _token: str) -> Destination:
        address = Address(platform="slack", workspace="T1", channel="C1")
        return Destination(id=1, address=address, name="#knitting", schedule=Schedule())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("browsed") / "papers.db"

    @asynccontextmanager
    async def pages() -> AsyncIterator[ASGIApp]:
        async with await Store.open(f"sqlite:///{path}") as store:
            await _fill(store)
            yield make_pages(Site(archive=Archive(store=store, clock=FakeClock(NOW)), digests=OneToken()))

    with serving(pages) as served:
        yield served


@pytest.fixture(scope="module")
def told() -> Iterator[str]:
    """A site whose every page has something of everything."""

    @asynccontextmanager
    async def pages() -> AsyncIterator[ASGIApp]:
        yield make_pages(Site(archive=Shelves("knitting"), digests=AnyToken(), feeds=True))

    with serving(pages) as served:
        yield served


async def _fill(store: Store) -> None:
    for day, papers in ((TODAY - timedelta(days=3), 4), (TODAY, 40)):
        listings = []
        for number in range(1, papers + 1):
            title = f"{SUBJECTS[number % 6]} for Robots, Part {number}"
            facts = make_facts(
                number,
                keys=(f"arxiv:{day:%y%m}.{day.day:02}{number:03}",),
                title=title,
                code_url="https://code.example.org/x" if number % 2 else "",
            )
            listings.append(make_listing(number, facts=facts, votes=100 - number, day=day))
        await store.add_batch(make_batch(*listings), now=NOW - (TODAY - day))


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_one_browses_searches_opens_a_paper_and_cites_it(browser: Browser, url: str, script: bool) -> None:
    with reading(browser, url, java_script_enabled=script) as reader:
        page = reader.opens("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Monday, 1 June 2026")
        page.get_by_role("link", name="Next page").click()
        expect(page.locator(".entry")).to_have_count(10)
        page.get_by_role("link", name="Fri 29 May 2026").first.click()
        assert reader.path == "/day/2026-05-29"
        page.get_by_role("link", name="Cards").click()
        expect(page.locator(".cards .entry")).to_have_count(4)
        page.get_by_label("Search all papers").fill("sourdough has:code")
        page.keyboard.press("Enter")
        expect(page.locator("#results")).to_contain_text("papers for")
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("At least so many votes").fill("95")
        page.get_by_role("button", name="Search").click()
        page.locator(".title a").first.click()
        assert reader.path == PAPER
        page.get_by_role("link", name="Cite").click()
        expect(page.locator("#cite-bib")).to_contain_text("@misc{")
        page.get_by_text("RIS", exact=True).click()
        expect(page.locator("#cite-ris")).to_be_visible()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Download as BibTeX").click()
        assert Path(taken.value.path()).read_text().startswith("@misc{")


def test_results_come_while_one_types_and_the_address_keeps_up(browser: Browser, url: str) -> None:
    with reading(browser, url) as reader:
        page = reader.opens("/search")
        page.get_by_label("Words, phrases, or a query").press_sequentially("weather")
        expect(page.locator("#results")).to_contain_text("papers for weather")
        expect(page.get_by_role("status")).to_contain_text("papers for weather")
        page.wait_for_url("**/search?q=weather")
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("With code").check()
        expect(page.locator("#results")).to_contain_text("has:code")
        page.get_by_label("Words, phrases, or a query").fill("title:(")
        expect(page.locator(".trouble")).to_be_visible()


def test_the_keys_do_what_the_help_says(browser: Browser, url: str) -> None:
    with reading(browser, url) as reader:
        page = reader.opens("/")
        for key in "jjk":
            page.keyboard.press(key)
        expect(page.locator(".title a").first).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.wait_for_url("**/day/2026-05-29")
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/day/2026-06-01")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("Use these keys here").uncheck()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()  # the browser closes it in its own time
        page.keyboard.press("/")
        expect(page.get_by_label("Search all papers")).not_to_be_focused()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("Use these keys here").check()
        page.get_by_role("button", name="Close").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.keyboard.press("/")
        expect(page.get_by_label("Search all papers")).to_be_focused()
        page.keyboard.type("j?")
        expect(page.get_by_label("Search all papers")).to_have_value("j?")


def test_a_citation_is_copied(browser: Browser, url: str) -> None:
    with reading(browser, url, permissions=["clipboard-read", "clipboard-write"]) as reader:
        page = reader.opens(PAPER)
        page.get_by_role("button", name="Copy").first.click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#cite-bib").text_content()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_light_or_dark_is_as_the_device_or_as_chosen(browser: Browser, url: str, script: bool) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    with reading(browser, url, java_script_enabled=script, color_scheme="light") as reader:
        page = reader.opens("/")
        light = page.evaluate(ground)
        page.get_by_label("Dark").check()
        dark = page.evaluate(ground)
        assert dark != light
        reader.opens("/topics")
        assert page.evaluate(ground) == (dark if script else light)  # nothing is kept without JavaScript
        page.emulate_media(color_scheme="dark")
        page.get_by_label("As the device").check()
        assert page.evaluate(ground) == dark


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1200, "light")])
def test_nothing_stands_in_anybodys_way(
    browser: Browser, url: str, told: str, width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 800}
    for site, paths in ((url, EVERY), (told, ("/digest/token", "/about", "/paper/1"))):
        with reading(
            browser, site, color_scheme=scheme, viewport=viewport, reduced_motion="reduce"
        ) as reader:
            for path in paths:
                page = reader.opens(path)
                assert reader.hindered() == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_what_watches_the_browser_sees_what_may_not_be(browser: Browser, url: str) -> None:
    with reading(browser, url) as reader:
        page = reader.opens("/about")
        page.evaluate("document.querySelector('h1').style.color = '#eee'")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
        assert "color-contrast" in {one["id"] for one in Axe().run(page).response["violations"]}
        assert any("Content Security Policy" in one for one in reader.complaints)
        page.evaluate("fetch('https://evil.invalid/').catch(() => null)")
        assert any("evil.invalid" in one for one in reader.complaints)
        reader.complaints.clear()


def test_the_first_key_leads_past_the_menu(browser: Browser, url: str) -> None:
    with reading(browser, url) as reader:
        page = reader.opens("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the papers")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
