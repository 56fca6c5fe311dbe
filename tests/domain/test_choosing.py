from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choosing import Chooser, Request, Wanted, choose
from bot.domain.matching import Matcher
from bot.domain.query import parse
from bot.domain.subscription import Address, Destination, Schedule
from bot.domain.window import Window, mask_of
from bot.testing.builders import SAMPLE_DAY, SAMPLE_NOW, make_paper

HOUR = timedelta(hours=1)
DESTINATION = Destination(
    id=1, address=Address(platform="fake", workspace="w", channel="c"), name="#crafts", max_papers=3
)


def wanted(text: str, number: int = 1, since: datetime = SAMPLE_NOW - timedelta(days=30)) -> Wanted:
    return Wanted(query=parse(text), subscription_id=number, since=since)


def request(*asked: Wanted, **changes) -> Request:
    given = {
        "destination": DESTINATION,
        "day": SAMPLE_DAY,
        "wanted": asked,
        "previous": SAMPLE_NOW - 24 * HOUR,
    }
    return Request(**(given | changes))


def digest_of(papers, asked: Request):
    window, matcher = Window(papers), Matcher()
    for query in {one.query.key: one.query for one in asked.wanted}.values():
        matcher.add(query)
    return choose(asked, window, matcher.hits(window.papers))


def titles(digest) -> list[str]:
    return [pick.paper.title for pick in digest.picks]


def knitting(number: int, **changes):
    return make_paper(number, **({"title": f"Knitting {number}", "abstract": "", "votes": 0} | changes))


def weaving(number: int, **changes):
    return make_paper(number, **({"title": f"Weaving {number}", "abstract": "", "votes": 0} | changes))


def test_a_paper_says_why_each_subscription_wants_it():
    both = knitting(1, title="Knitting and weaving robots")
    (pick,) = digest_of([both], request(wanted("knitting"), wanted("weaving robots", 2))).picks
    assert {reason.subscription_id for reason in pick.why} == {1, 2}
    assert all(reason.hits for reason in pick.why)


def test_a_paper_stands_once_under_the_subscription_that_wants_it_most():
    paper = make_paper(1, title="Weaving", abstract="It mentions knitting.")
    digest = digest_of([paper], request(wanted("knitting"), wanted("weaving", 2)))
    assert [(group.title, len(group.picks)) for group in digest.groups] == [("weaving", 1)]


def test_more_than_the_channel_wants_is_folded_in_order_of_rank():
    papers = [knitting(number, votes=number) for number in range(1, 8)]
    digest = digest_of(papers, request(wanted("knitting")))
    assert titles(digest) == ["Knitting 7", "Knitting 6", "Knitting 5"]
    assert [one.paper_id for one in digest.folded] == [papers[number - 1].id for number in (4, 3, 2, 1)]
    assert {one.query for one in digest.folded} == {"knitting"}


def test_only_what_is_shown_is_explained():
    window, matcher, asked = Window([knitting(number) for number in range(1, 8)]), Matcher(), []
    matcher.add(parse("knitting"))

    def explain(query, paper):
        asked.append(paper.id)
        return ("so",)

    digest = choose(request(wanted("knitting")), window, matcher.hits(window.papers), explain)
    assert asked == [pick.paper.id for pick in digest.picks]
    assert len(digest.folded) == 4


def test_a_folded_paper_names_the_query_that_wanted_it_most():
    papers = [knitting(number, votes=9) for number in range(1, 4)]
    told = make_paper(9, title="Weaving", abstract="It mentions knitting.", votes=0)
    asked = request(
        wanted("knitting"), wanted("weaving OR loom", 2), destination=replace(DESTINATION, max_papers=1)
    )
    last = digest_of([*papers, told], asked).folded[-1]
    assert (last.paper_id, last.query, last.score) == (told.id, "loom OR weaving", 3.0)


def test_each_subscription_shows_its_best_before_another_shows_a_second():
    papers = [knitting(number, votes=100 + number) for number in range(1, 6)] + [weaving(9)]
    digest = digest_of(papers, request(wanted("knitting"), wanted("weaving", 2)))
    assert titles(digest) == ["Knitting 5", "Knitting 4", "Weaving 9"]


def test_what_was_shown_or_dismissed_does_not_come_again():
    papers = [knitting(1), knitting(2)]
    digest = digest_of(papers, request(wanted("knitting"), taken=Window(papers).holding({papers[0].id})))
    assert titles(digest) == ["Knitting 2"]


def test_a_withdrawn_paper_is_dropped():
    assert titles(digest_of([knitting(1, withdrawn=True)], request(wanted("knitting")))) == []


def test_a_paper_released_by_a_failed_slot_is_found_again_days_later():
    old = knitting(1, first_seen=SAMPLE_NOW - timedelta(days=9))
    assert titles(digest_of([old], request(wanted("knitting")))) == ["Knitting 1"]


def test_a_new_subscription_on_an_old_channel_gets_what_came_since_the_last_digest():
    since_then, before = SAMPLE_NOW - 20 * HOUR, SAMPLE_NOW - 48 * HOUR
    papers = [knitting(1, first_seen=before), knitting(2, first_seen=since_then)]
    assert titles(digest_of(papers, request(wanted("knitting", since=SAMPLE_NOW)))) == ["Knitting 2"]


def test_a_paper_stored_while_the_last_digest_was_planned_is_not_missed():
    in_flight = knitting(1, first_seen=SAMPLE_NOW - 24 * HOUR - timedelta(minutes=2))
    assert titles(digest_of([in_flight], request(wanted("knitting", since=SAMPLE_NOW)))) == ["Knitting 1"]


def test_a_first_digest_begins_with_the_newest_list_day():
    papers = [knitting(1, listed=SAMPLE_DAY - timedelta(days=1)), knitting(2)]
    newest = Window(papers).newest_of({"huggingface": SAMPLE_DAY})
    asked = request(wanted("knitting", since=SAMPLE_NOW + HOUR), previous=None, newest=newest)
    assert titles(digest_of(papers, asked)) == ["Knitting 2"]


def test_a_query_asked_for_just_now_has_no_subscription():
    (pick,) = digest_of([knitting(1)], request(Wanted(query=parse("knitting")))).picks
    assert [reason.subscription_id for reason in pick.why] == [None]


def test_asked_for_everything_the_window_is_the_only_limit():
    old = knitting(1, first_seen=SAMPLE_NOW - timedelta(days=300))
    asked = request(Wanted(query=parse("knitting")), everything=True)
    assert titles(digest_of([old], asked)) == ["Knitting 1"]


def test_a_paper_that_cannot_be_read_yet_is_deferred():
    papers = [knitting(1), knitting(2)]
    digest = digest_of(papers, request(wanted("knitting"), held=Window(papers).holding([papers[0].id])))
    assert titles(digest) == ["Knitting 2"]
    assert digest.deferred == (papers[0].id,)


def test_nothing_wanted_is_nothing_shown():
    assert digest_of([knitting(1)], request()).matched == 0


def test_destinations_that_ask_alike_share_one_choice_and_keep_their_own_names():
    window, matcher, explained = Window([knitting(1)]), Matcher(), []
    matcher.add(parse("knitting"))

    def explain(query, paper):
        explained.append(paper.id)
        return (query.canonical,)

    chooser = Chooser(window, matcher.hits(window.papers), explain)
    other = replace(DESTINATION, id=2, name="#looms")
    mine = chooser.choose(request(wanted("knitting", 1)))
    theirs = chooser.choose(request(wanted("knitting", 2), destination=other))
    assert len(explained) == 1
    assert mine.picks[0].paper is theirs.picks[0].paper
    assert [one.picks[0].why[0].subscription_id for one in (mine, theirs)] == [1, 2]
    assert [one.destination for one in (mine, theirs)] == ["#crafts", "#looms"]


def test_a_digest_knows_the_time_of_its_slot():
    destination = replace(DESTINATION, schedule=Schedule(at=time(17, 30), tz="Europe/Berlin"))
    digest = digest_of([knitting(1)], request(wanted("knitting"), destination=destination))
    assert (digest.at, digest.tz) == ("17:30", "Europe/Berlin")


def test_who_had_a_paper_already_shares_no_choice_with_who_had_not():
    papers, matcher = [knitting(1), knitting(2)], Matcher()
    matcher.add(parse("knitting"))
    window = Window(papers)
    chooser = Chooser(window, matcher.hits(window.papers))
    whole = chooser.choose(request(wanted("knitting")))
    rest = chooser.choose(request(wanted("knitting"), taken=window.holding({papers[0].id})))
    assert (whole.matched, rest.matched) == (2, 1)


ids = st.frozensets(st.integers(1, 12).map(lambda number: make_paper(number).id))


@given(
    kinds=st.lists(st.sampled_from([knitting, weaving]), min_size=12, max_size=12),
    ages=st.lists(st.integers(0, 40), min_size=12, max_size=12),
    votes=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    taken=ids,
    held=ids,
    most=st.integers(0, 15),
    queries=st.lists(st.sampled_from(["knitting", "weaving", "knitting OR weaving"]), unique=True),
    everything=st.booleans(),
)
def test_shown_and_folded_and_deferred_are_all_that_matched(
    kinds, ages, votes, taken, held, most, queries, everything
):
    papers = [
        kind(number, first_seen=SAMPLE_NOW - age * HOUR, votes=vote)
        for number, (kind, age, vote) in enumerate(zip(kinds, ages, votes, strict=True), start=1)
    ]
    window = Window(papers)
    asked = [
        wanted(text, number, since=SAMPLE_NOW - 30 * HOUR) for number, text in enumerate(queries, start=1)
    ]
    limited = replace(DESTINATION, max_papers=most)
    digest = digest_of(
        papers,
        request(
            *asked,
            destination=limited,
            taken=window.holding(taken),
            held=window.holding(held),
            everything=everything,
        ),
    )
    words = {word for text in queries for word in text.split(" OR ")}
    matched = {
        paper.id
        for paper in papers
        if paper.title.split()[0].lower() in words
        and paper.id not in taken
        and (everything or paper.first_seen >= SAMPLE_NOW - 30 * HOUR)
    }
    shown = [pick.paper.id for pick in digest.picks]
    folded = [one.paper_id for one in digest.folded]
    assert sorted([*shown, *folded, *digest.deferred]) == sorted(matched)
    assert digest.matched == digest.shown + len(digest.folded) + len(digest.deferred) == len(matched)
    assert len(shown) == min(most, len(matched - held))
    assert set(digest.deferred) == matched & held
    assert [group.picks for group in digest.groups if not group.picks] == []


@given(bits=st.sets(st.integers(0, 300)))
def test_a_mask_has_the_bits_it_was_given(bits):
    assert mask_of(bits) == sum(1 << bit for bit in bits)


@given(ages=st.lists(st.integers(0, 50), max_size=20), age=st.integers(0, 50))
def test_the_papers_seen_since_a_moment_are_those_and_no_others(ages, age):
    papers = [knitting(number, first_seen=SAMPLE_NOW - hours * HOUR) for number, hours in enumerate(ages, 1)]
    window = Window(papers)
    moment = SAMPLE_NOW - age * HOUR
    found = {paper.id for paper in window.chosen(window.seen_since(moment))}
    assert found == {paper.id for paper in papers if paper.first_seen >= moment}


def test_an_empty_window_answers_too():
    window = Window([])
    assert (window.everything, window.standing, window.seen_since(datetime(2026, 1, 1, tzinfo=UTC))) == (
        0,
        0,
        0,
    )
    assert window.newest_of({"arxiv": date(2026, 6, 1)}) == 0
