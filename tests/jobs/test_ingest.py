import asyncio
from datetime import UTC, date, datetime, timedelta

from bot.domain.paper import Batch, Freshness, RejectedItem
from bot.errors import SourceError, StoreBusy
from bot.testing.builders import make_batch, make_facts, make_listing
from bot.testing.fake_source import FakeSource
from jobs.ingest import ingest

MONDAY = date(2026, 6, 1)
FRIDAY = date(2026, 5, 29)


def day_of(day: date, *numbers: int, source: str = "huggingface", **changes) -> Batch:
    listings = [
        make_listing(rank, source=source, facts=make_facts(number), day=day)
        for rank, number in enumerate(numbers, start=1)
    ]
    return make_batch(*listings, source=source, origin="", day=day, **changes)


async def run(town, *sources, **options):
    return await ingest(town.store, sources, clock=town.clock, **options)


async def test_the_report_counts_distinct_papers_over_all_sources(town):
    one = FakeSource(name="huggingface").gives(day_of(MONDAY, 1, 2))
    two = FakeSource(name="arxiv").gives(day_of(MONDAY, 2, 3, source="arxiv"))
    report = await run(town, one, two)
    assert report.as_json() == {
        "files": 0,
        "listings": 4,
        "papers": 3,
        "new_papers": 3,
        "merged": 0,
        "rejected": 0,
        "errors": [],
    }
    assert (await run(town, one, two)).new_papers == 0


async def test_a_source_that_fails_stops_no_other(town):
    broken = FakeSource(name="broken").fails(SourceError("It is down.", reason="unreachable"))
    strange = FakeSource(name="strange").fails(ZeroDivisionError("a bug"))
    silent = Batch(source="silent", origin="x", day=MONDAY, freshness=Freshness.FAILED, note="HTTP 503")
    good = FakeSource(name="huggingface").gives(day_of(MONDAY, 1))
    report = await run(town, broken, strange, FakeSource(name="silent").gives(silent), good)
    assert report.papers == 1
    assert report.failed_sources == ("broken", "silent", "strange")
    errors = {error.where: (error.code, error.reason) for error in report.errors}
    assert errors["broken"] == ("unreachable", "It is down.")
    assert errors["silent x 2026-06-01"] == ("failed", "HTTP 503")
    assert errors["strange"][0] == "unexpected"


async def test_what_came_before_a_failure_is_kept(town):
    half = FakeSource(name="huggingface").gives(day_of(MONDAY, 1)).fails(SourceError("cut", reason="timeout"))
    assert (await run(town, half)).new_papers == 1
    assert (await town.store.counts())["papers"] == 1


async def test_rejected_items_are_counted_and_named(town):
    bad = RejectedItem(where="hf.json[3]", code="no_title", reason="It has no title.")
    report = await run(town, FakeSource(name="huggingface").gives(day_of(MONDAY, 1, rejected=(bad,))))
    assert (report.rejected, report.errors) == (1, (bad,))


async def test_the_first_run_takes_only_the_newest_list_day_as_news(town):
    source = FakeSource(name="huggingface").gives(
        Batch(source="huggingface", origin="", day=MONDAY, freshness=Freshness.EMPTY_EXPECTED),
        day_of(FRIDAY, 1),
        day_of(FRIDAY - timedelta(days=1), 2),
    )
    await run(town, source)
    backfill = {paper.key: paper.backfill for paper in await town.store.recent(14, now=town.clock.now())}
    assert backfill == {"arxiv:2606.00001": False, "arxiv:2606.00002": True}
    assert source.asked == [date(2026, 5, 28)]


async def test_the_next_run_refreshes_votes_and_takes_nothing_older_for_news(town):
    source = FakeSource(name="huggingface").gives(day_of(FRIDAY, 1))
    await run(town, source)
    town.clock.advance(timedelta(hours=1))
    source.gives(day_of(date(2026, 5, 25), 3), day_of(date(2026, 6, 1), 4))
    await run(town, source)
    backfill = {paper.key[-1]: paper.backfill for paper in await town.store.recent(14, now=town.clock.now())}
    assert backfill == {"1": False, "3": True, "4": False}
    assert source.asked[1] == date(2026, 5, 21), "seven list days before Monday, 1 June"


async def test_after_a_sleep_every_missed_day_is_news(town):
    source = FakeSource(name="huggingface").gives(day_of(MONDAY, 1))
    await run(town, source)
    town.clock.advance(timedelta(days=12))
    source.forgets().gives(*(day_of(MONDAY + timedelta(days=n), 10 + n) for n in (12, 8, 1)))
    await run(town, source)
    assert source.asked[1] == date(2026, 5, 30), "as far as a digest looks back"
    assert not any(paper.backfill for paper in await town.store.recent(20, now=town.clock.now()))


async def test_after_a_sleep_the_lists_are_read_again_that_still_grew_when_it_began(town):
    source = FakeSource(name="huggingface").gives(day_of(MONDAY, 1), day_of(FRIDAY, 2))
    await run(town, source)
    town.clock.advance(timedelta(days=10))
    await run(town, source)
    assert source.asked[1] == date(2026, 5, 28), "four days before it was last heard"


async def test_an_import_does_not_make_a_source_known(town):
    imported = day_of(date(2026, 5, 20), 9, backfill=True)
    await town.store.add_batch(
        Batch(source="import", origin="huggingface", day=imported.day, freshness=Freshness.FRESH, listings=imported.listings, backfill=True),
        now=town.clock.now(),
    )  # fmt: skip
    await run(town, FakeSource(name="huggingface").gives(day_of(MONDAY, 1), day_of(FRIDAY, 2)))
    news = [paper.key for paper in await town.store.recent(30, now=town.clock.now()) if not paper.backfill]
    assert news == ["arxiv:2606.00001"]


async def test_sources_are_asked_side_by_side(town):
    met = asyncio.Barrier(2)

    class Waiting(FakeSource):
        async def fetch(self, *, since):
            await asyncio.wait_for(met.wait(), timeout=120)
            async for batch in super().fetch(since=since):
                yield batch

    report = await run(
        town, Waiting(name="a").gives(day_of(MONDAY, 1)), Waiting(name="b").gives(day_of(MONDAY, 2))
    )
    assert report.papers == 2
    assert report.errors == ()


async def test_progress_is_told_batch_by_batch(town):
    steps = []
    source = FakeSource(name="huggingface").gives(day_of(MONDAY, 1, 2), day_of(FRIDAY, 3))
    await run(town, source, progress=steps.append)
    assert [(step.name, step.done) for step in steps] == [("huggingface", 2), ("huggingface", 3)]


async def test_a_busy_store_is_waited_for(town, monkeypatch):
    add, calls = town.store.add_batch, []

    async def busy_at_first(batch, **when):
        calls.append(batch)
        if len(calls) < 3:
            raise StoreBusy("busy")
        return await add(batch, **when)

    monkeypatch.setattr(town.store, "add_batch", busy_at_first)
    assert (await run(town, FakeSource(name="huggingface").gives(day_of(MONDAY, 1)))).new_papers == 1


async def test_a_first_run_and_its_digest_show_one_day(town):
    channel = await town.channel(queries=("robots",))
    source = FakeSource(name="huggingface").gives(day_of(MONDAY, 1, 2), day_of(FRIDAY, 3, 4, 5))
    await run(town, source)
    await town.at(datetime(2026, 6, 1, 9, tzinfo=UTC))
    digest = await town.store.digest((await town.store.slots(channel.id))[0].id)
    assert digest.matched == 2
