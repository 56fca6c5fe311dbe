from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.folded import packed, unpacked

quick = settings(max_examples=60, deadline=None, database=None)


@quick
@given(ids=st.sets(st.integers(1, 2**62)))
def test_ids_come_back_in_order(ids: set[int]) -> None:
    assert unpacked(packed(ids)) == tuple(sorted(ids))


def test_none_are_kept_as_nothing() -> None:
    assert packed(()) is None
    assert unpacked(None) == ()


def test_a_thousand_ids_of_a_few_days_take_little_room() -> None:
    ids = [(20260601 + day) * 100_000 + 3 * number for day in range(4) for number in range(250)]
    kept = packed(ids)
    assert kept is not None
    assert len(kept) < 1_000
