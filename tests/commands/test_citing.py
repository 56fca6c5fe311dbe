"""Citations that reference managers read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.commands.citing import bibtex, citation_key, csl_json, ris
from bot.testing.builders import make_paper

PAPER = make_paper(
    1,
    title="LaTeX {Braces}, 50% & BERT_base: the C# of $x$ ~ a \\ b ^ c",
    authors=("Åsa Öberg", "Bo Muster"),
    submitted=date(2026, 5, 29),
)


def test_bibtex_escapes_what_tex_would_read() -> None:
    made = bibtex(PAPER)
    assert r"{LaTeX} \{Braces\}, 50\% \& {BERT\_base}: the C\# of \$x\$" in made
    assert r"{\textasciitilde} a {\textbackslash} b {\textasciicircum} c" in made
    assert made.startswith("@misc{oberg2026latex,")


def test_every_brace_that_opens_is_closed() -> None:
    depth = 0
    made = bibtex(PAPER)
    for before, character in zip(" " + made, made, strict=False):
        if before == "\\":
            continue
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_an_arxiv_paper_carries_its_eprint() -> None:
    made = bibtex(PAPER)
    assert "eprint = {2606.00001}" in made
    assert "archiveprefix = {arXiv}" in made
    assert "primaryclass = {cs.RO}" in made


def test_a_published_paper_is_an_article() -> None:
    made = bibtex(make_paper(1, key="doi:10.1/x", doi="10.1/x", venue="Journal of Yarn"))
    assert made.startswith("@article{")
    assert "doi = {10.1/x}" in made
    assert "eprint" not in made


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "example2026sample"),
        ({"authors": ()}, "anonymous2026sample"),
        ({"authors": ("李明",), "title": "On the 3D of It"}, "anonymous20263d"),
        ({"title": "!?"}, "example2026paper"),
        ({"submitted": None, "listed": None}, "examplesample"),
    ],
)
def test_a_key_is_ascii_and_always_there(changes: dict[str, object], key: str) -> None:
    assert citation_key(make_paper(1, **changes)) == key


def test_ris_is_one_field_a_line() -> None:
    lines = ris(make_paper(1, abstract="Two\nlines.")).split("\n")
    assert lines[0] == "TY  - GEN"
    assert "AU  - Example, Ada" in lines
    assert "AB  - Two lines." in lines
    assert lines[-1] == "ER  - "


def test_csl_is_json_with_split_names() -> None:
    (item,) = json.loads(csl_json(make_paper(1, authors=("Ada Example", "Plato"))))
    assert item["author"] == [{"family": "Example", "given": "Ada"}, {"literal": "Plato"}]
    assert item["issued"] == {"date-parts": [[2026, 5, 29]]}
