"""The number of the index's rules stands for the words they give."""

from __future__ import annotations

import pytest

from bot.storage import fulltext

# One paper whose text meets every rule there is for words.
SAMPLE = {
    "title": "Naïve LLMs’ stitches: A* vs C++, R&D at 360° with Qwen2.5 – don't use GPUs in 3.5 days' work",
    "abstract": "Robots knit scarves, boxes, buses, studies, analyses, matrices, indices, hypotheses, losses, lenses,"
    " classes, series, species, gases, viruses, bias, corpora, criteria, phenomena, axes, data, leaves, shoes, ties,"
    " ＦＵＬＬ width, ﬁne ligatures, Straße, ΣΊΣΥΦΟΣ, état-of-the-art, 機械学習モデル, 한국어, x_1, #5 and e-mail’s end.",
    "authors": ("José García-Márquez", "O'Brien, D.", "李 小龙", "Jones"),
    "organization": "Knitting Labs & Sons",
    "venue": "NeurIPS'24 Workshops",
    "comment": "12 pages, 3 figures",
    "categories": ("cs.LG", "hep-th", "Odd Name|x"),
}
PINNED: dict[int, fulltext.Document] = {
    1: (
        "naive llm stitch a* vs c++ r&d at 360° with qwen2.5 dont use gpu in 3.5 day work",
        (
            "robot knit scarve box bus study analysis matrix index hypothesis loss lens class series species "
            "gas virus bias corpus criterion phenomenon axis data leaf shoe tie full width fine ligature "
            "strasse σισυφοσ etat of the art 機械 械学 学習 習モ モテ テル 한국 국어 x 1 5 and e mail end"
        ),
        "jose garcia marquez obrien d 李 小龙 jones",
        "knitting labs sons",
        "neurips 24 workshops 12 pages 3 figures",
        "cs cs.lg hep-th odd_name_x",
    ),
}


def test_other_words_need_another_number() -> None:
    assert fulltext.document(SAMPLE) == PINNED[fulltext.RULES], (
        "The index would be fed with other words: raise fulltext.RULES and pin the new words under the new number."
    )


def test_another_number_is_another_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fulltext.recipe()
    monkeypatch.setattr(fulltext, "RULES", fulltext.RULES + 1)
    assert fulltext.recipe() != before
