"""search, show, similar, today, trending, cite."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.commands.replies import Citation, Notice, PaperCard, PaperList
from bot.storage.store import Store
from bot.testing.builders import make_batch, make_facts, make_listing

NOW = datetime(2026, 6, 1, 5, tzinfo=UTC)


def titles(reply: object) -> list[str]:
    assert isinstance(reply, PaperList)
    return [pick.paper.title for pick in reply.papers]


async def test_search_finds_best_first_and_says_why(ask) -> None:
    reply = await ask("search knitting -survey")
    assert titles(reply) == ["Flow Matching for Knitting Robots"]
    assert any("knitting" in hit for hit in reply.papers[0].why[0].hits)
    assert reply.actions[-1].command == "subscribe"


async def test_search_turns_pages(ask, store: Store) -> None:
    many = [make_listing(n, facts=make_facts(n, title=f"Crochet number {n}")) for n in range(100, 123)]
    await store.add_batch(make_batch(*many), now=NOW)
    first, last = await ask("search crochet"), await ask("search crochet page:3")
    assert (first.total, first.pages, len(first.papers), first.first) == (23, 3, 10, 1)
    assert (len(last.papers), last.first) == (3, 21)
    assert [action.label for action in first.actions] == ["Next", "Subscribe"]
    assert [action.label for action in last.actions] == ["Previous", "Subscribe"]
    assert not set(titles(first)) & set(titles(last))


async def test_a_search_without_hits_says_what_to_try(ask) -> None:
    reply = await ask("search zeppelin")
    assert reply.total == 0
    assert "Try" in reply.hint


@pytest.mark.parametrize(
    "ref",
    [
        "2606.00001",
        "arXiv:2606.00001v3",
        "https://arxiv.org/abs/2606.00001",
        "<https://arxiv.org/pdf/2606.00001v2|arxiv.org>",
        "10.48550/arXiv.2606.00001",
        "arxiv:2606.00001",
    ],
)
async def test_show_takes_any_way_to_name_a_paper(ask, ref: str) -> None:
    reply = await ask(f"show {ref}")
    assert isinstance(reply, PaperCard), reply
    assert reply.paper.title == "Flow Matching for Knitting Robots"


async def test_show_takes_a_papers_own_number(ask) -> None:
    number = (await ask("search sourdough")).papers[0].paper.id
    assert (await ask(f"show #{number}")).paper.id == number
    assert (await ask(f"show {number}")).actions[0].arguments == {"paper": str(number)}


async def test_show_names_what_it_does_not_know(ask) -> None:
    reply = await ask("show 9999.99999")
    assert isinstance(reply, Notice)
    assert "9999.99999" in reply.what
    assert reply.exit_code == 1


async def test_similar_leaves_the_paper_itself_out(ask) -> None:
    reply = await ask("similar 2606.00001")
    assert "Flow Matching for Knitting Robots" not in titles(reply)
    assert "A Survey of Knitting" in titles(reply)


async def test_today_is_the_newest_day_by_votes(ask) -> None:
    reply = await ask("today")
    assert reply.title == "Papers of Mon 1 Jun 2026"
    assert titles(reply) == ["Flow Matching for Knitting Robots", "A Survey of Knitting"]
    assert reply.notes == ()


async def test_today_keeps_to_a_query(ask) -> None:
    assert titles(await ask("today survey")) == ["A Survey of Knitting"]
    assert "search zeppelin" in (await ask("today zeppelin")).hint


async def test_today_says_when_a_source_is_behind(ask, clock) -> None:
    clock.advance(timedelta(days=1))
    assert (await ask("today")).notes == ("Hugging Face: the newest list is of Mon 1 Jun 2026.",)


async def test_trending_counts_votes_within_the_period(ask) -> None:
    assert titles(await ask("trending"))[0] == "Reward Hacking in Sourdough Starters"
    assert titles(await ask("trending day"))[0] == "Flow Matching for Knitting Robots"


async def test_cite_gives_three_forms(ask) -> None:
    reply = await ask("cite 2606.00001")
    assert isinstance(reply, Citation)
    assert "eprint = {2606.00001}" in reply.bibtex
    assert reply.ris.startswith("TY  - ")
    assert '"family": "Example"' in reply.csl


async def test_a_paper_listed_by_nobody_today_is_not_in_today(ask, store: Store) -> None:
    old = make_listing(500, facts=make_facts(500, title="Old Crochet"), day=date(2026, 5, 1))
    await store.add_batch(make_batch(old), now=NOW)
    assert "Old Crochet" not in titles(await ask("today"))


async def test_a_source_far_behind_is_told_of_and_left_out(ask, store: Store) -> None:
    stale = make_listing(
        501, source="arxiv", facts=make_facts(501, title="Stale Crochet"), day=date(2026, 5, 1)
    )
    await store.add_batch(make_batch(stale), now=NOW)
    reply = await ask("today")
    assert reply.notes == ("arXiv: the newest list is of Fri 1 May 2026.",)
    assert "Stale Crochet" not in titles(reply)
