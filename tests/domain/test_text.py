"""What counts as the same word."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.text import FUNCTION_WORDS, clip, fold, normalise, pieces, readable, spelled

SAME = [
    ("fine-tuning", "fine tuning"),
    ("Müller naïve", "muller naive"),
    ("ﬁne ½ x²", "fine 1/2 x2"),
    ("LLMs GANs ADs GPUs APIs MoEs", "LLM GAN AD GPU API MoE"),
    ("the models' weights", "the model weight"),
    ("bird’s-eye view", "bird eye view"),
    ("Alzheimer's disease", "alzheimer disease"),
    ("ALZHEIMER’S", "alzheimer"),
    ("don't", "dont"),
    ("O’Brien", "obrien"),
    ("NeurIPS'24", "neurips 24"),
    ("state–of—the‑art", "state of the art"),
    ("zero\u200bshot soft\u00adware", "zeroshot software"),
    ("snake_case", "snake case"),
    ("Straße", "STRASSE"),
    ("end.Then", "end then"),
]
WHOLE = [
    ("C++ and C++17", ("c++", "and", "c++", "17")),
    ("A* search, D*-lite", ("a*", "search", "d*", "lite")),
    ("C#, F# and B+ trees", ("c#", "f#", "and", "b+", "tree")),
    ("RRT* or **bold** *A* b", ("rrt", "or", "bold", "a", "b")),
    ("R&D Q&A AT&T r & d", ("r&d", "q&a", "at&t", "r", "d")),
    ("a 360° view at 3.5°", ("a", "360°", "view", "at", "3.5°")),
    ("GPT-4o, Qwen2.5-72B, 0.5B: 3.5%", ("gpt", "4o", "qwen2.5", "72b", "0.5b", "3.5")),
    ("in 2024. Then .NET", ("in", "2024", "then", "net")),
    ("α-stable β", ("α", "stable", "β")),
    ("可回收火箭", ("可回", "回收", "收火", "火箭")),
    ("火 Transformer模型", ("火", "transformer", "模型")),
    ("한국어 모델", ("한국", "국어", "모델")),
    ("a+b x*y a++b", ("a", "b", "x", "y", "a", "b")),
    ("", ()),
    ("!? -- ...", ()),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_are_the_same_words(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("text", "tokens"), WHOLE)
def test_words_that_break_naive_tokenisers_stay_whole(text: str, tokens: tuple[str, ...]) -> None:
    assert normalise(text) == tokens


def test_the_quick_way_and_the_careful_way_cut_ascii_text_alike() -> None:
    text = "Fine-tuning 12 models, it's (A-star)_like; e.g. U-Net/ResNet50 ~ 10,000 x!"
    assert normalise(text + " C++")[:-1] == normalise(text)


@given(st.text())
@example("ŉ ǰ ΐ ﷺ İ ẞ ᏸ ﬀ")
@example("A*a* R&D& 3.5.5° c+++ ''s 's")
def test_every_token_is_its_own_only_token(text: str) -> None:
    tokens = normalise(text)
    assert [normalise(token) for token in tokens] == [(token,) for token in tokens]


@example("AA&S")
@given(st.text(alphabet="aAbBsSxyz'’-+*#&°.39 模型火Éß\u0301"))
def test_what_is_shown_reads_back_as_the_same_words(text: str) -> None:
    assert normalise(readable(normalise(text))) == normalise(text)


@given(st.text(alphabet="abs -'模of"))
def test_pieces_join_to_what_the_words_spell(text: str) -> None:
    assert "".join(pieces(text)) == spelled(normalise(text))


def test_a_compound_spells_the_same_however_it_is_written() -> None:
    assert (
        spelled(normalise("fine-tuning"))
        == spelled(normalise("fine tuning"))
        == spelled(normalise("finetunings"))
    )
    assert spelled(normalise("time-series")) == spelled(normalise("timeseries"))
    assert spelled(normalise("sub-matrices")) == spelled(normalise("submatrix"))


def test_function_words_glue_nothing() -> None:
    assert spelled(normalise("a symmetric")) != spelled(normalise("asymmetric"))
    assert spelled(("f", "or")) != spelled(("for",))
    assert spelled(normalise("bag of words")) == spelled(normalise("Bag-of-Words"))


def test_every_function_word_is_a_token() -> None:
    assert all(normalise(word) == (word,) for word in FUNCTION_WORDS)


def test_cjk_is_shown_in_one_piece() -> None:
    assert readable(normalise("可回收火箭 engine")) == "可回收火箭 engine"


def test_names_keep_their_endings() -> None:
    assert fold("José Ramón Jones") == ["jose", "ramon", "jones"]


def test_a_short_text_is_not_clipped() -> None:
    assert clip("short", 5) == "short"


def test_clipping_ends_between_words_with_an_ellipsis() -> None:
    assert clip("Robots that knit scarves", 16) == "Robots that…"


def test_clipping_never_cuts_a_grapheme() -> None:
    assert clip("xx👩‍🔬", 4) == "xx…"
    assert clip("ae\u0301io", 3) == "a…"
    assert clip("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7!", 4) == "\U0001f1e9\U0001f1ea…"


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_clipped_text_fits_and_begins_like_the_text(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped) <= limit
    assert clipped == text or text.startswith(clipped.removesuffix("…"))
