"""Abstracts of papers nobody wrote, in the shapes that real ones have."""

from bot.domain.summary import SUMMARY_LIMIT, summarise

GOLDEN = {
    "a framework with background, method, result and a link": (
        "TeaSort: Sorting Tea Leaves by Learned Aroma",
        (
            "Recent advances in machine olfaction have made kitchens smarter. However, existing tea sorters remain slow "
            "and brittle. In this paper, we propose TeaSort, a sorting framework that learns the aroma of tea leaves from a "
            "single sniff. TeaSort first warms each leaf and then reads it with two sensors. Experiments on three "
            "tea collections show that TeaSort outperforms human tasters by 12.5% at a tenth of the cost. The code "
            "is available at https://example.org/teasort."
        ),
        (
            "In this paper, we propose TeaSort, a sorting framework that learns the aroma of tea leaves from a single sniff. "
            "Experiments on three tea collections show that TeaSort outperforms human tasters by 12.5% at a tenth of the cost."
        ),
    ),
    "the contribution comes first": (
        "Umbrella Sharing in Windy Cities",
        (
            "We present a protocol for umbrella sharing in windy cities, which returns every umbrella within a day. Wind is a "
            "known problem. Umbrellas break often. People have been getting wet for centuries."
        ),
        "We present a protocol for umbrella sharing in windy cities, which returns every umbrella within a day.",
    ),
    "no contribution, only a finding": (
        "Do Gardeners Whistle?",
        (
            "Gardens are loud places. Many gardeners work alone. We find that gardeners whistle more often before rain, in "
            "all nine gardens and in every season. Nobody has asked why. Our tables give the counts by month."
        ),
        "We find that gardeners whistle more often before rain, in all nine gardens and in every season.",
    ),
    "a paper that speaks of itself": (
        "A Survey of Door Handles",
        (
            "Doors are everywhere. Handles differ. This survey presents a taxonomy of door handles by grip, by material and "
            "by the mood of the visitor. Further reading is listed at the end. We hope that it is useful."
        ),
        "This survey presents a taxonomy of door handles by grip, by material and by the mood of the visitor.",
    ),
    "the name stands in the title": (
        "HatRack: Where Hats Go at Night",
        (
            "Hats get lost. To solve the general problem, we first build a map of every wardrobe in town. HatRack is a "
            "hat locator that predicts where hats go at night from yesterday's weather. It needs no batteries."
        ),
        "HatRack is a hat locator that predicts where hats go at night from yesterday's weather.",
    ),
    "wrapped lines and abbreviations": (
        "Brewing by Numbers",
        (
            "Coffee is brewed by habit. To this end,\nwe introduce a brewing scale (see Okoro et al. 2019, Fig. 2) that\n  "
            "weighs coffee, e.g. Arabica, in 0.5 seconds. Habits are hard to break. The U.S. market is large."
        ),
        (
            "To this end, we introduce a brewing scale (see Okoro et al. 2019, Fig. 2) that weighs coffee, e.g. Arabica, in "
            "0.5 seconds."
        ),
    ),
    "a telling sentence that does not fit": (
        "LadderNet: Safer Ladders",
        (
            "Ladders fall. We propose LadderNet, a network of small sensors that makes ladders safer, with a first sensor for the "
            "tilt of the frame (left, right, front and back), a second sensor for the weight of the painter and of the paint, "
            "a third sensor for the wetness of each rung, and a fourth sensor whose purpose is still being discussed. "
            "Painters were pleased. Nothing fell. The paint dried."
        ),
        (
            "We propose LadderNet, a network of small sensors that makes ladders safer, with a first sensor for the tilt of "
            "the frame (left, right, front and back), a second sensor for the weight of the painter and of the paint, a third sensor for the wetness of each rung…"
        ),
    ),
    "chinese": (
        "茶叶分类",
        "茶叶种类很多。我们提出一种茶叶分类方法，只需闻一次。天气很好。人们喜欢喝水。",
        "我们提出一种茶叶分类方法，只需闻一次。",
    ),
    "two short sentences in chinese": ("茶", "茶很热。\n我们把它变凉。", "茶很热。我们把它变凉。"),
    "no stop at the end": ("Tea", "We like tea", "We like tea"),
    "two short sentences": ("Tea", "Tea is hot. We cool\nit.", "Tea is hot. We cool it."),
}


def test_the_telling_sentences_of_each_shape_of_abstract_are_found() -> None:
    found = {shape: summarise(title, abstract) for shape, (title, abstract, _) in GOLDEN.items()}
    assert found == {shape: expected for shape, (_, _, expected) in GOLDEN.items()}


def test_no_abstract_has_no_summary() -> None:
    assert summarise("A title", "") == ""
    assert summarise("A title", " \n ") == ""


def test_a_paper_without_a_title_has_a_summary() -> None:
    _, abstract, _ = GOLDEN["the contribution comes first"]
    assert summarise("", abstract).startswith("We present a protocol")


def test_the_place_of_the_code_is_not_the_result() -> None:
    abstract = (
        "Kettles are old. We propose a kettle that whistles before the water boils. "
        "The code, the whistles and the kettle that whistles best improve and {}. Cooks were surprised."
    )
    assert "code" in summarise("A kettle that whistles", abstract.format("are loud"))
    assert "code" not in summarise("A kettle that whistles", abstract.format("are publicly available"))


def test_a_sentence_without_its_antecedent_gives_way() -> None:
    abstract = (
        "Spoons bend. It also stirs soup, tea and milk. A ladle stirs soup, tea and milk. "
        "Nobody knows the reason. Forks do not bend."
    )
    assert "It also" not in summarise("Stirring soup, tea and milk", abstract)


def test_one_endless_sentence_is_cut_at_a_word() -> None:
    summary = summarise("Tea", "tea and milk " * 500)
    assert len(summary) <= SUMMARY_LIMIT
    assert summary.endswith(("tea…", "milk…", "and…"))


def test_one_endless_word_is_cut_between_whole_characters() -> None:
    accented = "e\u0301"  # two code points, one character
    family = "\U0001f468\u200d\U0001f467"  # three code points, one character
    for character in (accented, family):
        for shift in range(4):
            summary = summarise("", "x" * shift + character * 400)
            assert len(summary) <= SUMMARY_LIMIT
            body = summary.removesuffix("…")
            assert body != summary
            assert body[shift:] == character * (len(body[shift:]) // len(character))


def test_a_whole_paper_sent_as_its_abstract_is_summarised_too() -> None:
    summary = summarise("Tea", "We propose a kettle for tea. " + "The water is hot, said the cook. " * 20_000)
    assert summary.startswith("We propose a kettle for tea.")
