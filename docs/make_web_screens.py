"""Draws the pictures of the web and of mails in docs/screens: `.venv/bin/python docs/make_web_screens.py` (needs Chromium)."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from scene import TODAY, Scene, scene
from small_png import small

from adapters.chat.email.drawing.letter import letter_of
from adapters.chat.email.drawing.parts import links_for
from adapters.web.server import serve
from bot.app.hosting import hosted
from bot.app.lag import LoopLag
from bot.testing.browsing import FLAGS, chromium
from bot.testing.builders import make_secret_key

SCREENS = Path(__file__).parent / "screens"
PAGES = {
    "web-day": "/",
    "web-search": '/search?q="language+model"+has:code',
    "web-paper": "/paper/arxiv:2611.02001",
    "mail-signup": "/mail/subscribe?query=topic:llm",
}
WIDTHS = {"desktop": (1080, 1000, 1), "phone": (390, 800, 1.5)}
ADA, ADDRESS, SENDER = "ada@example.org", "https://papers.example.org", "papers@example.org"
MAILING = {"chat": ("email",), "web_url": ADDRESS, "smtp_url": "smtp://localhost", "mail_from": SENDER}


@dataclass(frozen=True, kw_only=True, slots=True)
class Studio:
    """Where pages are, and what a mail shows."""

    browser: Browser
    url: str
    paths: dict[str, str]
    mail: str

    async def photographed(self, name: str, width: str, theme: str) -> None:
        """One page as one picture, as much of it as fits a screen."""
        across, down, sharp = WIDTHS[width]
        viewport = {"width": across, "height": down}
        page = await self.browser.new_page(
            viewport=viewport,  # type: ignore[arg-type]  # its own TypedDict and literals
            device_scale_factor=sharp,
            color_scheme=theme,  # type: ignore[arg-type]  # as above
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        if name in self.paths:
            await page.goto(self.url + self.paths[name])
        else:
            await page.set_content(self.mail)
        picture = await page.screenshot()
        (SCREENS / f"{name}-{width}-{theme}.png").write_bytes(small(picture))
        await page.close()


async def _ready() -> str:
    return ""


@asynccontextmanager
async def served(bot: Scene) -> AsyncIterator[str]:
    """Everything the bot of the scene serves, on a free port."""
    host = hosted(bot.app, {}, ready=_ready, lag=LoopLag())
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(host, host="127.0.0.1", port=0, listening=port.set_result))
    try:
        yield f"http://127.0.0.1:{await port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def studio(folder: Path) -> AsyncIterator[Studio]:
    """The scene with a reader of mails, before a browser."""
    async with (
        scene(folder, "email", secret_key=make_secret_key(), **MAILING) as bot,
        served(bot) as url,
        async_playwright() as tool,
    ):
        for line in ("topic:llm at:8am tz:Berlin days:weekdays max:8", '"flow matching" OR diffusion'):
            await bot.say(f"subscribe {line}", ADA)
        pages, home = bot.app.mailings.pages, bot.address(ADA)  # type: ignore[union-attr]  # there is a key and an address
        letter = letter_of(await bot.digest(ADA), links_for(pages, home, TODAY), SENDER)
        paths = {**PAGES, "mail-preferences": pages.preferences(home).removeprefix(ADDRESS)}
        browser = await tool.chromium.launch(executable_path=chromium(), args=[*FLAGS, "--hide-scrollbars"])
        yield Studio(browser=browser, url=url, paths=paths, mail=letter.html)
        await browser.close()


async def main(chosen: list[str]) -> None:
    """Draw all the pictures, or those whose names begin as said."""
    with tempfile.TemporaryDirectory() as folder:
        async with studio(Path(folder)) as made:
            for name in (*made.paths, "mail-digest"):
                for width in WIDTHS:
                    for theme in ("light", "dark"):
                        if not chosen or any(f"{name}-{width}-{theme}".startswith(one) for one in chosen):
                            await made.photographed(name, width, theme)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
