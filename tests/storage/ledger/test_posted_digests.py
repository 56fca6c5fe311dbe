"""Digests that were posted, looked at again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Slot, SlotPlan
from bot.domain.digest import Group, Pick
from bot.domain.paper import Paper
from bot.domain.subscription import Destination
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW

Post = Callable[..., Awaitable[Slot]]


@pytest.fixture
def post(store: Store, make_plan: Callable[..., SlotPlan], me: Any) -> Post:
    """Plan the slot of a June day that shows these papers, and send it."""

    async def posted(home: Destination, june: int, *papers: Paper, **changes: Any) -> Slot:
        due_at = SAMPLE_NOW + timedelta(days=june - 1)
        given = {"slot_key": f"2026-06-{june:02}", "day": date(2026, 6, june), "due_at": due_at}
        plan = make_plan(home, **(given | {"expected_next_due_at": None, "next_due_at": None} | changes))
        picks = tuple(Pick(paper=paper, why=(), score=1.0) for paper in papers)
        assert plan.digest is not None
        digest = replace(plan.digest, groups=(Group(title="knit", picks=picks),), deferred=())
        slot = await store.plan(replace(plan, digest=digest if june == 1 else replace(digest, folded=())))
        assert slot is not None
        await me.sends()
        return slot

    return posted


async def test_digests_that_showed_something_are_listed_newest_first(
    store: Store, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    assert await store.posted(home.id) == ()
    first = await post(home, 1, papers[0], papers[3])
    await post(home, 2)
    third = await post(home, 3, papers[4])
    listed = await store.posted(home.id)
    assert [(one.id, one.shown, one.day) for one in listed] == [
        (third.id, 1, date(2026, 6, 3)),
        (first.id, 2, date(2026, 6, 1)),
    ]
    assert listed[1].folded == (papers[1].id,)
    assert await store.posted(home.id, limit=1, offset=1) == listed[1:]
    assert await store.posted_around(listed[0]) == (listed[1], None)
    assert await store.posted_around(listed[1]) == (None, listed[0])
    assert await store.shown_by(first.id) == tuple(sorted((papers[0].id, papers[3].id), reverse=True))


async def test_one_digest_is_found_by_day_or_by_slot_and_only_in_its_own_channel(
    store: Store,
    home: Destination,
    make_destination: Callable[..., Awaitable[Destination]],
    papers: tuple[Paper, ...],
    post: Post,
) -> None:
    first = await post(home, 1, papers[0])
    by_hand = await post(home, 2, papers[2], slot_key="manual:1", day=None)
    stranger = await make_destination(channel="other")
    found = await store.posted_one(home.id)
    assert found is not None
    assert (found.id, found.day) == (by_hand.id, None)
    scheduled = await store.posted_one(home.id, day=date(2026, 6, 1))
    assert scheduled is not None
    assert scheduled.id == first.id
    assert await store.posted_one(home.id, slot_id=by_hand.id) == found
    assert await store.posted_one(stranger.id, slot_id=by_hand.id) is None
    assert await store.posted_one(home.id, day=date(2026, 6, 2)) is None


async def test_what_is_still_to_be_sent_was_not_posted(
    store: Store, home: Destination, make_plan: Callable[..., SlotPlan]
) -> None:
    assert await store.plan(make_plan(home)) is not None
    assert await store.posted(home.id) == ()
    assert await store.posted_one(home.id) is None
