"""The Discord pictures of docs/screens can be drawn: whatever the bot sends, their page knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
MODULES = ("make_discord_screens", "discord_frames", "discord_client", "scene", "photographing", "small_png")


@pytest.fixture
def docs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(DOCS))
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("docs")
async def test_every_picture_of_discord_has_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    import make_discord_screens  # noqa: PLC0415 - found only while the fixture stands

    pages = await make_discord_screens.pages(tmp_path)
    assert set(pages) == {path.stem for path in (DOCS / "screens").glob("discord-*.png")}
    assert "<b>Papers for #ml-papers</b>" in pages["discord-digest"]
    assert all("http://" not in page and "src=" not in page for page in pages.values())


@pytest.mark.usefixtures("docs")
def test_markdown_is_shown_as_discord_shows_it() -> None:
    from discord_client import markdown  # noqa: PLC0415 - as above

    made = markdown("**a \\* b** [one](https://x.example) `c*d`\n- <t:1763625600:t>\n-# small")
    assert made == (
        '<div class="line"><b>a * b</b> <a>one</a> <code>c*d</code></div>'
        '<div class="item"><span class="moment">09:00</span></div><div class="small">small</div>'
    )
