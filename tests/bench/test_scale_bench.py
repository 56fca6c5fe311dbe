from __future__ import annotations

import pytest

from bot.bench import scale


@pytest.mark.slow
def test_a_crowd_is_planned_and_delivered_and_the_figures_have_names(
    monkeypatch: pytest.MonkeyPatch, postgres_server: object
) -> None:
    monkeypatch.setattr(scale, "LANES", 3)
    monkeypatch.setattr(scale, "CHANNELS", 10)
    said: list[str] = []
    figures = scale.run(out=said.append)
    assert set(figures) == {"sqlite", "postgresql"}
    for found in figures.values():
        assert isinstance(found, dict)
        assert found["destinations"] == 30
        assert 0 < found["messages"] <= 30
        assert (found["lost"], found["repeated"], found["violations"]) == (0, 0, 0)
    assert any("of the configured rate" in line for line in said)


def test_what_comes_too_fast_is_counted() -> None:
    steady = [number / scale.RATE for number in range(60)]
    assert scale._violations([one * 1.01 for one in steady], scale.RATE) == 0
    assert scale._violations([*steady[:30], *(one - 0.3 for one in steady[30:])], scale.RATE) > 0


def test_lateness_is_counted_from_the_ideal_moment_of_each_message() -> None:
    assert scale._lateness([5.0, 5.05, 5.6]) == pytest.approx([0.0, 0.0, 0.5])
