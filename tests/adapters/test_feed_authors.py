"""The shapes of author fields."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sources.authors import NAME_LIMIT, NAMES_LIMIT, names


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["jane@lab.example (Jane Roe)"], ["Jane Roe"]),
        (["Jane Roe <jane@lab.example>"], ["Jane Roe"]),
        (["jane@lab.example"], []),
        (["Roe, J., Doe, R. S., van Dam, K.-L."], ["J. Roe", "R. S. Doe", "K.-L. van Dam"]),
        (["ROE, J., DOE, R."], ["J. ROE", "R. DOE"]),
        (["Roe, Jane; Doe, Rich"], ["Jane Roe", "Rich Doe"]),
        (["Roe, Jane"], ["Jane Roe"]),
        (["Roe, J."], ["J. Roe"]),
        (["Roe, J. and Doe, R."], ["J. Roe", "R. Doe"]),
        (["Jane Roe, Rich Doe and Kim Dam"], ["Jane Roe", "Rich Doe", "Kim Dam"]),
        (["Staff and agencies"], ["Staff", "agencies"]),
        (["Jane Roe", "Rich Doe", "Jane Roe"], ["Jane Roe", "Rich Doe"]),
        (["Jane Roe (Univ. of X, Y (Z)), Rich Doe [2]"], ["Jane Roe", "Rich Doe"]),
        (["Jane Roe (mailto:"], ["Jane Roe"]),
        (["Martin King, Jr., Jane Roe"], ["Martin King Jr.", "Jane Roe"]),
        (["Jane Roe et al."], ["Jane Roe"]),
        (["THE TEAM", ":", "Jane Roe"], ["THE TEAM", "Jane Roe"]),
        (["  Jane \n Roe  ", ""], ["Jane Roe"]),
        (["Plato"], ["Plato"]),
        (["Plato, Socrates, Xenophon"], ["Plato", "Socrates", "Xenophon"]),
        (["李明, 王芳, 张伟"], ["李明", "王芳", "张伟"]),
    ],
)
def test_names_are_found_in_every_shape(fields: list[str], expected: list[str]):
    assert names(fields) == tuple(expected)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.text(max_size=80), max_size=10))
def test_any_fields_give_short_single_line_names(fields: list[str]):
    found = names(fields)
    assert len(set(found)) == len(found)
    assert all(name.split() and len(name) <= NAME_LIMIT and "\n" not in name for name in found)


def test_no_more_names_are_kept_than_anybody_reads():
    assert len(names([", ".join(f"Jane Roe{number}" for number in range(3000))])) == NAMES_LIMIT
