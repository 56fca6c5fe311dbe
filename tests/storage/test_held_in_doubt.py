"""A message held because nobody could tell whether it is there."""

from __future__ import annotations

from bot.domain.delivery import Claim, Doubt, Hold
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW


async def test_given_up_it_keeps_its_papers_and_sent_again_it_says_so(
    store: Store, make_destination, make_plan
) -> None:
    home = await make_destination()
    await store.plan(make_plan(home))
    (one,) = await store.deliveries()
    await store.take_lane(one.lane_id, owner="me", seconds=60)
    for step in (
        Claim(delivery_id=one.id, at=SAMPLE_NOW),
        Doubt(delivery_id=one.id, error="no answer", ask_from=SAMPLE_NOW),
        Hold(delivery_id=one.id, error="nobody could tell"),
    ):
        assert await store.record([step], owner="me") == (True,)
    assert (await store.deliveries())[0].repeated
    await store.drop(one.key)
    assert (await store.shown([home.id]))[home.id], "a channel that has the message is shown its papers again"
