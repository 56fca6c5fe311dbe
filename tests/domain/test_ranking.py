"""How high a paper stands."""

from datetime import date

import pytest

from bot.domain.hits import Hits
from bot.domain.matching import Matcher
from bot.domain.query import parse
from bot.domain.ranking import merit, score, strength, strengths, turn_of
from bot.domain.topics import Topics
from bot.testing.builders import make_paper

TODAY = date(2026, 6, 1)
CRAFTS = Topics.shipped().with_own({"crafts": "knit OR wool OR loom OR cat:cs.RO"})
HITS = [
    ("cs.RO", 1.0),
    ("scarf cs.RO", 1.0),
    ("knit", 2.0),
    ("title:knit", 2.0),
    ("abstract:knit", 1.0),
    ("knit title:knit", 2.0),
    ("knit*", 2.0),
    ("knit scarf", 3.0),
    ("knit robot", 4.0),
    ("knit robot walking", 4.0),
    ('"walking robot that knit and purl"', 2.0),
    ('"robots that always drop a stitch"', 1.0),
    ("(knit zeppelin) OR scarf", 1.0),
    ("scarf -zeppelin", 1.0),
    ("type:survey", 1.0),
    ("type:survey OR knit", 3.0),
    ("topic:crafts", 3.0),
]


@pytest.mark.parametrize(("query", "expected"), HITS)
def test_a_title_hit_counts_twice_and_two_of_them_count(query, expected):
    paper = make_paper(
        title="Walking robots that knit and purl",
        abstract="A scarf. They knit. Robots that always drop a stitch are in this survey.",
        categories=("cs.RO",),
    )
    matcher, asked = Matcher(), parse(query, CRAFTS)
    matcher.add(asked)
    other = make_paper(2, title="Other", abstract="", categories=())
    found = matcher.hits([other, paper])[asked.key]
    assert list(strengths(found, found.matched)) == [(expected, 0b10)]


def test_hits_are_of_the_papers_that_match_and_of_no_others():
    papers = [
        make_paper(1, title="Knitting", abstract=""),
        make_paper(2, title="Knitting surveys", abstract=""),
    ]
    matcher, asked = Matcher(), parse("knitting -survey")
    matcher.add(asked)
    assert matcher.hits(papers)[asked.key] == Hits(matched=0b1, titled=0b1)


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ({"votes": 40}, {"votes": 3}),
        ({"listed": TODAY}, {"listed": date(2026, 5, 29)}),
        ({"stars": 900}, {"stars": None}),
        ({"comments": 7}, {"comments": 0}),
    ],
    ids=["votes", "newer", "stars", "comments"],
)
def test_what_makes_a_paper_rank_higher(higher, lower):
    assert merit(make_paper(**higher), TODAY) > merit(make_paper(**lower), TODAY)


def test_a_title_counts_more_than_an_abstract_and_two_titles_more_than_three_do():
    assert strength(1, elsewhere=False) > strength(0, elsewhere=True)
    assert strength(2, elsewhere=True) == strength(3, elsewhere=True)


def test_the_score_is_the_sum_its_docstring_promises():
    paper = make_paper(votes=7, stars=99, comments=3, listed=date(2026, 5, 30))
    assert score(2, merit(paper, TODAY)) == 2 + 3 + (2 + 2) / 2 - 1


def test_negative_counts_and_absent_days_do_no_harm():
    assert score(0, merit(make_paper(votes=-5, stars=-1, comments=-1, listed=None), TODAY)) == -7.0


def test_among_equal_scores_the_newer_listing_comes_first_and_then_the_older_id():
    older, newer, first = make_paper(1, listed=date(2026, 5, 30)), make_paper(3), make_paper(2)
    assert sorted([older, newer, first], key=turn_of) == [first, newer, older]
