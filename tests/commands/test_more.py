"""more: what stands behind "N more" of a digest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.dispatch import dispatch
from bot.commands.parsing import Call
from bot.commands.replies import Reply, Tone
from bot.storage.store import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from jobs.plan import plan_due

DAY = timedelta(days=1)


async def list_scarves(store: Store, context, count: int) -> None:
    """So many papers about scarves, listed today."""
    day = context.now().date()
    facts = [make_facts(number, title=f"Scarf {number}") for number in range(50, 50 + count)]
    listings = [make_listing(rank, facts=one, day=day) for rank, one in enumerate(facts, 1)]
    await store.add_batch(make_batch(*listings), now=context.now())


def titles(reply: Reply) -> list[str]:
    return [pick.paper.title for pick in reply.papers]


@pytest.fixture
async def one_folded(ask, clock, store: Store) -> None:
    """A digest on Monday the 1st that shows one paper and folds another."""
    await ask("subscribe knitting max:1 at:9am tz:UTC")
    clock.advance(timedelta(hours=4))
    await plan_due(store, clock=clock)


@pytest.mark.usefixtures("one_folded")
async def test_an_empty_day_does_not_hide_the_papers_folded_before_it(ask, clock, store: Store) -> None:
    clock.advance(DAY)
    await plan_due(store, clock=clock)
    assert len((await ask("status")).slots) == 2
    reply = await ask("more")
    assert titles(reply) == ["A Survey of Knitting"]
    assert reply.title == "More of Mon 1 Jun 2026"


@pytest.mark.usefixtures("one_folded")
async def test_an_older_digest_is_paged_by_its_date(ask, clock, context, store: Store) -> None:
    clock.advance(DAY - timedelta(hours=2))
    await ask("subscribe scarf")
    await list_scarves(store, context, 4)
    clock.advance(timedelta(hours=2))
    await plan_due(store, clock=clock)
    assert len(titles(await ask("more"))) == 3
    assert titles(await ask("more date:2026-06-01")) == ["A Survey of Knitting"]
    assert titles(await ask("more date:yesterday")) == ["A Survey of Knitting"]


@pytest.mark.usefixtures("one_folded")
async def test_a_day_without_a_digest_is_told(ask) -> None:
    reply = await ask("more date:2026-05-20")
    assert reply.kind is Tone.ERROR
    assert "Wed 20 May 2026" in reply.what
    assert "`date:" in (await ask("more date:soon")).fix


async def test_the_pages_of_one_digest_stay_its_own_when_a_newer_one_comes(
    ask, clock, context, store: Store
) -> None:
    await ask("subscribe scarf max:1 at:9am tz:UTC")
    await list_scarves(store, context, 13)
    clock.advance(timedelta(hours=4))
    await plan_due(store, clock=clock)
    first = await ask("more")
    assert [action.label for action in first.actions] == ["Next"]
    following = first.actions[0]
    second = await dispatch(Call(following.command, following.arguments), context)
    assert (first.first, second.first, second.page) == (2, 12, 2)
    assert len(titles(second)) == 2
    assert second.actions[0].label == "Previous"
    assert following.arguments["date"] == "2026-06-01"
