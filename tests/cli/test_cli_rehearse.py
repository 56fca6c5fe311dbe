"""`paperround rehearse`, as an operator types it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

SHORT = ("--from", "2026-03-27", "--days", "3", "--kills", "3", "--faults", "5%", "--seed", "4")


def test_it_tells_the_promises_and_their_counts(cli) -> None:
    done = cli("rehearse", *SHORT, "--destinations", "3")
    assert done.code == 0, done.out
    assert "no paper twice in a channel" in done.out
    assert "Every promise was kept." in done.out
    assert "BROKEN" not in done.out


def test_it_rehearses_the_operators_own_channels_and_touches_nothing(loaded, folder: Path) -> None:
    assert loaded("subscribe", "crochet", "at:9am", "tz:Berlin").code == 0
    before = hashlib.sha256((folder / "papers.db").read_bytes()).hexdigest()
    done = loaded("rehearse", *SHORT, "--json")
    assert done.code == 0, done.out
    told = done.json
    assert told["kept"] is True
    assert told["destinations"] == 1
    assert sum(told["kills"].values()) == 3
    assert told["messages"] >= 1  # papers were made for what it asks
    assert hashlib.sha256((folder / "papers.db").read_bytes()).hexdigest() == before
    assert loaded("deliveries", "list", "--json").json["deliveries"] == []


def test_without_a_database_it_makes_its_own_and_leaves_none(cli, folder: Path) -> None:
    done = cli("rehearse", *SHORT[:4], "--kills", "0", "--json")
    assert done.code == 0
    assert done.json["destinations"] == 8
    assert not (folder / "papers.db").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--from", "tomorrow"),
        ("--from", "1066-10-14"),
        ("--days", "0"),
        ("--days", "many"),
        ("--faults", "lots"),
        ("--faults", "120%"),
        ("--kills", "-1"),
        ("--seed", "x"),
        ("--destinations", "0"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(cli, wrong: tuple[str, str]) -> None:
    done = cli("rehearse", *wrong)
    assert done.code == 2
    assert wrong[0] in done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_help_lists_both_verbs(cli) -> None:
    told = cli("--help").out
    assert "rehearse" in told
    assert "restore" in told
