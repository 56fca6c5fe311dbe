import gzip
import json
from pathlib import Path

import pytest

from bot.bench.rouge import longest_common, rouge, words
from bot.bench.summary import OURS, is_cut, load, run
from bot.bench.textrank import similarity, textrank
from bot.errors import ConfigError


def test_rouge_agrees_with_a_count_by_hand() -> None:
    score = rouge("The cat sat on the mat.", "The cat lay on a mat!")
    # Six words each; the, cat, on, mat are shared; "the cat" is the only shared pair of five; in order: the cat on mat.
    assert score.one == pytest.approx(4 / 6)
    assert score.two == pytest.approx(1 / 5)
    assert score.longest == pytest.approx(4 / 6)


def test_rouge_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    score = rouge("tea tea tea", "tea tea milk water")
    assert score.one == pytest.approx(2 * 2 / (3 + 4))
    assert score.two == pytest.approx(2 * 1 / (2 + 3))


def test_rouge_minds_the_order_only_in_pairs_and_sequences() -> None:
    score = rouge("milk with tea", "tea with milk")
    assert (score.one, score.two) == (1.0, 0.0)
    assert score.longest == pytest.approx(1 / 3)


@pytest.mark.parametrize(("ours", "theirs"), [("", ""), ("", "tea"), ("tea", ""), ("茶", "茶"), ("a", "b")])
def test_rouge_of_nothing_in_common_is_nothing(ours: str, theirs: str) -> None:
    score = rouge(ours, theirs)
    assert (score.one, score.two, score.longest) == (0.0, 0.0, 0.0)


def test_words_are_lower_case_and_split_at_every_sign() -> None:
    assert words("Fine-Tuning GPT-4o, 3.5%") == ("fine", "tuning", "gpt", "4o", "3", "5")


def test_the_longest_common_sequence_may_have_gaps() -> None:
    assert longest_common("abcbdab", "bdcaba") == 4


def test_textrank_puts_the_sentence_that_shares_most_words_first() -> None:
    parts = ("tea is hot and green", "tea is hot or black", "milk is cold or white", "umbrellas break")
    assert textrank(parts)[0] == 1
    assert textrank(parts)[-1] == 3


def test_textrank_divides_shared_words_by_the_log_lengths() -> None:
    first, second = frozenset({"a", "b", "c"}), frozenset({"b", "c", "d", "e"})
    assert similarity(first, second) == pytest.approx(2 / 2.4849066)  # ln 3 + ln 4
    assert similarity(frozenset({"a"}), second) == 0.0


def test_textrank_without_function_words_is_not_misled_by_them() -> None:
    parts = ("it is what it is and so on", "it is and so was what it is", "green tea", "green tea leaves")
    assert set(textrank(parts, content_only=True)[:2]) == {2, 3}
    assert set(textrank(parts)[:2]) == {0, 1}


ABSTRACT = (
    "Tea is old. Cups have always been round. We propose a square tea cup that stacks. Guests were pleased."
)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    paper = {
        "id": "1",
        "title": "A square cup that stacks",
        "summary": ABSTRACT,
        "ai_summary": "A square cup that stacks.",
    }
    bare = {"id": "2", "title": "No summary", "summary": ABSTRACT}
    first = [{"paper": paper}, {"paper": bare}, {"paper": None}, "odd"]
    second = [{"paper": paper}, {"paper": {**paper, "id": "3"}}]
    (tmp_path / "2026-01-30.json").write_text(json.dumps(first))
    (tmp_path / "2026-01-31.json.gz").write_bytes(gzip.compress(json.dumps(second).encode()))
    (tmp_path / "2026-02-01.json").write_text("<html>no")
    (tmp_path / "2026-02-02.json.gz").write_bytes(b"no gzip at all")
    (tmp_path / "2026-02-03.json").write_text('{"error": "no"}')
    return tmp_path


def test_papers_with_a_summary_are_read_once_from_plain_and_packed_days(days: Path) -> None:
    assert [(example.key, example.day) for example in load(days)] == [("1", 30), ("3", 31)]


def test_the_bench_prints_every_way_and_its_figures(days: Path) -> None:
    lines: list[str] = []
    figures = run(data=days, full=True, out=lines.append)
    printed = "\n".join(lines)
    assert figures["papers"] == 2
    for way in (
        "lead-1",
        "lead-2, cut at 280",
        "TextRank-1",
        "TextRank-2 (content words)",
        "oracle",
        "a random",
    ):
        assert way in printed
    assert "odd days: held out" in printed
    assert (figures["share_over_the_limit"], figures["share_cut_without_ellipsis"]) == (0.0, 0.0)


def test_our_row_is_the_rouge_of_our_summary(days: Path) -> None:
    figures = run(data=days, out=lambda _: None)
    ways = figures["ways"]
    assert isinstance(ways, dict)
    # "We propose a square tea cup that stacks." has three words more than the reference's five; lead-1 has none of them.
    assert ways[OURS]["rouge_1"] == pytest.approx(100 * 2 * 5 / (8 + 5))
    assert ways["lead-1"]["rouge_1"] == pytest.approx(100 * 0)


def test_without_data_the_bench_says_where_to_point_it(tmp_path: Path) -> None:
    for nowhere in (None, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match="Point --data at a folder"):
            run(data=nowhere)


def test_data_without_summaries_is_named(tmp_path: Path) -> None:
    (tmp_path / "2024-01-01.json").write_text("[]")
    with pytest.raises(ConfigError, match="both an abstract and a summary"):
        run(data=tmp_path)


@pytest.mark.parametrize(
    ("summary", "cut"),
    [
        ("Tea is old.", False),
        ("Tea is", True),
        ("Tea is…", False),
        ("Guests were pleased", False),
        ('"Tea."', False),
    ],
)
def test_a_summary_that_stops_in_the_middle_is_told(summary: str, *, cut: bool) -> None:
    assert is_cut(summary, "Tea is old. Guests were pleased") is cut
