"""Why a paper matched, in words for people."""

from __future__ import annotations

import pytest

from bot.domain import indexing
from bot.domain.matching import explain
from bot.domain.query import parse
from bot.testing.builders import make_paper

PAPER = make_paper(
    title="Flow matching for walking robots",
    abstract="We train a reward model with reinforcement learning from human feedback. Fine-tuning helps. This survey ends.",
    organization="Example Lab",
    venue="NeurIPS 2026",
    comment="Oral",
    code_url="https://example.org/code",
    stars=1200,
)
WHYS = [
    ('"flow matching" OR diffusion', ('title "flow matching"',)),
    ("finetuning robot -survey2", ('abstract "finetuning"', 'title "robot"')),
    ("abstract:reward", ('abstract "reward"',)),
    ('"walking robots"', ('title "walking robots"',)),
    ('"reward models"', ('abstract "reward models"',)),
    ("walk*", ('title "walk*"',)),
    ("cs.RO,cs.LG", ("cs.LG", "cs.RO")),
    ("cat:cs", ("cs",)),
    ('author:"a example"', ("author Ada Example",)),
    ("org:lab", ("from Example Lab",)),
    ("venue:neurips", ("venue NeurIPS 2026",)),
    ("source:huggingface", ("listed by huggingface",)),
    ("upvotes>=3 stars>1k", ("1200 stars", "10 upvotes")),
    ("has:code", ("has code",)),
    ("type:survey", ('survey: "this survey" in abstract',)),
    ("since:2026-01-01", ("listed 2026-06-01",)),
    (
        "topic:rlhf",
        ('topic rlhf: "reinforcement learning from human feedback" in abstract, "reward model" in abstract',),
    ),
    ("topic:flow-matching", ('topic flow-matching: "flow matching" in title',)),
    ("nowhere", ()),
    ("robot -reward", ()),
]


@pytest.mark.parametrize(("query", "why"), WHYS)
def test_the_reason_names_the_field_and_the_words(query: str, why: tuple[str, ...]) -> None:
    assert explain(parse(query), PAPER) == why


def test_a_comment_is_named_where_there_is_no_venue() -> None:
    assert explain(parse("venue:oral"), make_paper(comment="Oral at ICML")) == ('comment "oral"',)


def test_a_paper_is_read_once_however_many_ask_why(monkeypatch: pytest.MonkeyPatch) -> None:
    read, runs = [], indexing.runs
    monkeypatch.setattr(indexing, "runs", lambda words: read.append(words) or runs(words))
    paper = make_paper(title="Read once", abstract="However many phrases are asked of it.")
    for query in ("many phrases", "title:once", "topic:rlhf OR many", '"read once" type:survey'):
        explain(parse(query), paper)
    assert len(read) == len({"title", "abstract"})


def test_a_long_phrase_and_a_beginning_are_found_in_one_paper_too() -> None:
    paper = make_paper(title="Read once", abstract="However many phrases we are asking of it for fun.")
    query = parse('"however many phrases we are asking" aski* -"many phrases we are asked of it"')
    assert explain(query, paper) == ('abstract "however many phrases we are asking"', 'abstract "aski*"')
