from __future__ import annotations

import pytest

from bot.bench import deliver


@pytest.mark.slow
def test_every_way_sends_every_message_and_the_figures_have_names(
    monkeypatch: pytest.MonkeyPatch, postgres_server: object
) -> None:
    monkeypatch.setattr(deliver, "MESSAGES", 60)
    monkeypatch.setattr(deliver, "ROUNDS", 1)
    said: list[str] = []
    figures = deliver.run(out=said.append)
    assert len(figures) == 5
    for took in figures.values():
        assert isinstance(took, dict)
        assert took["messages"] == 60
        assert took["cpu_ratio"] > 0
    assert any(line.startswith(deliver.BARE) for line in said)
