"""subscribe, list, feed, deliveries, backup, config, init, doctor, ingest: looking after an installation."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest


def test_subscribing_and_listing(loaded) -> None:
    made = loaded("subscribe", "knitting -crochet at:8:30", "--tz", "Berlin", "--max", "4", "--json").json
    assert made["settings"] | {"destination": ""} == {
        "destination": "",
        "at": "08:30",
        "tz": "Europe/Berlin",
        "days": [0, 1, 2, 3, 4, 5, 6],
        "max": 4,
        "paused": False,
    }
    (one,) = loaded("list", "--json").json["subscriptions"]
    assert (one["query"], one["destination"], one["created_by"]) == (
        "knitting -crochet",
        "console:local:terminal",
        "local",
    )
    assert loaded("unsubscribe", str(one["id"])).code == 0
    assert loaded("list", "--json").json == {"subscriptions": []}
    assert loaded("unsubscribe", "99").code == 1


def test_options_of_a_subscription_are_never_ignored(loaded) -> None:
    for arguments in (
        ("--max", "0"),
        ("--empty", "sometimes"),
        ("at:9am", "--at", "10am"),
        ("max:3", "--max", "4"),
    ):
        done = loaded("subscribe", "knitting", *arguments)
        assert done.code == 2
        assert len(done.err.strip().splitlines()) == 1
        assert f"`{arguments[-2]}" in done.err
    assert loaded("list", "--json").json == {"subscriptions": []}
    assert loaded("subscribe", "knitting", "--empty", "note").code == 0
    assert "says so on empty days" in loaded("list").out


def test_another_channel_is_named_in_full_or_by_its_name(loaded) -> None:
    assert loaded("subscribe", "knitting", "--channel", "slack:T1:C1").code == 0
    assert (
        loaded("list", "--channel", "slack:T1:C1", "--json").json["subscriptions"][0]["query"] == "knitting"
    )
    assert loaded("list", "--channel", "#C1", "--json").json["subscriptions"]
    assert loaded("list", "--json").json["subscriptions"] == []
    unknown = loaded("list", "--channel", "nowhere")
    assert unknown.code == 1
    assert "#C1 (slack:T1:C1)" in unknown.err


def test_a_feed_that_cannot_be_fetched_is_not_added(cli) -> None:
    done = cli("feed", "add", "http://127.0.0.1:9/atom.xml")
    assert done.code == 2
    assert "nothing was added" in done.err
    assert cli("feed", "list", "--json").json["feeds"] == []
    assert cli("feed", "remove", "7").code == 1


def test_ingest_with_no_network_says_so_once_a_source_and_exits_5(cli) -> None:
    done = cli("ingest", "--json")
    assert done.code == 5
    assert done.json["listings"] == 0
    assert {error["code"] for error in done.json["errors"]} == {"failed"}
    lines = done.err.strip().splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == ["Hugging Face", "arXiv"]


def test_deliveries_are_shown_replayed_and_dropped_by_key(loaded) -> None:
    loaded("digest", "knitting", "--since", "2026-01-01", "--json")
    key = loaded("deliveries", "list", "--json").json["deliveries"][0]["key"]
    shown = loaded("deliveries", "show", key, "--json").json
    assert shown["digest"]["shown"] == 10
    for verb in ("replay", "drop"):
        done = loaded("deliveries", verb, key)
        assert done.code == 2
        assert "is sent; nothing was changed" in done.err
    assert loaded("deliveries", "show", "nokey").code == 1
    assert loaded("deliveries", "list", "--status", "lost").code == 2
    assert loaded("deliveries", "list", "--status", "dead", "--json").json == {"deliveries": []}


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_deliveries_are_listed_by_name_with_their_key_whole(
    loaded, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    loaded("digest", "knitting", "--since", "2026-01-01")
    key = loaded("deliveries", "list", "--json").json["deliveries"][0]["key"]
    out = loaded("deliveries", "list").out
    lines = out.splitlines()
    assert len(lines) == 2  # a heading or a second line
    assert key in lines[1]
    assert "this terminal" in out
    assert "console:local" not in out
    assert "error" not in out
    assert all(len(line) <= int(columns) for line in lines)


def test_a_backup_is_a_whole_database_and_overwrites_nothing(loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded("backup", "copy.db", "--json").json["bytes"] > 0
    assert loaded("backup", "copy.db").code == 2
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", "sqlite:///copy.db")
    assert loaded("search", "knitting", "--json").json["total"] == 12


def test_config_hides_secrets_and_names_every_bad_value(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SECRET_KEY", "hush")
    assert "PAPERROUND_SECRET_KEY=***" in cli("config").out
    monkeypatch.setenv("PAPERROUND_TIMEZONE", "Mars")
    monkeypatch.setenv("PAPERROUND_WEB_PORT", "x")
    done = cli("config", "--check")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 2


def test_config_check_notices_a_key_that_is_none(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SECRET_KEY", "hush")
    done = cli("config", "--check")
    assert done.code == 2
    assert "PAPERROUND_SECRET_KEY" in done.err
    assert "hush" not in done.err


@pytest.mark.parametrize("name", ["SOURCES", "CHAT"])
def test_config_check_notices_a_plug_in_that_is_not_installed(
    cli, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"PAPERROUND_{name}", "foo")
    done = cli("config", "--check")
    assert done.code == 2
    assert f"PAPERROUND_{name} asks for `foo`" in done.err
    assert cli("config").code == 0


@pytest.mark.parametrize("verb", ["search", "run", "ingest", "doctor", "digest", "list"])
def test_a_bad_setting_stops_every_verb_with_one_line(
    cli, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("PAPERROUND_DIGEST_AT", "25:00")
    done = cli(verb, *(["x"] if verb == "search" else []))
    assert done.code == (1 if verb == "doctor" else 2)
    assert "PAPERROUND_DIGEST_AT" in done.err + done.out
    assert "Traceback" not in done.err


def test_an_adapter_that_is_not_installed_is_named(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CHAT", "consle")
    done = cli("run", "--once")
    assert done.code == 2
    assert "Did you mean console?" in done.err


def test_init_writes_a_key_for_its_owner_alone_and_overwrites_nothing(cli, folder: Path) -> None:
    assert cli("init", "--tz", "Berlin", "--at", "8am").code == 0
    text = (folder / ".env").read_text()
    assert "PAPERROUND_TIMEZONE=Europe/Berlin\nPAPERROUND_DIGEST_AT=08:00\n" in text
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert cli("config", "--check").code == 0
    again = cli("init")
    assert again.code == 2
    assert (folder / ".env").read_text() == text


def test_doctor_names_what_fails_and_what_to_do(loaded, folder: Path) -> None:
    (folder / ".env").write_text("")
    (folder / ".env").chmod(0o644)
    done = loaded("doctor", "--json")
    assert done.code == 1
    checks = {check["name"]: check for check in done.json["checks"]}
    assert checks["database"]["verdict"] == "OK"
    assert checks["file modes"]["fix"] == "chmod 600 .env"
    assert {checks[name]["verdict"] for name in ("Hugging Face", "arXiv")} == {"FAIL"}
    assert all(check["fix"] for check in done.json["checks"] if check["verdict"] != "OK")
    drawn = loaded("doctor")
    assert " FAIL arXiv: " in drawn.out
