from datetime import date

import pytest

from bot.domain.digest import Pick, Why
from bot.domain.matching import explain
from bot.domain.query import parse
from bot.domain.ranking import order, score, strength
from bot.testing.builders import make_paper

TODAY = date(2026, 6, 1)


def why(*hits: str) -> Why:
    return Why(query="knitting", subscription_id=1, hits=hits)


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ((), 0.0),
        (("cs.RO",), 1.0),
        (('abstract "scarf"', "cs.RO"), 1.0),
        (('title "knit"',), 2.0),
        (('topic crafts: "knit" in title',), 2.0),
        (('topic crafts: "knit" in title, "wool" in abstract',), 3.0),
        (('topic crafts: "knit" in title, "wool" in title, "loom" in title',), 4.0),
        (('topic crafts: "wool" in abstract',), 1.0),
        (('title "knit"', 'abstract "scarf"'), 3.0),
        (('title "knit"', 'title "robot"', 'title "walking"'), 4.0),
    ],
)
def test_a_title_hit_counts_twice_and_two_of_them_count(hits, expected):
    assert strength(hits) == expected


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (({}, (why('title "knit"'),)), ({}, (why('abstract "knit"'),))),
        (({}, (why('abstract "a"'), why('abstract "b"'))), ({}, (why('abstract "a"'),))),
        (({"votes": 40}, (why("cs.RO"),)), ({"votes": 3}, (why("cs.RO"),))),
        (({"listed": TODAY}, (why("cs.RO"),)), ({"listed": date(2026, 5, 29)}, (why("cs.RO"),))),
        (({"stars": 900}, (why("cs.RO"),)), ({"stars": None}, (why("cs.RO"),))),
        (({"comments": 7}, (why("cs.RO"),)), ({"comments": 0}, (why("cs.RO"),))),
    ],
    ids=["title over abstract", "two subscriptions", "votes", "newer", "stars", "comments"],
)
def test_what_makes_a_paper_rank_higher(higher, lower):
    (changes, reasons), (fewer, weaker) = higher, lower
    assert score(make_paper(**changes), reasons, TODAY) > score(make_paper(**fewer), weaker, TODAY)


def test_a_title_hit_is_known_by_what_matching_says():
    titled = make_paper(1, title="Knitting", abstract="")
    told = make_paper(2, title="Robots", abstract="Knitting is hard.")
    query = parse("knitting")
    assert [strength(explain(query, paper)) for paper in (titled, told)] == [2.0, 1.0]


def test_the_score_is_the_sum_its_docstring_promises():
    paper = make_paper(votes=7, stars=99, comments=3, listed=date(2026, 5, 30))
    assert score(paper, (why('title "knit"'),), TODAY) == 2 + 3 + (2 + 2) / 2 - 1


def test_negative_counts_and_absent_days_do_no_harm():
    assert score(make_paper(votes=-5, stars=-1, comments=-1, listed=None), (), TODAY) == -7.0


def test_equal_scores_are_ordered_by_day_and_then_by_id():
    older = Pick(paper=make_paper(1, listed=date(2026, 5, 30)), why=(), score=3.0)
    newer = Pick(paper=make_paper(3), why=(), score=3.0)
    first = Pick(paper=make_paper(2), why=(), score=3.0)
    assert sorted([older, newer, first], key=order) == [first, newer, older]
