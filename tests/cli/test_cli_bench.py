"""`bench`: the figures as text or JSON, from whatever measures them."""

from __future__ import annotations

from importlib import import_module

import pytest


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Benches that measure nothing but remember how they were called."""
    calls: list[dict[str, object]] = []

    def summary(*, data, full, out):
        calls.append({"data": data, "full": full})
        out("a table")
        return {"papers": 3}

    def match(*, full, out):
        calls.append({"full": full})
        out("a table")
        return {"ratio": 2.0}

    monkeypatch.setattr(import_module("bot.bench.summary"), "run", summary)
    monkeypatch.setattr(import_module("bot.bench.match"), "run", match)
    return calls


def test_the_table_is_data_and_with_json_it_is_talk(cli, measured) -> None:
    assert cli("bench", "match").out == "a table\n"
    done = cli("bench", "match", "--full", "--json")
    assert (done.json, done.err) == ({"ratio": 2.0}, "a table\n")
    assert measured == [{"full": False}, {"full": True}]


def test_data_goes_to_the_bench_that_takes_it(cli, measured, folder) -> None:
    assert cli("bench", "summary", "--data", str(folder), "--json").json == {"papers": 3}
    assert measured == [{"data": folder, "full": False}]
    refused = cli("bench", "match", "--data", str(folder))
    assert refused.code == 2
    assert "takes no --data" in refused.err


def test_what_cannot_be_measured_is_named(cli) -> None:
    done = cli("bench", "happiness")
    assert done.code == 2
    assert "summary" in done.err
