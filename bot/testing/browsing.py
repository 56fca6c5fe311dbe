"""A real browser before a real server, both on this machine; whatever it asks for elsewhere is a complaint."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 20_000  # milliseconds; a busy machine is no failure
GRAVE = {"serious", "critical"}


class NoChromium(Exception):
    """There is no browser here."""

    def __str__(self) -> str:
        return "No Chromium is found, so no browser test is run (Debian: apt-get install chromium)"


def chromium() -> str:
    """Where the browser is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoChromium
    return found


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium()
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """Somebody who reads with a browser, and what the browser complained of meanwhile."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", lambda request: self._asked(request.url))

    def opens(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.url + path)
        return self.page

    @property
    def path(self) -> str:
        """Where in the site the reader is."""
        return self.page.url.removeprefix(self.url)

    def hindered(self) -> list[str]:
        """What on this page stands gravely in the way of people who use it by other means than most."""
        found = Axe().run(self.page).response["violations"]
        return [f"{self.path}: {one['id']}" for one in found if one["impact"] in GRAVE]

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "404 (Not Found)" not in text:
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "about:", "blob:")):
            self.complaints.append(f"it asks {url}")


@contextmanager
def reading(browser: Browser, url: str, **given: Any) -> Iterator[Reader]:
    """A reader whose browser has nothing to complain of in the end."""
    context = browser.new_context(**given)
    reader = Reader(context, url)
    try:
        yield reader
    finally:
        context.close()
    if reader.complaints:
        raise AssertionError(reader.complaints)
