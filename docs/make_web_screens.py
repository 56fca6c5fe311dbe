"""Draws the web pictures of docs/screens: `.venv/bin/python docs/make_web_screens.py` (needs Chromium)."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from scene import NOW, scene
from small_png import small

from adapters.web.host import make_host
from adapters.web.pages import Site, make_pages
from adapters.web.server import serve
from bot.commands.archive import Archive
from bot.testing.clock import FakeClock

SCREENS = Path(__file__).parent / "screens"
PAGES = {"day": "/", "search": '/search?q="language+model"+has:code', "paper": "/paper/arxiv:2611.02001"}
WIDTHS = {"desktop": (1080, 1000, 1), "phone": (390, 800, 1.5)}
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]


async def _ready() -> str:
    return ""


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """The archive of the scene, on a free port."""
    async with scene(folder, "slack") as bot:
        archive = Archive(store=bot.app.store, clock=FakeClock(NOW))
        host = make_host({}, ready=_ready, pages=make_pages(Site(archive=archive)))
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(serve(host, host="127.0.0.1", port=0, listening=port.set_result))
        try:
            yield f"http://127.0.0.1:{await port}"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def photographed(browser: Browser, url: str, name: str, width: str, theme: str) -> None:
    """One page as one picture, as much of it as fits a screen."""
    across, down, sharp = WIDTHS[width]
    viewport = {"width": across, "height": down}
    page = await browser.new_page(viewport=viewport, device_scale_factor=sharp, color_scheme=theme)  # type: ignore[arg-type]  # its own TypedDict and literals
    await page.goto(url + PAGES[name])
    picture = await page.screenshot()
    (SCREENS / f"web-{name}-{width}-{theme}.png").write_bytes(small(picture))
    await page.close()


async def main(chosen: list[str]) -> None:
    """Draw all the pictures, or those whose names begin as said."""
    chromium = shutil.which("chromium") or sys.exit("Chromium is needed to draw the pictures.")
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder)) as url, async_playwright() as tool:
            browser = await tool.chromium.launch(executable_path=chromium, args=FLAGS)
            for name in PAGES:
                for width in WIDTHS:
                    for theme in ("light", "dark"):
                        if not chosen or any(f"web-{name}-{width}-{theme}".startswith(one) for one in chosen):
                            await photographed(browser, url, name, width, theme)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
