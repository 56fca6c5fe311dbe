"""A saved Daily Papers page, in each of the shapes people save it in."""

import html
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.page import PageSource
from bot.domain.paper import Freshness
from bot.errors import SourceError
from bot.ports import SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher
from bot.testing.sources import check_batch, check_source

TITLES = (
    "Knitting Robots: A First Stitch",
    "Purl",
    "Do Robots Dream of Wool?",
    "SubscribeNet: Nets That Subscribe",
)
ABSTRACT = (
    "Robots rarely knit, and when they do they drop stitches. " * 6 + "We count stitches: 12.5% fewer fall."
)
SPACED_HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nJun 6\n\n"
GLUED_HEAD = (
    "Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\nSubscribe"
)


def source(now: datetime = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)) -> PageSource:
    return PageSource(SourceContext(fetcher=FakeFetcher(), clock=FakeClock(now), settings={}))


def spaced(titles: tuple[str, ...] = TITLES, head: str = SPACED_HEAD) -> str:
    return head + "\n\n".join(f"{title}\n\n{ABSTRACT}" for title in titles)


def glued(titles: tuple[str, ...] = TITLES, head: str = GLUED_HEAD) -> str:
    return head + "\n".join(f"{title}\n{ABSTRACT}" for title in titles)


def card(title: str, identifier: str = "2606.00001", votes: int = 31) -> str:
    return (
        f'<article><a href="/papers/{identifier}"><img src="/a.png"></a><div><label><svg><path d=""/></svg>'
        f'<div class="leading-none">{votes}</div></label><h3><a href="/papers/{identifier}" class="x">{title}</a></h3>'
        f"<p>{ABSTRACT}</p></div><ul><li>5 authors</li></ul></article>"
    )


def page(*cards: str, head: str = "", props: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Daily Papers - Hugging Face</title>{head}</head><body>{props}<h1>Daily Papers</h1>{''.join(cards)}</body></html>"


@pytest.mark.parametrize(
    "text", [spaced(), glued(), spaced(head=""), spaced() + "\n", spaced().replace("\n", "\r\n")]
)
def test_titles_and_abstracts_are_paired_in_every_layout(text: str) -> None:
    batch = source().parse(text.encode(), day=None)
    assert [listing.facts.title for listing in batch.listings] == list(TITLES)
    assert {listing.facts.abstract for listing in batch.listings} == {ABSTRACT}
    assert [listing.rank for listing in batch.listings] == [1, 2, 3, 4]
    assert (batch.source, batch.listings[0].source, batch.rejected) == ("page", "huggingface", ())


def test_a_short_abstract_that_ends_like_a_sentence_is_one() -> None:
    text = "Knitting Robots\nThey knit a scarf of forty stitches in less than a single hour.\n" + glued(
        head=""
    )
    listing = source().parse(text.encode(), day=None).listings[0]
    assert listing.facts.abstract.startswith("They knit a scarf")


def test_an_abstract_in_two_paragraphs_is_one_abstract() -> None:
    text = f"Knitting Robots\n\n{ABSTRACT}\n\n{ABSTRACT}\n\nPurl\n\n{ABSTRACT}"
    first = source().parse(text.encode(), day=None).listings[0]
    assert first.facts.abstract == f"{ABSTRACT} {ABSTRACT}"


def test_the_sites_lines_between_papers_are_dropped() -> None:
    text = (
        f"{SPACED_HEAD}Knitting Robots\n{ABSTRACT}\n31\n5 authors\nSubmitted by ada\nPurl Two\n{ABSTRACT}\n12"
    )
    batch = source().parse(text.encode(), day=None)
    assert [listing.facts.title for listing in batch.listings] == ["Knitting Robots", "Purl Two"]
    assert batch.rejected == ()


def test_a_title_without_an_abstract_is_rejected_with_its_line() -> None:
    batch = source().parse(f"Knitting Robots\nA Lonely Title\n{ABSTRACT}".encode(), day=None)
    assert [(item.where, item.code) for item in batch.rejected] == [("line 1", "no_abstract")]
    assert batch.listings[0].facts.title == "A Lonely Title"


@pytest.mark.parametrize(
    ("now", "year"),
    [((2026, 6, 5), 2025), ((2026, 6, 6), 2026), ((2026, 12, 31), 2026)],
)
def test_a_day_without_a_year_is_the_newest_not_in_the_future_and_the_note_says_so(
    now: tuple[int, int, int], year: int
) -> None:
    batch = source(datetime(*now, 12, tzinfo=UTC)).parse(spaced().encode(), day=None)
    assert batch.day == date(year, 6, 6)
    assert f"{year} was assumed" in batch.note
    assert {listing.day for listing in batch.listings} == {date(year, 6, 6)}


@pytest.mark.parametrize(
    ("written", "day"),
    [("Jun 6, 2024", date(2024, 6, 6)), ("September 3", date(2025, 9, 3)), ("Feb 29", date(2024, 2, 29))],
)
def test_a_day_is_read_as_pages_write_it(written: str, day: date) -> None:
    assert source().parse(spaced().replace("Jun 6", written).encode(), day=None).day == day


def test_the_given_day_wins_over_the_pages() -> None:
    batch = source().parse(spaced().encode(), day=date(2026, 1, 2))
    assert (batch.day, batch.note) == (date(2026, 1, 2), "")


def test_a_page_without_a_day_is_todays_and_says_so() -> None:
    batch = source().parse(glued().encode(), day=None)
    assert batch.day == date(2026, 6, 1)
    assert "--day" in batch.note


def test_a_day_that_does_not_exist_is_not_guessed() -> None:
    assert source().parse(spaced().replace("Jun 6", "Feb 31").encode(), day=None).day == date(2026, 6, 1)


def test_cards_of_html_are_read() -> None:
    markup = page(card("Knitting &amp; Robots"), card("Purl", "2606.00002", 4))
    batch = source().parse(markup.encode(), day=date(2026, 5, 29))
    assert [listing.facts.title for listing in batch.listings] == ["Knitting & Robots", "Purl"]
    assert [listing.facts.keys for listing in batch.listings] == [
        ("arxiv:2606.00001",),
        ("arxiv:2606.00002",),
    ]
    assert [listing.votes for listing in batch.listings] == [31, 4]
    assert batch.listings[0].facts.abstract == ABSTRACT


def test_html_says_its_day_in_its_canonical_link() -> None:
    link = '<link rel="canonical" href="https://huggingface.co/papers/date/2026-05-28">'
    assert source().parse(page(card("Knit"), head=link).encode(), day=None).day == date(2026, 5, 28)


def test_the_data_a_page_carries_is_better_than_its_cards() -> None:
    item = {"paper": {"id": "2606.00009", "title": "Carried", "upvotes": 3, "authors": [{"name": "Ada"}]}}
    props = json.dumps({"dailyPapers": [item], "dateString": "2026-05-27"})
    carried = f'<div data-target="DailyPapers" data-props="{html.escape(props)}"></div>'
    batch = source().parse(page(card("Knit"), props=carried).encode(), day=None)
    assert [listing.facts.title for listing in batch.listings] == ["Carried"]
    assert (batch.day, batch.listings[0].facts.authors) == (date(2026, 5, 27), ("Ada",))


@pytest.mark.parametrize(
    "markup",
    [
        page(card("Knit"))[:-40],
        page(card("Knit")).replace("</h3>", ""),
        page('<div data-props="{bad">x</div>', card("Knit")),
    ],
)
def test_broken_html_still_gives_its_cards(markup: str) -> None:
    assert len(source().parse(markup.encode(), day=None).listings) == 1


@pytest.mark.parametrize(
    "body", [b"<html><body>Just a moment...</body></html>", b"just words", b"   ", "\n".join(TITLES).encode()]
)
def test_what_holds_no_paper_is_a_typed_error(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        source().parse(body, day=None)
    assert caught.value.reason == "not_the_expected_kind"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (spaced(), "a.txt"),
        (glued(), "saved"),
        (spaced(head=""), "a.txt"),
        (page(card("Knit")), "page.html"),
        (glued()[:700], "a.txt"),
    ],
)
def test_its_files_are_recognised(head: str, name: str) -> None:
    assert source().recognises(head.encode(), name)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (
            '<?xml version="1.0"?><rss><channel><title>Daily Papers of Hugging Face</title></channel></rss>',
            "a.xml",
        ),
        ('[{"paper": {"title": "x"}}]', "a.json"),
        ("<html><body>Some other page</body></html>", "a.html"),
        ("Just one line of text", "a.txt"),
        (f"{ABSTRACT}\n{ABSTRACT}\n{ABSTRACT}", "a.txt"),
        ("first\nsecond\nthird\nfourth", "a.txt"),
        (spaced(head=""), "README.md"),
        ("", "a.txt"),
        ("PK\x03\x04\x00", "a.zip"),
    ],
)
def test_other_files_are_not(head: str, name: str) -> None:
    assert not source().recognises(head.encode(), name)


async def test_a_page_is_never_fetched() -> None:
    assert [batch async for batch in source().fetch(since=date(2026, 1, 1))] == []


async def test_it_keeps_the_contract_of_every_source() -> None:
    await check_source(source())
    check_batch(source().parse(spaced().encode(), day=None))


@given(
    st.lists(
        st.sampled_from(
            ["Title Of A Paper", ABSTRACT, "", "new", "Subscribe", "Jun 6", "7", "<b>", "x" * 400]
        ),
        max_size=12,
    )
)
def test_any_heap_of_lines_is_read_or_refused_kindly(lines: list[str]) -> None:
    text = "\n".join(lines).encode()
    source().recognises(text, "a.txt")
    try:
        batch = source().parse(text, day=None)
    except SourceError:
        return
    assert batch.freshness in (Freshness.FRESH, Freshness.FAILED)
