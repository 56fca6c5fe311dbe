from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from bot.domain.notes import combined_note, late_sources, source_notes
from bot.domain.paper import Freshness

DAY = date(2026, 6, 2)


@dataclass(frozen=True, kw_only=True)
class Said:
    source: str = "arxiv"
    origin: str = ""
    day: date = DAY
    verdict: Freshness = Freshness.FRESH
    requested_at: datetime = datetime(2026, 6, 2, 6, tzinfo=UTC)
    note: str = ""


def test_when_all_is_well_nothing_is_said():
    assert source_notes([Said(), Said(source="huggingface")], DAY) == ()


def test_a_source_that_did_not_answer_is_named():
    failed = Said(source="huggingface", verdict=Freshness.FAILED, note="HTTP 503 from 192.0.2.1")
    assert source_notes([failed, Said()], DAY) == (
        "Hugging Face did not answer; its papers will come with the next digest.",
    )


def test_a_part_that_did_not_answer_is_named_with_its_categories():
    rows = [Said(origin="cs.AI+cs.CL"), Said(origin="cs.CV+cs.LG+stat.ML+math.OC", verdict=Freshness.FAILED)]
    assert source_notes(rows, DAY) == (
        "arXiv did not answer for cs.CV, cs.LG and 2 others; those papers will come with the next digest.",
    )


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        ("cs.LG", "cs.LG still shows yesterday's list."),
        ("cs.CL+cs.LG", "cs.CL and cs.LG still show yesterday's list."),
        ("", "arXiv still shows yesterday's list."),
    ],
)
def test_a_stale_list_is_called_yesterdays(origin, line):
    assert source_notes([Said(origin=origin, verdict=Freshness.STALE)], DAY) == (line,)


def test_a_holiday_is_told_in_the_source_s_own_words():
    quiet = Said(verdict=Freshness.EMPTY_EXPECTED, note="arXiv announces nothing on 4 July.")
    assert source_notes([quiet], DAY) == ("arXiv announces nothing on 4 July.",)


def test_a_weekend_without_a_word_of_the_source_is_explained():
    quiet = Said(verdict=Freshness.EMPTY_EXPECTED)
    assert source_notes([quiet], DAY) == ("arXiv announces nothing on Saturdays and Sundays.",)


def test_a_list_that_should_be_there_and_is_not_is_late():
    late = Said(source="huggingface", verdict=Freshness.EMPTY_UNEXPECTED)
    assert source_notes([late], DAY) == (
        "Hugging Face has no list yet today; its papers will come with the next digest.",
    )


def test_a_quiet_feed_is_no_news_and_a_failing_one_is_named_by_its_site():
    rows = [
        Said(source="feed", origin="https://lab.example/feed.xml", verdict=Freshness.FAILED),
        Said(source="feed", origin="https://quiet.example/", verdict=Freshness.EMPTY_EXPECTED),
    ]
    assert source_notes(rows, DAY) == (
        "The feed of lab.example did not answer; its papers will come with the next digest.",
    )


def test_several_failing_feeds_share_a_line():
    urls = ("https://a.example/f", "https://b.example/f")
    rows = [Said(source="feed", origin=url, verdict=Freshness.FAILED) for url in urls]
    assert source_notes(rows, DAY) == (
        "The feeds of a.example and b.example did not answer; their papers will come with the next digest.",
    )


def test_only_the_last_word_of_a_source_counts():
    before = Said(verdict=Freshness.FAILED, requested_at=datetime(2026, 6, 2, 5, tzinfo=UTC))
    assert source_notes([before, Said()], DAY) == ()


def test_what_was_said_of_days_before_yesterday_is_no_news():
    assert source_notes([Said(day=date(2026, 5, 31), verdict=Freshness.FAILED)], DAY) == ()


def test_an_import_says_nothing_of_the_source():
    assert source_notes([Said(source="import", verdict=Freshness.FAILED)], DAY) == ()


def test_a_source_is_late_while_nothing_fresh_came_from_it():
    stale, fresh = Said(origin="cs.AI", verdict=Freshness.STALE), Said(origin="cs.LG")
    assert late_sources([stale], DAY) == {"arxiv"}
    assert late_sources([stale, fresh], DAY) == frozenset()


def test_combined_days_are_counted_and_named():
    assert combined_note([DAY]) == "With the papers of 2 June, whose digest was not sent."
    assert combined_note([date(2026, 5, 30), date(2026, 5, 31), DAY]) == (
        "With the papers of 3 days, 30 May to 2 June, whose digests were not sent."
    )
