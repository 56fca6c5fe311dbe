"""The shipped catalogue, and a workspace's own topics."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby

import pytest

from bot.domain.query import parse
from bot.domain.query_form import canonical
from bot.domain.text import normalise, spelled
from bot.domain.topics import Topics
from bot.errors import InvalidQuery

SHIPPED = Topics.shipped()


def test_there_are_at_least_150_topics_on_their_shelves() -> None:
    assert len(SHIPPED.all()) >= 150
    assert all(topic.title and topic.category and topic.synonyms for topic in SHIPPED.all())
    assert len({topic.category for topic in SHIPPED.all()}) >= 8


def test_names_and_titles_are_unique_and_kebab_case() -> None:
    names = [topic.name for topic in SHIPPED.all()]
    titles = [topic.title.lower() for topic in SHIPPED.all()]
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)
    assert all(name == name.lower().replace(" ", "-") for name in names)


@pytest.mark.parametrize("topic", SHIPPED.all(), ids=lambda topic: topic.name)
def test_a_shipped_topic_reads_and_says_nothing_twice(topic: object) -> None:
    assert isinstance(topic, type(SHIPPED.all()[0]))
    assert parse(f"topic:{topic.name}").canonical == f"topic:{topic.name}"
    letters = sorted(spelled(normalise(phrase)) for phrase in topic.synonyms)
    assert [letter for letter, same in groupby(letters) if len(list(same)) > 1] == []


@pytest.mark.parametrize("acronym", ["AD", "ASR", "SAM"])
def test_an_ambiguous_acronym_is_nobodys_phrase(acronym: str) -> None:
    assert all(acronym not in topic.synonyms for topic in SHIPPED.all())


def test_a_topic_is_found_by_name_title_or_synonym() -> None:
    for said in ("gaussian-splatting", "Gaussian Splatting", "3DGS", "gaussiansplatting"):
        found = SHIPPED.get(said)
        assert found is not None
        assert found.name == "gaussian-splatting"


def test_a_name_wins_over_a_synonym() -> None:
    found = SHIPPED.get("prompting")
    assert found is not None
    assert found.name == "prompting"
    assert SHIPPED.get("no such thing") is None


def test_near_misses_are_suggested() -> None:
    assert [topic.name for topic in SHIPPED.suggest("rlfh")] == ["rlhf"]
    assert "reinforcement-learning" in [topic.name for topic in SHIPPED.suggest("reinforcment learning")]
    assert SHIPPED.suggest("qqqqzzzz") == ()


@pytest.mark.parametrize(
    ("word", "first"),
    [("reasonin", "reasoning"), ("reasonning", "reasoning"), ("robot", "robotics")],
)
def test_a_topic_named_so_is_suggested_before_others(word: str, first: str) -> None:
    assert SHIPPED.suggest(word, 2)[0].name == first
    assert "table-understanding" not in [topic.name for topic in SHIPPED.suggest(word, 10)]


@pytest.mark.parametrize("letters", ["9", "機", "llm"])
def test_a_text_of_thousands_of_letters_is_compared_with_no_topic(
    letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    class Counted(SequenceMatcher):  # ten seconds for each such text, in which nobody else is answered
        def __init__(self, a: str, b: str) -> None:
            compared.append(a)
            super().__init__(a=a, b=b)

    monkeypatch.setattr("bot.domain.topics.SequenceMatcher", Counted)
    assert SHIPPED.suggest(letters * 12_000) == ()
    assert compared == []


def test_a_short_word_is_no_misspelling_of_another_short_word() -> None:
    assert SHIPPED.suggest("nope") == ()


def test_topics_are_completed_by_name_before_synonym() -> None:
    names = [topic.name for topic in SHIPPED.complete("diff", 5)]
    assert names[:2] == ["diffusion-language-models", "diffusion-models"]
    assert "peft" in [topic.name for topic in SHIPPED.complete("LoRA")]
    assert len(SHIPPED.complete("")) == 25


def test_a_workspace_adds_and_overrides_topics() -> None:
    topics = SHIPPED.with_own({"Our Robots": "topic:slam OR quadruped", "slam": "lidar"})
    query = parse("topic:our-robots -survey", topics)
    assert query.canonical == "topic:our-robots -survey"
    assert query.key == parse("(lidar OR quadruped) -survey").key
    assert SHIPPED.get("our-robots") is None


def test_without_own_topics_it_is_the_same_catalogue() -> None:
    assert SHIPPED.with_own({}) is SHIPPED


def test_a_circle_is_refused_with_its_names() -> None:
    with pytest.raises(InvalidQuery, match="alpha -> beta -> alpha"):
        SHIPPED.with_own({"alpha": "topic:beta x1", "beta": "y1 OR topic:alpha"})


def test_a_topic_that_only_leaves_out_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="only what to leave out"):
        SHIPPED.with_own({"no-surveys": "-survey"})


def test_topics_that_name_topics_come_down_to_only_so_many_terms() -> None:
    wide = {"t0": "alpha beta"}
    for level in range(1, 16):
        wide[f"t{level}"] = " OR ".join(f"(topic:t{level - 1} w{level}x{at})" for at in range(6))
    with pytest.raises(InvalidQuery, match="`t4` comes down to 4,146 terms; at most 2,000"):
        SHIPPED.with_own(wide)
    del wide["t4"]
    assert parse("topic:t3", SHIPPED.with_own({name: wide[name] for name in ("t0", "t1", "t2", "t3")}))


def test_a_query_may_not_name_a_big_topic_again_and_again() -> None:
    topics = SHIPPED.with_own({"wide": " OR ".join(f"w{at}" for at in range(60))})
    topics = topics.with_own({"wider": " OR ".join(f"(topic:wide v{at})" for at in range(30))})
    assert parse("(topic:wider a) OR (topic:wider b)", topics)
    with pytest.raises(InvalidQuery, match="comes down to 18,310 terms"):
        parse(" OR ".join(f"(topic:wider a{at})" for at in range(10)), topics)


def test_topics_nest_only_so_deep() -> None:
    chain = {f"t{number}": f"topic:t{number + 1}" for number in range(40)} | {"t40": "x"}
    with pytest.raises(InvalidQuery, match="nested more than"):
        SHIPPED.with_own(chain)


def test_a_bad_definition_can_wait_until_it_is_used() -> None:
    topics = SHIPPED.with_own({"broken": "topic:no-longer-there", "fine": "x1"}, check=False)
    assert parse("topic:fine", topics).key == "x1"
    with pytest.raises(InvalidQuery, match="no-longer-there"):
        parse("topic:broken", topics)


def test_a_topic_inside_not_denies_all_its_words() -> None:
    topics = SHIPPED.with_own({"two": "aa OR bb"})
    assert parse("x -topic:two", topics).key == parse("x -aa -bb").key


def test_a_definition_is_written_like_any_query() -> None:
    term = SHIPPED.with_own({"mine": "bb OR aa"}).term("mine")
    assert canonical(term.node) == "aa OR bb"
