"""What the project files promise each other."""

from __future__ import annotations

import re
import tomllib
import zipfile
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import bot

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIRED_BY_THE_USER = {"discord.py", "slack-bolt", "apscheduler", "feedparser", "sqlmodel", "httpx"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[ ]", requirement, maxsplit=1)[0] for requirement in requirements}


def test_the_packages_the_user_named_are_dependencies() -> None:
    assert names(PROJECT["project"]["dependencies"]) >= REQUIRED_BY_THE_USER


def test_the_version_is_written_once() -> None:
    assert version("paperround") == bot.__version__


@pytest.mark.parametrize("group", ["paperround.chat", "paperround.sources"])
def test_every_entry_point_of_ours_loads(group: str) -> None:
    declared = PROJECT["project"]["entry-points"][group]
    installed = {point.name: point for point in entry_points(group=group)}
    assert set(declared) <= set(installed)
    assert all(installed[name].load() is not None for name in declared)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_with_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)
    assert len(pinned) > 40
    assert text.count("--hash=sha256:") >= len(pinned)
    assert re.search(r"https?://|file:|--index|--find-links|--extra-index", text) is None


def test_every_dependency_has_its_line_of_reason() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text().lower()
    extras = [one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra]
    named = names(PROJECT["project"]["dependencies"]) | names(extras)
    assert {name for name in named if f"`{name.lower()}`" not in architecture} == set()


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{bot.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_a_wheel_holds_three_packages_and_their_data(paperround_wheel: Path) -> None:
    held = zipfile.ZipFile(paperround_wheel).namelist()
    roots = {name.split("/")[0] for name in held if ".dist-info/" not in name}
    assert roots == {"bot", "adapters", "jobs"}
    mail = "adapters/chat/email/drawing/templates/digest"
    for needed in (
        "bot/py.typed",
        "bot/data/topics.toml",
        "bot/storage/migrations/env.py",
        f"{mail}.html",
        f"{mail}.txt",
        "adapters/web/pages/templates/base.html",
        "adapters/web/pages/static/style.css",
        "adapters/web/pages/static/reader.js",
    ):
        assert needed in held
