"""What the files in deploy/ say of the program is so."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from bot.app.roles import Role
from bot.cli._running import LONGEST_STOP
from bot.cli._typer import ORDER, app
from bot.config import load_settings
from jobs.deliver import STOP_SECONDS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
SERVICE = (ROOT / "deploy" / "paperround.service").read_text()
GUIDE = (ROOT / "deploy" / "README.md").read_text()


def stated(name: str, text: str = DOCKERFILE) -> str:
    (line,) = re.findall(rf"^{name}[ =](.+)$", text, flags=re.MULTILINE)
    return line


def commands() -> list[list[str]]:
    """Every command line the files have run, as a list of words."""
    health = json.loads(stated("HEALTHCHECK").partition(" CMD ")[2])
    started = [*json.loads(stated("ENTRYPOINT")), *json.loads(stated("CMD"))]
    return [health, started, shlex.split(stated("ExecStart", SERVICE))]


@pytest.mark.parametrize("command", commands(), ids=shlex.join)
def test_every_command_is_one_the_program_understands(command: list[str]) -> None:
    program, verb, *rest = command
    assert Path(program).name in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    group = typer.main.get_command(app)
    group.commands[verb].make_context(verb, rest)


def test_the_guide_names_verbs_and_options_there_are(cli) -> None:
    named = re.findall(r"`paperround ([a-z]+)", GUIDE)
    assert set(named) - set(ORDER) == set()
    assert "--offline` leaves the sources out" in GUIDE
    assert "--offline" in cli("doctor", "-h").out


def test_both_stop_the_bot_with_the_signal_it_ends_well_on() -> None:
    assert stated("STOPSIGNAL") == "SIGTERM"
    assert stated("KillSignal", SERVICE) == "SIGTERM"


def test_the_compose_file_builds_what_is_there_on_the_image_s_own_entry_point() -> None:
    (dockerfile,) = re.findall(r"dockerfile: (.+)", COMPOSE)
    assert (ROOT / dockerfile).exists()
    assert not re.search(r"^\s+(entrypoint|stop_signal):", COMPOSE, flags=re.MULTILINE)
    many, one = re.findall(r"PAPERROUND_DATABASE_URL: (.+)", COMPOSE)
    assert one == stated("ENV", DOCKERFILE.replace("\\\n", "")).rpartition("PAPERROUND_DATABASE_URL=")[2]
    assert load_settings(database_url=many.replace("${POSTGRES_PASSWORD:-}", "x"))


def test_together_its_services_play_every_part() -> None:
    played = re.findall(r"command: \[run, --role, (\w+)\]", COMPOSE)
    assert played == re.findall(r"^\| `(\w+)` \|", GUIDE, flags=re.MULTILINE)
    assert {Role(role) for role in played} == set(Role) - {Role.ALL}


def test_who_stops_the_bot_waits_longer_than_it_takes() -> None:
    patience = [
        *re.findall(r"stop_grace_period: (\d+)s", COMPOSE),
        *re.findall(r"TimeoutStopSec=(\d+)", SERVICE),
    ]
    assert STOP_SECONDS < LONGEST_STOP < min(map(float, patience))


def test_doctor_offline_asks_no_source_and_is_content(loaded) -> None:
    done = loaded("doctor", "--offline", "--json")
    assert done.code == 0
    names = {check["name"] for check in done.json["checks"]}
    assert {"settings", "database", "disk", "deliveries"} <= names
    assert names.isdisjoint({"Hugging Face", "arXiv"})
    assert loaded("doctor", "--json").code == 1  # the sources are out of reach here
