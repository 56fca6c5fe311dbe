"""Why a paper matched, in words for people."""

from __future__ import annotations

import pytest

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
