"""Papers others list by a bare title, completed by arXiv in one question."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.sources.arxiv import ArxivSource
from bot.domain.paper import Batch
from bot.errors import SourceError
from bot.ports import Page, SourceContext
from bot.testing.clock import FakeClock
from bot.testing.fetcher import make_page

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
API = "https://api.example.org/query"
SPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/"'
ENTRY = (
    "<entry><id>http://arxiv.org/abs/2606.00001v1</id><title>Knit</title><summary>We knit.</summary>"
    "<published>2026-06-01T12:00:00Z</published><category term='cs.RO'/></entry>"
)


class Api:
    """Answers every question with one body or error."""

    def __init__(self, said: bytes | SourceError) -> None:
        self.said = said
        self.asked: list[list[str]] = []

    async def get(self, url: str, **_given: object) -> Page:
        self.asked.append(parse_qs(urlsplit(url).query)["id_list"][0].split(","))
        if isinstance(self.said, SourceError):
            raise self.said
        return make_page(url, self.said)


def answer(*entries: str) -> bytes:
    return f"<feed {SPACES}><title>arXiv Query</title><o:totalResults>{len(entries)}</o:totalResults>{''.join(entries)}</feed>".encode()


async def fetched(api: Api, *wanted: str) -> list[Batch]:
    settings = {"PAPERROUND_ARXIV_API_URL": API}
    context = SourceContext(fetcher=api, clock=FakeClock(NOON), settings=settings, wanted=wanted)
    return [batch async for batch in ArxivSource(context).fetch(since=NOON.date())]


async def test_papers_without_an_abstract_get_theirs_as_back_fill_of_no_day() -> None:
    (batch,) = await fetched(Api(answer(ENTRY)), "2606.00001", "2606.00002")
    assert (batch.source, batch.day, batch.backfill) == ("arxiv", None, True)
    (listing,) = batch.listings
    assert (listing.facts.keys[0], listing.facts.abstract) == ("arxiv:2606.00001", "We knit.")
    assert listing.day == date(2026, 6, 2)


async def test_one_question_holds_at_most_a_hundred_ids_and_nothing_that_is_none() -> None:
    api = Api(answer(ENTRY))
    await fetched(api, "no id", "2606.00007", *(f"2606.{number:05d}" for number in range(1, 151)))
    assert [len(ids) for ids in api.asked] == [100]
    assert api.asked[0][:2] == ["2606.00007", "2606.00001"]


async def test_without_a_wish_arxiv_is_not_asked() -> None:
    api = Api(answer(ENTRY))
    assert await fetched(api) == []
    assert api.asked == []


@pytest.mark.parametrize("said", [SourceError("busy", reason="throttled"), answer(), b"<html>Busy</html>"])
async def test_an_answer_that_helps_nobody_is_no_failure_of_the_day(said: bytes | SourceError) -> None:
    assert await fetched(Api(said), "2606.00001") == []
