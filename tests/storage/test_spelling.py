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
    ],
)
def test_a_phrase_is_asked_for_as_some_paper_writes_it(phrase: str, text: str) -> None:
    runs = runs_of(tuple(phrase.split()), library(text, "something else"))
    assert runs == list(dict.fromkeys((tuple(phrase.split()), tuple(text.split()))))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [("asymmetric", "a symmetric"), ("a symmetric", "asymmetric"), ("finetuning", "fi net uning")],
)
def test_function_words_glue_nothing_and_a_word_is_parted_once(phrase: str, text: str) -> None:
    assert runs_of(tuple(phrase.split()), library(text)) == [tuple(phrase.split())]


def test_a_prefix_may_begin_inside_the_joined_word() -> None:
    runs = beginnings_of(("fine", "tun"), library("finetuning", "fine tuning", "nothing"))
    assert set(runs) == {("fine", "tun"), ("finetun",)}
