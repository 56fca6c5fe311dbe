"""The fakes that stand in for the network."""

from __future__ import annotations

import pytest

from bot.domain.paper import Validator
from bot.errors import SourceError
from bot.testing.fetcher import FakeFetcher, make_page

URL = "https://lab.example/"


async def test_a_fake_fetcher_answers_from_its_table_and_records_the_calls():
    fetcher = FakeFetcher({URL: b"body"})
    page = await fetcher.get(URL, accept="text/xml", limit=7, pace="arxiv")
    assert (page.status, page.body, page.url) == (200, b"body", URL)
    assert fetcher.urls == [URL]
    assert (fetcher.calls[0].accept, fetcher.calls[0].limit, fetcher.calls[0].pace) == (
        "text/xml",
        7,
        "arxiv",
    )


async def test_a_list_is_answered_in_order_and_its_last_again_and_again():
    fetcher = FakeFetcher({URL: [SourceError("no", reason="timeout"), b"one", b"two"]})
    with pytest.raises(SourceError, match="no"):
        await fetcher.get(URL)
    assert [(await fetcher.get(URL)).body for _ in range(3)] == [b"one", b"two", b"two"]


async def test_a_page_the_caller_has_is_unchanged():
    fetcher = FakeFetcher({URL: make_page(URL, b"body", etag='"a"')})
    assert (await fetcher.get(URL, validator=Validator(url=URL, etag='"a"'))).status == 304
    assert (await fetcher.get(URL, validator=Validator(url=URL, etag='"b"'))).status == 200


async def test_a_url_outside_the_table_is_unreachable():
    with pytest.raises(SourceError) as caught:
        await FakeFetcher().get(URL)
    assert caught.value.reason == "unreachable"
