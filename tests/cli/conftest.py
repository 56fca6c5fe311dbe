"""A command line in an empty folder, with nothing on the network."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import structlog

import bot
from bot.cli import main

# A private address is refused before anything is asked: every source fails at once, and nothing leaves the machine.
NOWHERE = "http://127.0.0.1:9"
ENVIRONMENT = {
    "PAPERROUND_DATABASE_URL": "sqlite:///papers.db",
    "PAPERROUND_HUGGINGFACE_URL": NOWHERE,
    "PAPERROUND_ARXIV_API_URL": NOWHERE,
    "PAPERROUND_ARXIV_FEED_URL": NOWHERE,
    "PAPERROUND_ARXIV_CATEGORIES": "cs.LG",
    "COLUMNS": "80",
}
ENTRY = """<entry><id>https://example.org/{n}</id><link href="https://example.org/{n}"/><title>{title}</title>
<published>2026-06-01T08:00:00Z</published><author><name>Ada Example</name></author>
<summary>We study {title}. It works well on every needle we tried.</summary></entry>"""
TITLES = [f"Knitting Pattern Number {n}" for n in range(1, 13)] + ["A [bold]Hostile[/bold] \u202e Crochet"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Done]


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_is_heard() -> None:
    """A suite that was started in the background ignores Ctrl-C, and so would every program it starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class StandIn(Protocol):
    """A chat on loopback."""

    def start(self) -> Coroutine[Any, Any, None]: ...

    def stop(self) -> Coroutine[Any, Any, None]: ...

    def environment(self) -> dict[str, str]: ...


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[StandIn, str], None]]:
    """Have a stand-in run on a loop of its own, as the command line brings its own too, and the bot told of it."""
    loop, running = asyncio.new_event_loop(), list[StandIn]()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def started(stand_in: StandIn, chat: str) -> None:
        asyncio.run_coroutine_threadsafe(stand_in.start(), loop).result(20)
        running.append(stand_in)
        for name, value in {**stand_in.environment(), "PAPERROUND_CHAT": chat}.items():
            monkeypatch.setenv(name, value)

    yield started
    for stand_in in running:
        asyncio.run_coroutine_threadsafe(stand_in.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in list(os.environ):
        if name.startswith("PAPERROUND_"):
            monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    write_feed(tmp_path)
    yield tmp_path
    structlog.reset_defaults()


@pytest.fixture
def cli(folder: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run one command line in this process."""

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(arguments)
        said = capsys.readouterr()
        return Done(code=int(left.value.code or 0), out=said.out, err=said.err)

    return run


@pytest.fixture(scope="session")
def thirteen_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database they were imported into, once; copying it is quicker than importing them for each test."""
    folder = tmp_path_factory.mktemp("loaded")
    write_feed(folder)
    environment = os.environ | ENVIRONMENT | {"PYTHONPATH": str(Path(bot.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "import", "feed.xml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "papers.db"


@pytest.fixture
def loaded(cli: Cli, folder: Path, thirteen_papers: Path) -> Cli:
    """The same, with thirteen papers stored."""
    shutil.copyfile(thirteen_papers, folder / "papers.db")
    return cli


def write_feed(folder: Path) -> None:
    entries = "".join(ENTRY.format(n=n, title=title) for n, title in enumerate(TITLES))
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Knit</title><id>x</id>{entries}</feed>'
    (folder / "feed.xml").write_text(feed, encoding="utf-8")
