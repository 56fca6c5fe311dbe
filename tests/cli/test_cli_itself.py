"""The command line as a program: help, speed, signals, pipes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from bot.cli import _asking
from bot.cli._typer import ORDER, app

VERBS = ["run", "digest", "search", "feed", "deliveries", "bench", "doctor"]
HEAVY = [
    "sqlmodel",
    "sqlalchemy",
    "discord",
    "slack_bolt",
    "feedparser",
    "httpx",
    "apscheduler",
    "pydantic_settings",
]
PROGRAM = [sys.executable, "-m", "bot"]


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(bot.__file__).parents[1])}
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )


def test_help_and_version_import_nothing_heavy(folder: Path) -> None:
    script = (
        "import sys; from bot.cli import _run; "
        "codes = [_run(['--help']), _run(['--version']), _run(['digest', '-h'])]; "
        f"print(codes, [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(bot.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == "[0, 0, 0] []"
    assert f"paperround {bot.__version__}" in done.stdout


def test_every_verb_has_its_place_in_the_help(cli) -> None:
    registered = {one.name or one.callback.__name__ for one in app.registered_commands}
    groups = {one.name for one in app.registered_groups}
    assert registered | groups == set(ORDER)
    out = cli("-h").out
    assert [
        line.split()[0] for line in out.splitlines() if line.startswith("  ") and line.split()[0] in ORDER
    ] == ORDER


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(cli, verb: str) -> None:
    done = cli(verb, "-h")
    assert done.code == 0
    assert "Usage: " in done.out


def test_help_is_understood_as_a_verb_too(cli) -> None:
    assert cli("help").out == cli("--help").out
    assert cli("help", "digest").out == cli("digest", "-h").out


def test_a_mistyped_verb_is_not_run_but_named(cli) -> None:
    done = cli("serach", "x")
    assert done.code == 2
    assert "search" in done.err
    assert "-h" in done.err


def test_nothing_at_all_shows_the_help(cli) -> None:
    done = cli()
    assert done.code == 2
    assert "Usage: " in done.err


def test_a_fault_of_ours_is_one_line_unless_debug_is_asked(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> int:
        raise RuntimeError("boom\nand more")

    monkeypatch.setattr(_asking, "ask", broken)
    done = cli("list")
    assert done.code == 1
    assert "RuntimeError: boom" in done.err
    assert "Traceback" not in done.err
    with pytest.raises(RuntimeError, match="boom"):
        bot.cli._run(["--debug", "list"])


def test_a_newer_database_is_refused_with_3(loaded, folder: Path) -> None:
    with sqlite3.connect(folder / "papers.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    done = loaded("list")
    assert done.code == 3
    assert len(done.err.strip().splitlines()) == 1


def test_run_once_without_a_network_shows_the_sample_and_exits_0(folder: Path) -> None:
    out, err = (process := start("run", "--once", folder=folder)).communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Sample edition: these papers are invented" in out
    assert sorted(line.partition(":")[0] for line in err.splitlines()[1:3]) == ["Hugging Face", "arXiv"]
    assert "Traceback" not in err


def test_ctrl_c_ends_run_quietly_with_130(folder: Path) -> None:
    process = start("run", folder=folder)
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl-C" in line:
            break
    second = start("run", "--once", folder=folder)
    _, refused = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"process {process.pid}" in refused
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err + out


def test_a_service_manager_stops_run_with_0(folder: Path) -> None:
    process = start("run", folder=folder)
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert err.endswith("Stopped.\n")


def test_a_reader_that_stops_early_is_no_error(loaded, folder: Path) -> None:
    program = " ".join([*PROGRAM, "search", "knitting"])
    done = subprocess.run(
        f"{program} | head -n 1",
        shell=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(bot.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("Papers for knitting")
