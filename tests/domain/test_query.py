"""Reading queries: the grammar and the one written form."""

from __future__ import annotations

import pytest

from bot.domain.query import Query, parse
from bot.domain.terms import And, Category, Or, Scope, Words

CANONICAL = [
    ("Diffusion", "diffusion"),
    ("d  c", "d c"),
    ("alpha AND beta", "alpha beta"),
    ("beta | alpha OR gamma", "alpha OR beta OR gamma"),
    ("DAPO, GRPO, PPO, grpo,", "dapo OR grpo OR ppo"),
    ("x y OR z", "z OR (x y)"),
    ("x (y OR z)", "x (y OR z)"),
    ("(x y) OR (((z)))", "z OR (x y)"),
    ("x -(y OR z)", "x -y -z"),
    ("x -(y z)", "x -(y z)"),
    ("x NOT y", "x -y"),
    ("x ANDNOT y", "x -y"),
    ("x AND NOT (y)", "x -y"),
    ("x -z -y", "x -y -z"),
    ("x -(-y)", "x y"),
    ("x x X", "x"),
    ('"Flow Matching"', '"flow matching"'),
    ("fine-tuning", '"fine tuning"'),
    ("finetuning OR fine-tuning", '"fine tuning"'),
    ("“flow matching” –survey", '"flow matching" -survey'),
    ("x\u00a0y", "x y"),
    ("generaliz*", "generaliz*"),
    ('"language mod*"', '"language mod*"'),
    ("A* C++ R&D 360°", "a* c++ r&d 360°"),
    ("可回收火箭", "可回收火箭"),
    ("cat:cs.cv,cs.LG", "cat:cs.CV,cs.LG"),
    ("cat:cs.CV, cs.LG robot", "robot cat:cs.CV,cs.LG"),
    ("cat:(cs.CV OR cs.LG)", "cat:cs.CV,cs.LG"),
    ("x cat:cs.CV,cs.LG", "x cat:cs.CV,cs.LG"),
    ("cs.CL", "cat:cs.CL"),
    ("cat:cs.*", "cat:cs"),
    ("cat:cond-mat.MTRL-sci", "cat:cond-mat.mtrl-sci"),
    ("title:benchmark", "title:benchmark"),
    ("ti:(a1 OR b1) abs:c1", "(title:a1 OR title:b1) abstract:c1"),
    ('author:"Yang Song"', 'author:"yang song"'),
    ("author:song,ermon", "author:ermon OR author:song"),
    ("au:Jones", "author:jones"),
    ("topic:RLHF", "topic:rlhf"),
    ('topic:"reinforcement learning from human feedback"', "topic:rlhf"),
    ("source:hf", "source:huggingface"),
    ("source:my_lab", "source:my_lab"),
    ("upvotes>=10", "upvotes>=10"),
    ("upvotes > 10", "upvotes>=11"),
    ("upvotes:10", "upvotes>=10"),
    ("stars:>=1k", "stars>=1000"),
    ("x -upvotes>=5", "x -upvotes>=5"),
    ("upvotes≥3", "upvotes>=3"),
    ("has:code type:surveys", "has:code type:survey"),
    ("org:deepmind venue:NeurIPS", "org:deepmind venue:neurips"),
    ("organisation:deepmind", "org:deepmind"),
    ("since:2026-01-01 until:2026", "since:2026-01-01 until:2026-12-31"),
    ("since:2026/2", "since:2026-02-01"),
    ("until:2026-02", "until:2026-02-28"),
    ("or and robots", "robots"),
    ("black and white", "black white"),
    ('the "art of war"', '"art of war"'),
    ("Foo: a bar", "foo bar"),
    ("<https://arxiv.org|arxiv> x", "arxiv x"),
    ("<#C012|ml-papers> x", '"ml papers" x'),
    ("upvotes&gt;=3 R&amp;D", "r&d upvotes>=3"),
    ("`diffusion`", "diffusion"),
    ("title: benchmark", "title:benchmark"),
    ("标题：模型（视觉）", '"标题 模型" 视觉'),
    ("2401.00001", "2401.00001"),
    ("world models", "world models"),
    ("World Model", "world model"),
    ("cat:cs.RO zebras -cats apples", "zebras apples cat:cs.RO -cats"),
    ("models model", "model"),
    ("Policies* x", "policies* x"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_a_query_has_one_written_form(text: str, canonical: str) -> None:
    assert parse(text).canonical == canonical


@pytest.mark.parametrize("text", [text for text, _ in CANONICAL])
def test_the_written_form_reads_back_as_itself(text: str) -> None:
    query = parse(text)
    assert parse(query.canonical) == query


def test_the_example_of_the_manual_reads() -> None:
    text = (
        '"flow matching" OR diffusion -survey cat:cs.CV,cs.LG author:"Yang Song" title:benchmark topic:rlhf '
        "source:huggingface upvotes>=10 has:code type:survey org:deepmind"
    )
    assert parse(text).canonical == (
        '("flow matching" OR diffusion) title:benchmark topic:rlhf author:"yang song" org:deepmind cat:cs.CV,cs.LG '
        "has:code source:huggingface type:survey upvotes>=10 -survey"
    )


REACH = [
    ("a1 OR b1 -c1 cat:cs.CV", "(a1 OR b1) cat:cs.CV -c1"),
    ("cat:cs.CV,cs.LG a1 OR b1", "(a1 OR b1) cat:cs.CV,cs.LG"),
    ("DAPO, GRPO, PPO -survey", "(dapo OR grpo OR ppo) -survey"),
    ("cat:cs.CV OR cat:cs.LG -survey", "cat:cs.CV,cs.LG -survey"),
    ("large model OR diffusion model", "(diffusion model) OR (large model)"),
    ("a1 OR b1 NOT c1", "(a1 OR b1) -c1"),
    ("a1 OR b1 ANDNOT c1", "a1 OR (b1 -c1)"),
    ("a1 OR b1 AND cat:cs.CV", "a1 OR (b1 cat:cs.CV)"),
    ("cat:cs.CV AND a1 OR b1", "b1 OR (a1 cat:cs.CV)"),
    ("a1 cat:cs.CV OR b1 cat:cs.LG", "(a1 cat:cs.CV) OR (b1 cat:cs.LG)"),
    ("a1 -b1 OR c1", "c1 OR (a1 -b1)"),
    ("a1 OR (b1 -c1)", "a1 OR (b1 -c1)"),
    ("x1 (a1 OR b1 -c1)", "x1 (a1 OR b1) -c1"),
    ("a1 OR cat:cs.CV", "a1 OR cat:cs.CV"),
]


@pytest.mark.parametrize(("text", "canonical"), REACH)
def test_conditions_around_alternatives_hold_for_all_of_them_unless_tied_to_one(
    text: str, canonical: str
) -> None:
    assert parse(text).canonical == canonical
    assert parse(canonical) == parse(text)


def test_and_binds_tighter_than_or() -> None:
    assert parse("x y OR z").node == Or((And((Words(("x",)), Words(("y",)))), Words(("z",))))


def test_a_comma_in_a_list_of_categories_is_an_or() -> None:
    assert parse("cat:cs.CV,stat.ML").node == Or((Category("cs.cv"), Category("stat.ml")))


def test_a_field_holds_for_the_whole_bracket() -> None:
    assert parse("title:(x y)").node == And((Words(("x",), Scope.TITLE), Words(("y",), Scope.TITLE)))


SAME_PAPERS = [
    ("finetuning", '"fine tuning"'),
    ('author:"Yang Song"', 'author:"Song, Yang"'),
    ("topic:pruning", "topic:pruning OR topic:pruning"),
    ("type:thesis x", "x type:thesis"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PAPERS)
def test_two_ways_to_ask_for_the_same_papers_share_a_key(one: str, other: str) -> None:
    assert parse(one).key == parse(other).key


DIFFERENT_PAPERS = [
    ("x y", "x OR y"),
    ('"x y"', "x y"),
    ("title:x", "x"),
    ("title:x", "abstract:x"),
    ("asymmetric", '"a symmetric"'),
    ("xyz*", "xyz"),
    ('"ab cde*"', "abcde*"),
    ('"one two three four five"', '"onetwo three four five"'),
    ("author:song", "org:song"),
    ("upvotes>=5", "stars>=5"),
    ("-x y", "-y x"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_PAPERS)
def test_different_questions_have_different_keys(one: str, other: str) -> None:
    assert parse(one).key != parse(other).key


def test_a_topic_has_the_key_of_its_words_and_keeps_its_name() -> None:
    query = parse("topic:pruning")
    assert query.canonical == "topic:pruning"
    assert "networkpruning" in query.key


def test_a_query_is_a_value() -> None:
    assert {parse("a1 b1"), parse("a1  B1")} == {parse("a1 b1")}
    assert isinstance(parse("x"), Query)
