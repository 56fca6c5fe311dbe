"""Daily Papers items: what is read, what is rejected, and what is never guessed."""

import gzip
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.huggingface import HuggingFaceSource
from bot.domain.paper import Batch, Freshness
from bot.errors import SourceError
from bot.ports import SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import FakeFetcher

DAY = date(2026, 6, 1)


def make_item(number: int = 1, *, outer: dict[str, Any] | None = None, **paper: Any) -> dict[str, Any]:
    """One item as the API gives it."""
    inside = {
        "id": f"2606.{number:05d}",
        "title": f"Knitting Robots {number}",
        "summary": "Robots rarely knit. Ours does.",
        "authors": [{"name": "Ada Example", "hidden": False}, {"name": "Bo Muster"}],
        "publishedAt": "2026-05-29T00:00:00.000Z",
        "submittedOnDailyAt": "2026-06-01T00:00:00.000Z",
        "upvotes": 7,
    }
    item = {"publishedAt": "2026-05-28T20:00:00.000Z", "title": "Knitting", "numComments": 2}
    return item | {"paper": inside | paper} | (outer or {})


def source() -> HuggingFaceSource:
    return HuggingFaceSource(SourceContext(fetcher=FakeFetcher(), clock=FakeClock(), settings={}))


def parsed(*items: object, day: date | None = None) -> Batch:
    return source().parse(json.dumps(items).encode(), day=day)


def test_an_item_is_read_whole() -> None:
    item = make_item(
        outer={
            "thumbnail": "https://cdn.example.org/1.png",
            "organization": {"name": "knit", "fullname": "Knit Lab"},
        },
        ai_summary="A robot knits.",
        ai_keywords=["knitting", "robots", "knitting", ""],
        githubRepo="knit/robot",
        githubStars=12,
        projectPage=" https://knit.example.org/a",
    )
    listing = parsed(item).listings[0]
    assert (listing.day, listing.rank, listing.votes, listing.comments) == (DAY, 1, 7, 2)
    facts = listing.facts
    assert facts.keys == ("arxiv:2606.00001",)
    assert facts.url == "https://arxiv.org/abs/2606.00001"
    assert facts.authors == ("Ada Example", "Bo Muster")
    assert facts.submitted == date(2026, 5, 29)
    assert facts.code_url == "https://github.com/knit/robot"
    assert facts.project_url == "https://knit.example.org/a"
    assert (facts.stars, facts.organization, facts.summary) == (12, "Knit Lab", "A robot knits.")
    assert facts.keywords == ("knitting", "robots")
    assert facts.thumbnail == "https://cdn.example.org/1.png"


def test_titles_lose_their_line_breaks_and_their_tex() -> None:
    assert parsed(make_item(title="Knitting\n  at $H^{-1}$")).listings[0].facts.title == "Knitting at H⁻¹"


def test_the_outer_date_is_never_taken_for_the_list_day() -> None:
    assert (
        parsed(make_item(submittedOnDailyAt="2026-06-01T23:59:00.000Z"), day=date(2026, 5, 1)).listings[0].day
        == DAY
    )


def test_a_list_day_that_cannot_be_is_not_believed() -> None:
    future = make_item(submittedOnDailyAt="2199-01-01T00:00:00.000Z")
    assert parsed(future, day=DAY).listings[0].day == DAY
    assert [each.day for each in parsed(future, make_item(2)).listings] == [DAY, DAY]
    alone = make_item(
        submittedOnDailyAt="2199-01-01T00:00:00.000Z", outer={"publishedAt": "2199-01-01T00:00:00.000Z"}
    )
    assert [each.code for each in parsed(alone).rejected] == ["bad_date"]


def test_an_item_without_its_own_list_day_gets_the_day_asked_for() -> None:
    item = make_item()
    del item["paper"]["submittedOnDailyAt"]
    assert parsed(item, day=DAY).listings[0].day == DAY


def test_without_any_list_day_the_outer_dates_stand_in_and_the_note_says_so() -> None:
    items = [make_item(number) for number in (1, 2)]
    for item in items:
        del item["paper"]["submittedOnDailyAt"]
    batch = parsed(*items)
    assert batch.day == date(2026, 5, 28)
    assert "2026-05-28" in batch.note


def test_a_list_over_several_days_ranks_each_day_from_one() -> None:
    earlier = make_item(2, submittedOnDailyAt="2026-05-29T00:00:00.000Z")
    listings = parsed(make_item(1), earlier, make_item(3)).listings
    assert [(each.day.day, each.rank) for each in listings] == [(1, 1), (29, 1), (1, 2)]


def test_a_bare_paper_is_read_too() -> None:
    assert parsed(make_item()["paper"]).listings[0].facts.title == "Knitting Robots 1"


def test_hidden_authors_lone_signs_and_doubles_are_left_out() -> None:
    names = [
        {"name": "Knit Team"},
        {"name": ":"},
        {"name": "Ada", "hidden": True},
        {"name": "Knit Team"},
        "Bo",
        {},
    ]
    assert parsed(make_item(authors=names)).listings[0].facts.authors == ("Knit Team",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("thumbnail", "http://cdn.example.org/1.png"),
        ("thumbnail", "/relative.png"),
        ("thumbnail", "javascript:alert(1)"),
    ],
)
def test_only_a_secure_absolute_thumbnail_is_kept(field: str, value: str) -> None:
    assert parsed(make_item(outer={field: value})).listings[0].facts.thumbnail == ""


@pytest.mark.parametrize(
    ("given_repo", "url"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("a/b", "https://github.com/a/b"),
        ("a b", ""),
        (3, ""),
    ],
)
def test_a_repository_comes_as_address_or_as_name(given_repo: object, url: str) -> None:
    assert parsed(make_item(githubRepo=given_repo)).listings[0].facts.code_url == url


@pytest.mark.parametrize("votes", [None, "7", -1, 2.5, True])
def test_votes_that_are_no_count_are_unknown(votes: object) -> None:
    assert parsed(make_item(upvotes=votes)).listings[0].votes is None


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("{'paper': {'title': 'x'}}", "bad_shape"),
        (1, "bad_shape"),
        (None, "bad_shape"),
        ({"paper": {}}, "no_title"),
        (make_item(title=None, outer={"title": 5}), "no_title"),
    ],
)
def test_a_bad_item_is_rejected_and_the_rest_stands(item: object, code: str) -> None:
    batch = parsed(make_item(1), item, make_item(2))
    assert len(batch.listings) == 2
    assert [(each.code, each.where) for each in batch.rejected] == [(code, "item[1]")]
    assert batch.freshness is Freshness.FRESH


def test_a_fifth_of_bad_items_is_called_degraded() -> None:
    assert "Degraded" in parsed(make_item(1), 1, 1).note
    assert "Degraded" not in parsed(*(make_item(number) for number in range(9)), 1).note


def test_nothing_but_bad_items_is_a_failure() -> None:
    assert parsed("x", "y").freshness is Freshness.FAILED


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "malformed"),
        (b"<html><title>Just a moment...</title></html>", "not_the_expected_kind"),
        (b'{"status": "no_data"}', "not_the_expected_kind"),
        (b"1", "not_the_expected_kind"),
        (b'[{"paper": {"id": "26', "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"\x1f\x8b\x08damaged", "malformed"),
    ],
)
def test_a_body_that_is_no_list_is_a_typed_error(body: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        source().parse(body, day=DAY)
    assert caught.value.reason == reason


def test_a_gzipped_answer_is_read_and_a_bomb_is_not() -> None:
    packed = gzip.compress(json.dumps([make_item()]).encode())
    assert len(source().parse(packed, day=DAY).listings) == 1
    with pytest.raises(SourceError, match="MiB"):
        source().parse(gzip.compress(b" " * (40 * 2**20)), day=DAY)


@pytest.mark.parametrize(
    ("head", "name", "known"),
    [
        (json.dumps([make_item()]).encode(), "a.json", True),
        (json.dumps([make_item()["paper"]]).encode(), "a", True),
        (gzip.compress(json.dumps([make_item()]).encode()), "2026-06-01.json.gz", True),
        (b"[]", "2026-06-01.json", True),
        (b"[]", "notes.json", False),
        (b'{"title": "x"}', "a.json", False),
        (b"<html>", "2026-06-01.json", False),
        (b"A title\n\nAn abstract.", "a.txt", False),
        (b"\x1f\x8b\x00", "a.gz", False),
    ],
)
def test_its_files_are_recognised_and_no_others(head: bytes, name: str, known: bool) -> None:
    assert source().recognises(head, name) is known


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([*make_item()["paper"], "githubRepo", "ai_keywords", "organization", "projectPage"]),
        JSON,
    )
)
def test_any_drift_of_the_fields_is_a_listing_or_a_rejection(changes: dict[str, Any]) -> None:
    batch = parsed(make_item(outer={"paper": make_item()["paper"] | changes}), day=DAY)
    assert len(batch.listings) + len(batch.rejected) == 1
