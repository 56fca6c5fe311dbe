from __future__ import annotations

from pathlib import Path

import pytest

from bot.bench import day, ingest
from bot.bench.word_model import WordModel


def test_every_way_stores_the_same_papers_and_the_figures_have_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "PAPERS", 20)
    monkeypatch.setattr(ingest, "ROUNDS", 1)
    monkeypatch.setattr(ingest, "SUBSCRIPTIONS", 50)
    said: list[str] = []
    figures = ingest.run(out=said.append)
    assert set(figures["rows_per_cpu_s"]) == set(ingest.WAYS)  # type: ignore[call-overload]  # an object in the contract
    assert figures["day"]["stored"] == figures["day"]["papers"] == 20  # type: ignore[index]  # as above
    assert any("for the summaries of a digest" in line for line in said)


def test_the_made_up_feed_is_read_whole(tmp_path: Path) -> None:
    model = WordModel.seeded(words=2_000, phrases=2_000)
    seconds = day.measure(tmp_path / "day.db", model.papers(30), model, 20)
    assert seconds["papers"] == seconds["stored"] == 30
    assert {"parse", "store", "match", "summaries"} <= set(seconds)
