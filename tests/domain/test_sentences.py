"""One case per trap: the text, written with a bar where a sentence should end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentences import sentences

TRAPS = {
    "plain": "We like tea.| You like milk.",
    "no final stop": "We like tea.| You like milk",
    "examples": "Small animals, e.g. Mice and voles, i.e. Rodents, run.| They hide.",
    "a comma after the abbreviation": "Small animals, e.g., Mice, run.| They hide.",
    "several authors": "The trick of Okoro et al. (2019) and Lind et al. [7] holds.| Our proof is short.",
    "several authors at the end": "This extends Okoro et al.| We prove more.",
    "versus": "We compare tea vs. Coffee.| Tea wins.",
    "figures and equations": "See Fig. 3 and Eq. (4) of Sec. II for the kettle.| It boils.",
    "a number sign": "Kettle No. 5 boils first.| No. 6 does not.",
    "no at the end": "Does it boil?| The answer is no.| We show why.",
    "about": "It takes approx. 3 minutes.| We waited.",
    "with respect to": "It falls w.r.t. Height.| That is new.",
    "a country": "Rain in the U.S. Midwest is rare.| Snow is not.",
    "a country at the end": "We count rain in the U.S.| The count is low.",
    "initials": "J. R. Lind and K. Okoro drank it.| Both slept.",
    "a letter at the end": "This is vitamin C.| We measured it.",
    "decimals": "It gains 95.4% and 3.5 points.| Nobody lost 0.2.",
    "a unit at the end": "The kettle sings after 12 sec.| We heard 3 pp.| It was loud.",
    "ids and versions": "Version 2.0.1 of 2401.00001v2 runs.| Python 3.11 too.",
    "an address": "Code is at https://example.org/a.b/c?d=E.F and works.| Try it.",
    "an address at the end": "Code: https://example.org/tea.html.| We thank you.",
    "dots": "We wait ... and wait.| Then...| We drink.",
    "an ellipsis sign": "And so on…| The end is near.",
    "quotes": 'He said "tea is ready."| She came.',
    "curly quotes": "They call it “tea.”| We agree.",
    "a quote that opens": "It works.| “Tea” is a word.",
    "brackets": "We brew (see Lind. Also Okoro. Both agree) tea.| It works.",
    "a bracket never closed": "We brew (as they do tea.| It works.",
    "a bracketed sentence": "It works.| (We checked twice.)| It lasts.",
    "a list inside": "It has (i) a lid, (ii) a spout.| Both help.",
    "numbered sentences": "1. Boil the water.| 2. Pour it.",
    "a lost space": "We like tea.|The rest drink milk.| Nobody drinks both.",
    "a lost space after a number": "It gains 1.5.|We like that.",
    "a name with a dot": "We use Node.js and torch.Tensor here.| They work.",
    "line ends": "We like\n  tea and\nmilk.| You do\nnot.",
    "a blank line": "Background|\n\nWe like tea.",
    "questions": "Do we like tea?| Yes!| We do?!| Good.",
    "a small letter follows": "We asked who? me and why? them.| Fine.",
    "a name that starts small": "Tea models are slow.| xTea runs faster.",
    "a number starts": "It is fast.| 3D kettles are next.",
    "chinese": "我们提出一种方法。|它很快！|真的吗？|是。",
    "chinese in quotes": "他说「茶。」|我们同意。",
    "chinese and english": "我们提出 TeaNet。| It is fast.",
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_a_text_is_split_where_its_sentences_end(name: str) -> None:
    marked = TRAPS[name]
    expected = tuple(" ".join(piece.split()) for piece in marked.split("|"))
    assert sentences(marked.replace("|", "")) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u3000"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == ()


PIECES = st.sampled_from(
    [*"abcXYZ.!?…。()[]（）\"'”  \n1", "e.g. ", "et al. ", "U.S. ", "We ", "The ", "3.5 ", "\n\n", "...", "i. ", "xLSTM "]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES).map("".join)


@given(TEXTS)
def test_the_sentences_joined_are_the_text_white_space_aside(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(TEXTS)
def test_no_sentence_is_empty_or_padded(text: str) -> None:
    assert all(part and part == " ".join(part.split()) for part in sentences(text))


@pytest.mark.parametrize("odd", [".", "(", ")", "。", '."', ". ", "\n", "a.B", "...)) "])
def test_a_long_run_of_one_sign_takes_no_time_to_speak_of(odd: str) -> None:
    text = odd * 5_000  # what grows with the square of the length would hang here
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
