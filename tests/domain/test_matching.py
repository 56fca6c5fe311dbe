"""The bitmap index: what counts as a match, and how queries come and go."""

from __future__ import annotations

import pytest

from bot.domain.matching import Matcher, matches
from bot.domain.query import parse
from bot.testing.builders import make_paper

COMPOUNDS = [
    ("fine-tuning", "Finetuning a model", True),
    ("finetuning", "Fine-Tuning a model", True),
    ("finetuning", "fine tunings", True),
    ('"fine tuning"', "finetuning", True),
    ('"finetuning large language models"', "Fine-tuning large language models", True),
    ('"parameter-efficient fine-tuning"', "Parameter efficient finetuning", True),
    ("x-ray", "an X ray, an xray", True),
    ("asymmetric", "a symmetric matrix", False),
    ('"a symmetric"', "asymmetric", False),
    ('"bag of words"', "Bag-of-Words models", True),
    ('"bag words"', "bag of words", False),
    ("ai", "training", False),
    ("rag", "storage", False),
    ("LLM", "LLMs", True),
    ("strategy", "strategies", True),
    ("optimize", "it optimizes", True),
    ("optimize", "optimized", False),
    ("gener*", "generalization", True),
    ("gener*", "gene regulation", False),
    ("fine-tun*", "finetuned", True),
    ('"language mod*"', "language modelling", True),
    ('"language mod*"', "language for models", False),
    ("C++", "in C++17", True),
    ("c", "in C++", False),
    ("A*", "an A*-like search", True),
    ("可回收火箭", "关于可回收火箭的研究", True),
    ("火箭", "可回收火箭", True),
    ('"reinforcement learning from human feedback"', "Reinforcement-Learning from Human Feedback", True),
    ('"reinforcement learning from human feedback"', "reinforcement learning from feedback", False),
]


@pytest.mark.parametrize(("query", "text", "found"), COMPOUNDS)
def test_a_word_is_found_however_it_is_written_and_only_as_a_word(query: str, text: str, found: bool) -> None:
    paper = make_paper(title=text, abstract="")
    assert matches(parse(query), paper) is found
    assert matches(parse(query), make_paper(title="", abstract=text)) is found


FACTS = [
    ("cat:cs.RO", True),
    ("cat:cs", True),
    ("cat:math", False),
    ('author:"Example Ada"', True),
    ("author:ada author:muster", True),
    ('author:"ada muster"', False),
    ('author:"A. Example"', True),
    ("author:exam", False),
    ("org:deepmind", True),
    ('org:"deepmind google"', True),
    ("venue:neurips", True),
    ("venue:oral", True),
    ("source:huggingface", True),
    ("source:arxiv", False),
    ("upvotes>=10", True),
    ("upvotes>10", False),
    ("stars>=0", False),
    ("knit -stars>=5", True),
    ("has:code", True),
    ("has:doi", False),
    ("has:summary", False),
    ("since:2026-06-01", True),
    ("until:2026-05-31", False),
    ("since:2026-06 until:2026-06", True),
    ("type:survey", False),
    ("type:dataset", True),
    ("title:robot", True),
    ("abstract:sample", False),
    ("topic:robotics", True),
    ("topic:robotics -topic:surveys", True),
]


@pytest.mark.parametrize(("query", "found"), FACTS)
def test_a_filter_looks_at_its_fact(query: str, found: bool) -> None:
    paper = make_paper(
        organization="Google DeepMind",
        venue="NeurIPS 2026",
        comment="Oral. 12 pages",
        code_url="https://example.org/code",
        abstract="Robots rarely knit. This dataset shows how.",
    )
    matcher = Matcher()
    matcher.add(parse(query))
    assert bool(matcher.match([paper])) is found
    assert matches(parse(query), paper) is found


def test_a_run_never_crosses_from_title_to_abstract() -> None:
    paper = make_paper(title="On fine", abstract="tuning of pianos")
    assert not matches(parse("finetuning"), paper)
    matcher = Matcher()
    matcher.add(parse("finetuning"))
    assert matcher.match([paper]) == {}


def test_bit_i_stands_for_the_paper_at_i() -> None:
    matcher = Matcher()
    query = parse("knit -scarf")
    matcher.add(query)
    papers = [make_paper(1, abstract="scarf"), make_paper(2, abstract=""), make_paper(3, abstract="")]
    assert matcher.match(papers) == {query.key: 0b110}


def test_a_query_without_a_match_reads_as_zero_and_takes_no_room() -> None:
    matcher = Matcher()
    matcher.add(parse("nowhere"))
    bitmaps = matcher.match([make_paper()])
    assert bitmaps["nowhere"] == 0
    assert bitmaps == {}


def test_no_papers_match_nothing() -> None:
    matcher = Matcher()
    matcher.add(parse("x -y"))
    assert matcher.match([]) == {}


def test_the_same_query_from_many_channels_is_kept_once_and_until_the_last_leaves() -> None:
    matcher = Matcher()
    one, other = parse("fine-tuning"), parse("finetuning")
    for query in (one, other, one):
        matcher.add(query)
    assert len(matcher) == 1
    matcher.remove(other)
    matcher.remove(one)
    assert one in matcher
    matcher.remove(one)
    assert one not in matcher
    assert len(matcher) == 0


def test_removing_what_was_never_added_changes_nothing() -> None:
    matcher = Matcher()
    matcher.add(parse("knit OR purl"))
    with pytest.raises(KeyError):
        matcher.remove(parse("knit"))
    assert matcher.match([make_paper()]) != {}


def test_an_atom_shared_by_two_queries_outlives_one_of_them() -> None:
    matcher = Matcher()
    single, pair = parse("knit"), parse("knit robot")
    matcher.add(single)
    matcher.add(pair)
    matcher.remove(single)
    assert matcher.match([make_paper()]) == {pair.key: 1}


def test_a_long_phrase_and_its_beginning_do_not_disturb_one_another() -> None:
    matcher = Matcher()
    head, phrase = parse('"walking robot that knit"'), parse('"walking robots that knit scarves daily"')
    matcher.add(phrase)
    matcher.add(head)
    paper = make_paper(title="Walking robots that knit scarves daily")
    assert matcher.match([paper]) == {head.key: 1, phrase.key: 1}
    matcher.remove(phrase)
    assert matcher.match([paper]) == {head.key: 1}
