"""preview, catchup, more, why, status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.commands.days import read_day
from bot.commands.replies import DigestView, Fate, Notice, PaperList, StatusView, Tone
from bot.domain.delivery import Freeze, Sent
from bot.errors import UserError
from bot.storage.store import Store
from bot.testing.builders import make_batch, make_facts, make_listing
from jobs.plan import plan_now

MONDAY = date(2026, 6, 1)


async def send(store: Store, context) -> None:
    """Plan the channel's digest and mark it sent, as the jobs do."""
    await plan_now(store, await store.destination(context.address), clock=context.clock)
    now = context.now()
    for lane_id in await store.due_lanes(now, settle=timedelta(0)):
        for one in await store.ready(lane_id, now):
            frozen = Freeze(delivery_id=one.id, payloads=(b"x",))
            await store.record([frozen, Sent(delivery_id=one.id, remote_id="1", at=now)], owner="a sender")


async def test_a_preview_shows_the_next_digest_and_writes_nothing(ask, store: Store) -> None:
    await ask("subscribe knitting")
    before = await store.counts()
    for _ in range(2):
        reply = await ask("preview")
        assert isinstance(reply, DigestView)
        assert [pick.paper.title for pick in reply.digest.picks] == [
            "Flow Matching for Knitting Robots",
            "A Survey of Knitting",
        ]
    assert await store.counts() == before


async def test_a_query_can_be_previewed_where_nothing_is_subscribed(ask) -> None:
    assert (await ask("preview survey")).digest.matched == 1
    assert (await ask("preview")).kind is Tone.ERROR


async def test_an_empty_preview_says_what_to_try(ask) -> None:
    await ask("subscribe zeppelin")
    reply = await ask("preview")
    assert isinstance(reply, Notice)
    assert "broader" in reply.fix


async def test_catching_up_lists_what_was_shown_as_well(ask, context, store: Store) -> None:
    await ask("subscribe knitting")
    await ask("subscribe sourdough")
    await send(store, context)
    reply = await ask("catchup since:2026-05-20")
    assert isinstance(reply, PaperList)
    assert reply.total == 3
    assert reply.title == "Since Wed 20 May 2026, for #knitting"


async def test_more_shows_what_the_digest_folded(ask, context, store: Store) -> None:
    await ask("subscribe knitting max:1")
    assert (await ask("more")).total == 0
    await send(store, context)
    reply = await ask("more")
    assert [pick.paper.title for pick in reply.papers] == ["A Survey of Knitting"]
    assert reply.first == 2
    assert reply.papers[0].why[0].hits == ('title "knitting"',)
    assert reply.papers[0].paper.summary


async def test_why_tells_each_fate(ask, context, store: Store) -> None:
    made = (await ask("subscribe knitting max:1")).subscription
    waiting = await ask("why 2606.00001")
    assert (waiting.fate, waiting.reasons[0].subscription) == (Fate.WAITING, made)
    assert waiting.reasons[0].hits
    behind = await ask("why 2606.00002")
    assert behind.fate is Fate.WAITING
    assert "beyond the cap of 1" in behind.what
    assert (await ask("why 2606.00004")).fate is Fate.FILTERED
    await ask("dismiss 2606.00002")
    assert (await ask("why 2606.00002")).fate is Fate.DISMISSED
    await send(store, context)
    shown = await ask("why 2606.00001")
    assert shown.fate is Fate.SHOWN
    assert "Mon 1 Jun 2026" in shown.what


async def test_why_not_names_back_fill_and_old_lists(ask, store: Store) -> None:
    await ask("subscribe crochet")
    old = make_listing(7, facts=make_facts(7, title="Crochet of Old"), day=MONDAY - timedelta(days=60))
    await store.add_batch(make_batch(old), now=datetime(2026, 4, 2, tzinfo=UTC))
    filled = make_listing(8, facts=make_facts(8, title="Crochet Filled In"))
    await store.add_batch(make_batch(filled, backfill=True), now=datetime(2026, 6, 1, 5, tzinfo=UTC))
    assert "outside the days" in (await ask("why 2606.00007")).what
    assert "back-fill" in (await ask("why 2606.00008")).what


async def test_status_names_the_next_digest_the_slots_and_the_sources(ask, context, store: Store) -> None:
    await ask("subscribe knitting")
    await send(store, context)
    reply = await ask("status")
    assert isinstance(reply, StatusView)
    assert reply.channel.next_digest is not None
    assert [slot.state for slot in reply.slots] == ["sent"]
    assert {one.source for one in reply.sources} == {"huggingface"}
    assert reply.counts["papers"] == 4


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-20", date(2026, 5, 20)),
        ("today", MONDAY),
        ("yesterday", date(2026, 5, 31)),
        ("friday", date(2026, 5, 29)),
        ("Mon", date(2026, 5, 25)),
        ("Thurs.", date(2026, 5, 28)),
        ("7d", date(2026, 5, 25)),
    ],
)
def test_a_day_is_read_as_people_say_it(text: str, day: date) -> None:
    assert read_day(text, MONDAY) == day


@pytest.mark.parametrize(
    "text", ["2026-06-02", "1999-01-01", "soon", "2026-13-01", "", "9999d", "mondayish?", "monkey", "s", "²d"]
)
def test_a_day_that_is_none_is_refused_kindly(text: str) -> None:
    with pytest.raises(UserError) as caught:
        read_day(text, MONDAY)
    assert caught.value.fix


async def test_an_empty_preview_tells_of_imported_papers_that_match(ask, context, store: Store) -> None:
    facts = make_facts(9, title="Zeppelins from the Archive")
    batch = make_batch(make_listing(9, facts=facts, day=date(2026, 5, 28)), backfill=True)
    await store.add_batch(batch, now=context.now())
    await ask("subscribe zeppelins")
    assert (await ask("preview")).lines[0] == (
        "1 imported or back-filled paper matches; `/papers catchup since:2026-05-28` shows it."
    )
    assert (await ask("catchup since:2026-05-28")).total == 1
    tried = (await ask("preview zeppelins")).lines[0]
    assert "`/papers search zeppelins since:2026-05-28`" in tried
    assert (await ask("search zeppelins since:2026-05-28")).total == 1
    assert not any("imported" in one for one in (await ask("preview submarines")).lines)


async def test_status_names_a_digest_asked_for_by_hand_by_its_day(ask, context, store: Store) -> None:
    await ask("subscribe knitting")
    await send(store, context)
    (stored,) = await store.slots((await context.destination()).id, limit=1)
    (slot,) = (await ask("status")).slots
    assert stored.slot_key.startswith("manual:")
    assert (slot.slot, slot.by_hand) == ("2026-06-01", True)


async def test_status_says_the_same_remark_of_several_lists_once(ask, context, store: Store) -> None:
    for origin in ("cs.CL", "cs.CV", "cs.RO"):
        note = "It did not answer." if origin != "cs.RO" else ""
        batch = make_batch(source="arxiv", origin=origin, listings=(), day=MONDAY)
        await store.add_batch(replace(batch, note=note), now=context.now())
    said = [(one.origin, one.note) for one in (await ask("status")).sources if one.source == "arxiv"]
    assert said == [("cs.CL, cs.CV", "It did not answer."), ("cs.RO", "")]


async def test_status_tells_nothing_of_other_workspaces(ask, context, store: Store) -> None:
    await ask("subscribe knitting")
    secret = "https://example.org/secret-token.xml"
    await store.add_feed("T2", secret, "Theirs", "U9", context.now())
    await store.add_batch(
        make_batch(source="feed", origin=secret, listings=(), day=MONDAY), now=context.now()
    )
    reply = await ask("status")
    assert secret not in {one.origin for one in reply.sources}
    assert reply.counts == {"papers": 4, "destinations": 1, "subscriptions": 1, "feeds": 0}
