"""The digests of a destination on its own pages, and where a paper stood in public."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.commands.archive import Archive
from bot.domain.delivery import Sent, SlotPlan, SlotState
from bot.domain.digest import Digest, Folded, Group, Pick, Why
from bot.domain.paper import Paper
from bot.domain.schedule import next_due
from bot.domain.subscription import Address, Destination, Schedule, Visibility
from bot.storage.store import Store
from bot.testing import FakeClock

MONDAY = date(2026, 6, 1)
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
Post = Callable[..., Awaitable[int]]


@pytest.fixture
def archive(store: Store, clock: FakeClock) -> Archive:
    return Archive(store=store, clock=clock)


@pytest.fixture
async def papers(store: Store) -> tuple[Paper, ...]:
    return await store.listed(since=date(2026, 5, 1))


@pytest.fixture
async def home(store: Store) -> Destination:
    made = await store.ensure_destination(
        Address(platform="slack", workspace="T1", channel="C1"),
        name="#knitting",
        schedule=Schedule(),
        next_due_at=next_due(Schedule(), NINE)[1],
        now=NINE,
    )
    await store.subscribe(made.id, "knitting", created_by="U1", now=NINE)
    return made


@pytest.fixture
def post(store: Store, home: Destination) -> Post:
    """Post a digest so many days after Monday that shows some papers and folds others."""

    async def posted(days: int, shown: tuple[Paper, ...], folded: tuple[Paper, ...] = ()) -> int:
        day, due_at = MONDAY + timedelta(days=days), NINE + timedelta(days=days)
        why = (Why(query="knitting", subscription_id=1, hits=('title "knitting"',)),)
        digest = Digest(
            address=home.address,
            destination=home.name,
            day=day,
            tz="UTC",
            groups=(
                Group(title="knitting", picks=tuple(Pick(paper=one, why=why, score=1) for one in shown)),
            ),
            folded=tuple(Folded(paper_id=one.id, score=1, query="knitting") for one in folded),
            notes=("arXiv did not answer.",),
        )
        now = await store.destination_by_id(home.id)
        assert now is not None
        slot = await store.plan(
            SlotPlan(
                destination_id=home.id,
                slot_key=day.isoformat(),
                day=day,
                due_at=due_at,
                state=SlotState.OPEN,
                digest=digest,
                expires_at=due_at + timedelta(hours=12),
                expected_next_due_at=now.next_due_at,
                next_due_at=due_at + timedelta(days=1),
            )
        )
        assert slot is not None
        (part,) = await store.ready("slack:T1", due_at)
        await store.record([Sent(delivery_id=part.id, remote_id="m", at=due_at)], owner="me")
        return slot.id

    return posted


async def test_a_channel_has_its_digests_and_what_it_follows(
    archive: Archive, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    assert (await archive.digests(home)).digests == ()
    assert await archive.digest(home) is None
    await post(0, papers[:1], papers[1:3])
    await post(1, papers[3:4])
    listed = await archive.digests(home)
    assert (listed.place.name, listed.place.queries, listed.place.public) == (
        "#knitting",
        ("knitting",),
        False,
    )
    assert [(one.day, one.shown, one.folded) for one in listed.digests] == [
        (MONDAY + timedelta(days=1), 1, 0),
        (MONDAY, 1, 2),
    ]
    assert not listed.more
    assert (await archive.digests(home, 2)).digests == ()


async def test_a_digest_is_shown_as_it_was_with_what_was_behind_it(
    archive: Archive, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    first = await post(0, papers[:1], papers[1:3])
    await post(1, papers[3:4])
    page = await archive.digest(home, MONDAY)
    assert page is not None
    assert [entry.paper.id for entry in page.entries] == [papers[0].id]
    assert page.entries[0].pick.why[0].hits == ('title "knitting"',)
    assert page.entries[0].topics
    assert page.entries[0].updated == NINE
    assert [entry.paper.id for entry in page.folded] == [papers[1].id, papers[2].id]
    assert page.notes == ("arXiv did not answer.",)
    assert (page.previous, page.next and page.next.day) == (None, MONDAY + timedelta(days=1))
    assert await archive.digest(home, slot_id=first) == page
    assert await archive.digest(home, date(2026, 6, 9)) is None
    newest = await archive.digest(home)
    assert newest is not None
    assert newest.digest.day == MONDAY + timedelta(days=1)


async def test_a_digest_that_was_pruned_still_has_its_papers(
    archive: Archive, store: Store, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    slot_id = await post(0, papers[:1], papers[1:3])
    await store.prune(NINE + timedelta(days=99))
    assert await store.digest(slot_id) is None
    page = await archive.digest(home, MONDAY)
    assert page is not None
    assert [entry.paper.id for entry in page.entries] == [papers[0].id]
    assert {entry.paper.id for entry in page.folded} == {papers[1].id, papers[2].id}
    assert page.notes == ()


async def test_a_channels_feed_has_what_it_was_shown_and_when(
    archive: Archive, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    assert (await archive.feed_of_destination(home)).papers == ()
    await post(0, papers[:2])
    await post(1, papers[2:3])
    feed = await archive.feed_of_destination(home)
    assert [(entry.paper.id, entry.updated) for entry in feed.papers] == [
        (papers[2].id, NINE + timedelta(days=1)),
        (papers[0].id, NINE),
        (papers[1].id, NINE),
    ]
    assert feed.updated == NINE + timedelta(days=1)


async def test_a_paper_tells_only_of_public_digests(
    archive: Archive, store: Store, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    slot_id = await post(0, papers[:1])
    key = papers[0].key
    expected = {Visibility.LINK: [], Visibility.OFF: [], Visibility.PUBLIC: [("#knitting", MONDAY, slot_id)]}
    for visibility, told in expected.items():
        changed = await store.update_destination(home.id, archive=visibility)
        page = await archive.paper(key)
        assert page is not None
        assert [(one.place, one.day, one.slot_id) for one in page.posted] == told
        assert await archive.public() == ((changed,) if visibility is Visibility.PUBLIC else ())
        assert await archive.destination(home.id) == (None if visibility is Visibility.OFF else changed)


async def test_a_channel_that_wants_no_pages_has_none_whatever_link_there_is(
    archive: Archive, store: Store, home: Destination, papers: tuple[Paper, ...], post: Post
) -> None:
    await post(0, papers[:1])
    closed = await store.update_destination(home.id, archive=Visibility.OFF)
    assert await archive.digest(closed) is None
    assert (await archive.digests(closed)).digests == ()
    assert (await archive.feed_of_destination(closed)).papers == ()


async def test_a_channel_that_is_gone_has_no_pages(archive: Archive, home: Destination) -> None:
    assert await archive.destination(home.id + 1) is None
    assert await archive.digest(replace(home, id=home.id + 1)) is None
