"""Fixtures that several folders share."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from bot.testing.browsing import NoChromium, a_browser
from bot.testing.postgres import NoPostgres, PostgresServer

# A busy machine is no failure: what is slow is measured by `paperround bench`, never by a test. The same examples in
# every run, so that a red build is red again; HYPOTHESIS_PROFILE=explore looks for new ones.
BUSY = [HealthCheck.too_slow]
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=BUSY)
settings.register_profile("explore", deadline=None, max_examples=500, suppress_health_check=BUSY)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).parents[1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line for each reason what was skipped."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(one.longrepr[2].removeprefix("Skipped: ") for one in reports)
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"Skipped {tests}: {reason}")


@pytest.fixture
def same_as_golden() -> Callable[[str, str], None]:
    """Compares a text with a file of tests/golden; UPDATE_GOLDEN=1 writes the file anew."""

    def same(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"UPDATE_GOLDEN=1 writes {name} anew"

    return same


@pytest.fixture(autouse=True)
def collected_as_before() -> Iterator[None]:
    """A bot that starts sets the garbage collector for good; the suite that it ran in goes on for long."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    if gc.get_freeze_count():
        gc.unfreeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for the whole session; whoever stops or kills one starts a `PostgresServer` of its own."""
    try:
        server = PostgresServer()
    except NoPostgres as reason:
        pytest.skip(str(reason))
    with server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a migrated database with nothing in it."""
    url = postgres_server.fresh()
    yield url
    postgres_server.give_back(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for a module whose tests are not async: until its end, the thread's event loop is the browser's."""
    try:
        with a_browser() as opened:
            yield opened
    except NoChromium as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def wheel_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Builds a project as a wheel, with what is installed: nothing is downloaded."""
    return lambda project: build_wheel(project, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def paperround_wheel(wheel_of: Callable[[Path], Path]) -> Path:
    """The project itself as a wheel."""
    return wheel_of(ROOT)


def build_wheel(project: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))
