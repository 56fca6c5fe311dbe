"""Pages as pictures in docs/screens, by Chromium."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from small_png import small

SCREENS = Path(__file__).parent / "screens"
WIDTH = 760
SHARP = 2  # pixels of the picture for each of the page


def photographed(chromium: str, page: Path, picture: Path) -> None:
    """A page as a picture, as high as the page is."""
    dom = _run(chromium, "--dump-dom", str(page))
    height = int(re.search(r"<title>(\d+)</title>", dom)[1])  # type: ignore[index]  # the page writes it
    _run(
        chromium,
        f"--screenshot={picture}",
        f"--window-size={WIDTH},{height}",
        f"--force-device-scale-factor={SHARP}",
        str(page),
    )
    picture.write_bytes(small(picture.read_bytes()))


def _run(chromium: str, *arguments: str) -> str:
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(  # noqa: S603 - our own page, our own browser
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},1000",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    return done.stdout


def drawn(pages: Callable[[Path], Awaitable[Mapping[str, str]]]) -> None:
    """Draw all the pages, or those that are named on the command line."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed to draw the pictures.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, text in asyncio.run(_made(pages, folder)).items():
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                continue
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
            photographed(chromium, folder / f"{name}.html", SCREENS / f"{name}.png")


async def _made(pages: Callable[[Path], Awaitable[Mapping[str, str]]], folder: Path) -> Mapping[str, str]:
    return await pages(folder)
