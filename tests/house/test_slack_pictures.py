"""The pictures of docs/screens can be drawn: every block the bot makes is one their page knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
MODULES = ("make_slack_screens", "slack_frames", "scene", "block_kit", "photographing", "small_png")


@pytest.fixture
def docs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(DOCS))
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("docs")
async def test_every_picture_has_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    import make_slack_screens  # noqa: PLC0415 - found only while the fixture stands

    pages = await make_slack_screens.pages(tmp_path)
    pictures = {path.stem for path in (DOCS / "screens").glob("slack-*.png")}
    assert set(pages) == pictures
    assert "Papers for #ml-papers" in pages["slack-digest"]
    assert all("http://" not in page and "src=" not in page for page in pages.values())


@pytest.mark.usefixtures("docs")
def test_a_smaller_picture_is_the_same_picture() -> None:
    from small_png import small  # noqa: PLC0415 - as above

    shown = (DOCS / "screens" / "slack-edit.png").read_bytes()
    assert shown.startswith(b"\x89PNG")
    assert small(shown) == shown  # it has its palette already
