"""All that a reader of the web and of mails does, with the real process: from the first page to leaving for good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.testing.browsing import Reader, reading
from bot.testing.smtp import Received

from .conftest import Town

pytestmark = pytest.mark.slow

ADA, BEN, EVE = "ada@example.org", "ben@example.org", "eve@example.org"
SHOWN = 10  # papers of a digest


def test_with_javascript_one_reads_signs_up_gets_a_digest_and_leaves_by_its_button(
    town: Town, browser: Browser
) -> None:
    town.opens()
    with reading(browser, town.url, color_scheme="dark", timezone_id="Europe/Berlin") as reader:
        browses(reader, looking=True)
        signs_up(town, reader, ADA, looking=True)
        town.next_day()
        mail = town.mail(ADA, 2)
        reads_it_on_the_web(reader, mail, looking=True)
        changes_what_comes(town, reader, ADA, mail, looking=True)
        leaves_by_the_button(town, reader, ADA, mail)


def test_without_javascript_all_of_it_works_and_a_mail_program_leaves_by_one_click(
    town: Town, browser: Browser
) -> None:
    town.opens()
    with reading(
        browser, town.url, java_script_enabled=False, viewport={"width": 360, "height": 740}
    ) as reader:
        browses(reader)
        signs_up(town, reader, BEN)
        signs_up(town, reader, EVE)
        thinks_again_at_once(town, reader, EVE)
        town.next_day()
        mail = town.mail(BEN, 2)
        reads_it_on_the_web(reader, mail)
        changes_what_comes(town, reader, BEN, mail)
        assert town.one_click(mail) == 200
        assert town.followed(BEN) == set()
        assert town.one_click(mail) == 200, "once more changes nothing"
        assert len(town.mails(EVE)) == 1, "the question and nothing after it"
        assert town.bot.ask("SELECT count(*) FROM delivery") == [(1,)]


def browses(reader: Reader, *, looking: bool = False) -> None:
    """From day to day, by words, to a paper and what to cite it with."""
    page = reader.opens("/")
    first = page.get_by_role("heading", level=1).inner_text()
    looked_at(reader, looking)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".entry")).to_have_count(4)
    page.locator("a[rel=prev]").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    expect(page.locator(".title").first).to_contain_text("On knitting looms")
    page.get_by_label("Search all papers").fill('title:"weaving looms" cat:cs.RO')
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_contain_text("papers for")
    looked_at(reader, looking)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".entry")).to_have_count(4)
    page.locator(".title a").first.click()
    cites(page)
    looked_at(reader, looking)


def cites(page: Page) -> None:
    page.get_by_role("link", name="Cite").click()
    expect(page.locator("#cite-bib")).to_contain_text("@misc{")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download as BibTeX").click()
    assert Path(taken.value.path()).read_text().startswith("@misc{")


def signs_up(town: Town, reader: Reader, mailbox: str, *, looking: bool = False) -> None:
    """By the form; the link in the mail changes nothing before its button is pressed."""
    page = reader.opens("/")
    page.get_by_role("link", name="By mail").click()
    looked_at(reader, looking)
    page.get_by_label("Your mail address").fill(mailbox)
    page.get_by_label("Which papers").fill("weaving")
    zone = page.get_by_label("Time zone")
    if not looking:
        zone.fill("Berlin")
    expect(zone).to_have_value("Berlin" if not looking else "Europe/Berlin")  # a script asks the device
    page.get_by_role("button", name="Send me a mail to confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    asked = town.mail(mailbox, 1)
    assert asked.message["List-Unsubscribe"] is None
    opened(reader, asked, looking)
    page.get_by_role("link", name="Look at what was asked for").click()
    for _ in range(2):  # as those do who look at mails for others
        assert page.request.get(page.url).ok
    assert town.followed(mailbox) == set()
    looked_at(reader, looking)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Papers are on their way")
    assert town.followed(mailbox) == {"weaving"}
    looked_at(reader, looking)


def reads_it_on_the_web(reader: Reader, mail: Received, *, looking: bool = False) -> None:
    """The digest as it came, and the same with what it had no room for."""
    page = opened(reader, mail, looking)
    expect(page.locator(".paper")).to_have_count(SHOWN)
    title = page.locator(".paper a").first.inner_text()
    page.get_by_role("link", name=re.compile("more paper|on the web")).click()
    assert "/digest/" in reader.path
    expect(page.locator("main")).to_contain_text(title)
    looked_at(reader, looking)


def changes_what_comes(
    town: Town, reader: Reader, mailbox: str, mail: Received, *, looking: bool = False
) -> None:
    """One query more, another hour, fewer days."""
    page = opened(reader, mail)
    page.get_by_role("link", name="Topics, hour and days").click()
    looked_at(reader, looking)
    page.get_by_label("One more query").fill("knitting")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("status").filter(has_text="knitting")).to_be_visible()
    assert town.followed(mailbox) == {"weaving", "knitting"}
    page.get_by_label("Sat").uncheck()
    page.get_by_label("At", exact=True).fill("17:15")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("At", exact=True)).to_have_value("17:15")
    expect(page.get_by_label("Sat")).not_to_be_checked()
    looked_at(reader, looking)


def leaves_by_the_button(town: Town, reader: Reader, mailbox: str, mail: Received) -> None:
    """The link only asks; so does whoever follows it for others."""
    page = opened(reader, mail)
    page.get_by_role("link", name="Leave").click()
    assert town.followed(mailbox) == {"weaving", "knitting"}
    looked_at(reader, looking=True)
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left")
    assert town.followed(mailbox) == set()
    looked_at(reader, looking=True)


def thinks_again_at_once(town: Town, reader: Reader, mailbox: str) -> None:
    """Before the first digest, by the page one is led to after saying yes."""
    reader.page.get_by_role("link", name="Change topics, hour and days").click()
    reader.page.get_by_role("button", name="Leave and be forgotten").click()
    assert town.followed(mailbox) == set()


def opened(reader: Reader, mail: Received, looking: bool = False) -> Page:
    """A mail as its reader's program shows it, which has no way to run or load anything."""
    reader.page.goto("about:blank")
    reader.page.set_content(mail.part("html"))
    looked_at(reader, looking)
    return reader.page


def looked_at(reader: Reader, looking: bool) -> None:
    """Nothing on the page stands in anybody's way."""
    if looking:
        assert reader.hindered() == []
    width = reader.page.viewport_size["width"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width, reader.path
