"""What every source must keep; third parties run it against theirs."""

from __future__ import annotations

from datetime import date

from bot.domain.paper import Batch, Freshness, Listing
from bot.errors import SourceError
from bot.ports import Source

from .builders import SAMPLE_DAY
from .contracts import ContractBroken, need

# What is no source's file: nothing, and bytes of no kind.
STRANGE_FILES = (("empty", b""), ("noise.bin", bytes(range(256))))


async def check_source(source: Source, *, since: date = SAMPLE_DAY) -> None:
    """Run the contract, fetching for real through the source; raises `ContractBroken` at the first clause broken."""
    need(isinstance(source.name, str) and source.name != "", "`name` is a name")
    try:
        async for batch in source.fetch(since=since):
            check_batch(batch)
    except Exception as error:
        raise ContractBroken(f"`fetch` tells a failure in a batch; it raised {error!r}") from error
    for name, body in STRANGE_FILES:
        _check_strange_file(source, name, body)


def check_batch(batch: Batch) -> None:
    """Check what a source yields or parses; raises `ContractBroken` at the first clause broken."""
    need(isinstance(batch, Batch), "a source gives `Batch`es")
    need(batch.source != "", "a batch names its source")
    need(isinstance(batch.freshness, Freshness), "a batch has a verdict on its freshness")
    need(batch.freshness is not Freshness.FAILED or batch.note != "", "a failed batch says what happened")
    need(not (batch.freshness is Freshness.FRESH and batch.rejected and not batch.listings), "a batch of which nothing could be read is not fresh")  # fmt: skip
    for listing in batch.listings:
        _check_listing(listing, batch)
    for item in batch.rejected:
        need(item.code != "" and item.reason != "", "a rejected item has a code and a reason")


def _check_listing(listing: Listing, batch: Batch) -> None:
    need(isinstance(listing, Listing), "a batch holds `Listing`s")
    need(listing.source != "" and listing.rank >= 1, "a listing has a source, and a rank from 1")
    need(type(listing.day) is date, "a listing's day is a date, without a time")
    facts = listing.facts
    need(facts.title.strip() != "", "a paper has a title; one without is a rejected item")
    for text in (facts.title, facts.abstract):
        need(
            "\x00" not in text and text == text.strip(),
            "text is cleaned: no control characters, no outer space",
        )
    need(batch.source != "feed" or listing.origin != "", "a feed's listing says which feed it is from")


def _check_strange_file(source: Source, name: str, body: bytes) -> None:
    try:
        mine = source.recognises(body, name)
    except Exception as error:
        raise ContractBroken(f"`recognises` answers for any file; it raised {error!r}") from error
    if not mine:
        return
    try:
        check_batch(source.parse(body, day=SAMPLE_DAY))
    except SourceError:
        return
    except ContractBroken:
        raise
    except Exception as error:
        raise ContractBroken(f"`parse` raises only SourceErrors; it raised {error!r}") from error
