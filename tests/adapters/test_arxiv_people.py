"""The authors in arXiv's one string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.arxiv_people import authors_in


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ("Ada Example, Bo Muster", ("Ada Example", "Bo Muster")),
        (r"Andr\'e Muster, Fran\c{c}ois Example", ("André Muster", "François Example")),
        ("J., Doe", ("J. Doe",)),
        ("Doe, J., Roe, R.", ("J. Doe", "R. Roe")),
        ("Ada Example, Jr., Bo Muster", ("Ada Example, Jr.", "Bo Muster")),
        ("Ada Example (University of X, Y), Bo Muster (1 and 2)", ("Ada Example", "Bo Muster")),
        ("Ada Example (1), Bo Muster (2) ((1) Univ, City, (2) Inst)", ("Ada Example", "Bo Muster")),
        (
            '<a href="http://arxiv.org/find/cs/1/au:+E_A">Ada Example</a>, <a href="x">Bo Muster</a>',
            ("Ada Example", "Bo Muster"),
        ),
        ("Knit Team, :, Ada Example, Ada Example", ("Knit Team", "Ada Example")),
        ("Ada Example (unclosed, Bo Muster", ("Ada Example unclosed", "Bo Muster")),
        ("Plato", ("Plato",)),
        ("", ()),
    ],
)
def test_names_are_told_apart(creator: str, names: tuple[str, ...]) -> None:
    assert authors_in(creator) == names


@given(st.text(alphabet="AbC., ()\\'{}<>:", max_size=80))
def test_any_string_gives_names_without_brackets(creator: str) -> None:
    for name in authors_in(creator):
        assert name.strip() == name
        assert "(" not in name
