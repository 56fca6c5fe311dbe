from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentences import sentences
from bot.domain.summary import SUMMARY_LIMIT, summarise

SAID = "we propose tea kettle, results (show and) that improves: it e.g. which — 12.5% https://x.org/a.b 3D 茶 xTea however"
WORDS = st.sampled_from(SAID.split())
SENTENCES = st.tuples(
    st.sampled_from(["We", "It", "Recent", "TeaNet", "茶"]), st.lists(WORDS, max_size=60)
).map(lambda parts: " ".join((parts[0], *parts[1])) + ".")
TEXTS = (
    st.text() | st.lists(SENTENCES, max_size=12).map(" ".join) | st.lists(SENTENCES, max_size=5).map("".join)
)


@given(title=TEXTS, abstract=TEXTS)
def test_a_summary_fits_and_is_there_whenever_there_is_an_abstract(title: str, abstract: str) -> None:
    summary = summarise(title, abstract)
    assert len(summary) <= SUMMARY_LIMIT
    assert bool(summary) == bool(abstract.split())


@given(title=TEXTS, abstract=TEXTS)
def test_a_summary_is_whole_sentences_of_the_abstract_or_says_that_it_was_cut(
    title: str, abstract: str
) -> None:
    summary = summarise(title, abstract)
    parts = sentences(abstract)
    pairs = {a + between + b for i, a in enumerate(parts) for b in parts[i + 1 :] for between in (" ", "")}
    whole = {"", *parts, *pairs}
    beginning_of_one = any(part.startswith(summary.removesuffix("…")) for part in parts)
    assert summary in whole or (summary.endswith("…") and beginning_of_one)


@given(title=TEXTS, abstract=TEXTS)
def test_line_ends_do_not_change_a_summary(title: str, abstract: str) -> None:
    one_line = " ".join(abstract.split())
    assert summarise(title, one_line) == summarise(title, one_line.replace(" ", "\n"))
