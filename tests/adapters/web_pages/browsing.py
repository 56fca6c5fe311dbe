"""A real browser before a real server, both on this machine; whatever it asks for elsewhere is a failure."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from adapters.web.host import make_host
from adapters.web.server import serve
from bot.ports import ASGIApp

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 20_000  # milliseconds; a busy machine is no failure


def chromium() -> str:
    """Where the browser is; skips the test with one line where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.skip(
        "No Chromium is found, so no browser test is run (Debian: apt-get install chromium)"
    )


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium()
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(make: Callable[[], AbstractAsyncContextManager[ASGIApp]]) -> Iterator[str]:
    """The pages on a free port of loopback, in a thread of their own."""
    loop, up, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    ports: list[int] = []

    def listening(port: int) -> None:
        ports.append(port)
        up.set()

    async def hosting() -> None:
        async with make() as pages:
            host = make_host({}, ready=_all_is_well, pages=pages)
            task = asyncio.create_task(serve(host, host="127.0.0.1", port=0, listening=listening))
            await over.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    thread = threading.Thread(target=_run, args=(loop, hosting))
    thread.start()
    try:
        assert up.wait(60)
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


class Reader:
    """Somebody who reads with a browser, and what the browser complained of meanwhile."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url, self.complaints = url, []
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", lambda request: self._asked(request.url))

    def opens(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

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
    assert reader.complaints == []


def _run(loop: asyncio.AbstractEventLoop, hosting: Callable[[], Awaitable[None]]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(hosting())  # type: ignore[arg-type]  # a coroutine function


async def _all_is_well() -> str:
    return ""
