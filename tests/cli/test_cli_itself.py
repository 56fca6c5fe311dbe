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
from bot.domain.delivery import Status

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
    out, err = (process := start("run", "--once", folder=folder)).communicate(timeout=120)
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
    _, refused = second.communicate(timeout=120)
    assert second.returncode == 2
    assert f"process {process.pid}" in refused
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err + out


def test_a_service_manager_stops_run_with_0(folder: Path) -> None:
    process = start("run", folder=folder)
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert err.endswith("Stopped.\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("verb", [["list"], ["list", "--json"], ["config"]])
def test_a_full_disk_is_no_fault_of_the_program(folder: Path, verb: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *verb],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(Path(bot.__file__).parents[1])},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("The output could not be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_whoever_stops_reading_what_doctor_finds_is_shown_no_traceback(folder: Path) -> None:
    with start("doctor", "--offline", folder=folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "database" not in process.stdout.readline():  # it is open from here on
            pass
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "x", "--page", "0"), "There is no page 0"),
        (("search", "x", "--page", "q"), "--page must be a whole number."),
        (("deliveries", "list", "--limit", "0"), "--limit must be 1 or more."),
        (("deliveries", "list", "--limit", "2000"), "--limit must be 1000 or less."),
        (("bench", "foo"), "'foo' is not one of 'match', 'ingest', 'summary', 'deliver', 'scale', 'web'."),
        (("search", "--bogus", "x"), "There is no option --bogus."),
        (("feed", "remove", "q"), "ID must be a whole number."),
    ],
)
def test_a_bad_option_is_told_in_our_words(cli, arguments: tuple[str, ...], said: str) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert said in done.err
    assert not any(theirs in done.err for theirs in ("Input should", "Value error", "Invalid value"))


@pytest.mark.parametrize(
    "verb", ["search", "import", "topics", "bench", "init", "deliveries list", "feed add"]
)
def test_help_speaks_of_words_and_files_not_of_types(cli, verb: str) -> None:
    out = cli(*verb.split(), "-h").out
    assert " <" not in out
    assert "[[" not in out
    assert "{" not in out


def test_every_status_of_a_delivery_is_named_in_the_help(cli) -> None:
    out = cli("deliveries", "list", "-h").out
    assert all(status.value in out for status in Status)


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
