"""A stranger's chat and source, built as wheels and installed in a fresh environment, work without a word in the core."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sysconfig
import venv
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.testing.http import FakeServer, reply

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "tests" / "plugins"
BULLETIN = b"""Paper Lanterns at Sea | We float 400 lanterns on open water. Nine in ten come back.
Sorting Buttons by Sound | A microphone tells horn from shell. It errs once in fifty buttons.
"""
CONTRACTS = """
import asyncio, sys
from datetime import date
from bot.ports import ChatContext, SourceContext
from bot.testing import check_chat_adapter, check_source
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher
from paperround_postcard import PostcardAdapter
from paperround_bulletin import BulletinSource

async def main():
    clock = FakeClock()
    await check_chat_adapter(PostcardAdapter(ChatContext(clock=clock, settings={})))
    await check_source(BulletinSource(SourceContext(fetcher=FakeFetcher(), clock=clock, settings={})))
    print("contracts kept")

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(
    paperround_wheel: Path, wheel_of: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The `bin` of an environment that holds the wheels, and third parties from this one."""
    home = tmp_path_factory.mktemp("fresh")
    wheels = [wheel_of(PLUGINS / name) for name in ("postcard", "bulletin", "broken")]
    venv.create(home / "venv", with_pip=True)
    python = home / "venv" / "bin" / "python"
    command = [python, "-m", "pip", "install", "-qq", "--no-index", "--no-deps", paperround_wheel, *wheels]
    subprocess.run([str(part) for part in command], check=True)
    site = next((home / "venv" / "lib").glob("python*/site-packages"))
    (site / "third_parties.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


@pytest.fixture
async def house() -> AsyncIterator[FakeServer]:
    async with FakeServer() as server:
        yield server.on("/bulletin", reply(200, BULLETIN, content_type="text/plain"))


def run(command: list[str | Path], folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAPERROUND_")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=kept | {f"PAPERROUND_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_strangers_keep_the_contracts_in_an_environment_of_their_own(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "python", "-W", "error", "-c", CONTRACTS], tmp_path)
    assert done.stdout.strip() == "contracts kept", done.stderr
    assert (
        str(ROOT) not in run([installed / "python", "-c", "import bot; print(bot.__file__)"], tmp_path).stdout
    )


async def test_a_digest_goes_from_a_strangers_source_to_a_strangers_chat(
    installed: Path, tmp_path: Path, house: FakeServer
) -> None:
    settings = {
        "SOURCES": "bulletin",
        "CHAT": "console,postcard",
        "BULLETIN_URL": house.url("/bulletin"),
        "ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        "POSTCARD_FOLDER": str(tmp_path / "cards"),
    }
    paperround = installed / "paperround"
    board = ["--channel", "postcard:local:board"]
    for words in (["ingest"], ["subscribe", "lanterns", *board], ["digest", *board]):
        done = await asyncio.to_thread(run, [paperround, *words], tmp_path, **settings)
        assert done.returncode == 0, done.stderr
    (card,) = (tmp_path / "cards").iterdir()
    assert "Paper Lanterns at Sea" in card.read_text()
    assert "Sorting Buttons" not in card.read_text()


def test_a_plugin_that_fails_to_import_is_named_in_one_line(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "paperround", "ingest"], tmp_path, SOURCES="broken")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "broken (from paperround-broken)" in line
    assert "a_library_nobody_has" in line


def test_no_core_file_names_a_plugin() -> None:
    named = [
        path
        for folder in ("bot", "adapters", "jobs")
        for path in (ROOT / folder).rglob("*.py")
        if "postcard" in path.read_text() or "bulletin" in path.read_text()
    ]
    assert named == []
