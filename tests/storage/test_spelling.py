from __future__ import annotations

import pytest

from bot.storage.spelling import Known, beginnings_of, runs_of


def library(*texts: str) -> Known:
    """Texts that are all there is."""
    return lambda words: any(f" {words} " in f" {text} " for text in texts)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("fine tuning", "finetuning"),
        ("finetuning", "fine tuning"),
        ("multi modal superresolution", "multimodal super resolution"),
        ("large language model", "large languagemodel"),
        ("state of the art", "state of the art"),
        ("one two three four five six", "onetwo three four fivesix"),
        ("nonautoregressive", "non auto regressive"),
        ("multimodal10 3", "multi modal 10 3"),
        ("bcdef", "b c d e f"),
    ],
)
def test_a_phrase_is_asked_for_as_some_paper_writes_it(phrase: str, text: str) -> None:
    runs = runs_of(tuple(phrase.split()), library(text, "something else"))
    assert runs == list(dict.fromkeys((tuple(phrase.split()), tuple(text.split()))))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("asymmetric", "a symmetric"),
        ("a symmetric", "asymmetric"),
        ("bcdefg", "b c d e f g"),
        ("fine tuning", "fi netuning"),
    ],
)
def test_function_words_glue_nothing_and_a_word_is_parted_into_five_at_most(phrase: str, text: str) -> None:
    assert runs_of(tuple(phrase.split()), library(text)) == [tuple(phrase.split())]


def test_a_prefix_may_begin_inside_the_joined_word() -> None:
    runs = beginnings_of(("fine", "tun"), library("finetuning", "fine tuning", "nothing"))
    assert set(runs) == {("fine", "tun"), ("finetun",)}


def test_a_very_long_word_is_parted_in_two_at_most() -> None:
    long = "finetuning" * 5
    assert runs_of((long,), library(f"{long[:20]} {long[20:]}")) == [(long,), (long[:20], long[20:])]
    assert runs_of((long,), library(f"{long[:20]} {long[20:30]} {long[30:]}")) == [(long,)]
