"""Adds generated batches until it is killed; says "ready" first and then the number of each batch that was committed."""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from bot.domain.paper import Batch
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_facts, make_listing

SIZE = 40


def numbered(number: int) -> Batch:
    """Batch `number`: new papers, and papers of the batch before that change, merge and gain votes."""
    listings = []
    for at in range(SIZE):
        this = number * SIZE + at
        keys = (f"doi:10.1/{this - SIZE}",) if at % 4 == 1 else (f"arxiv:2606.{this % 100_000:05d}",)
        both = (
            (f"arxiv:2606.{(this - SIZE) % 100_000:05d}", f"doi:10.1/{this - 2 * SIZE}")
            if at % 4 == 2
            else keys
        )
        facts = make_facts(
            this, title=f"Paper {this} of batch {number}", keys=both, abstract=f"Words {number} {at}. " * 9
        )
        listings.append(make_listing(at + 1, facts=facts, votes=number))
    return make_batch(*listings, note=f"batch {number}")


async def main(url: str, first: int) -> None:
    store = await Store.open(url)
    print("ready", flush=True)  # noqa: T201 - the parent reads it
    for number in count(first):
        await store.add_batch(numbered(number), now=SAMPLE_NOW)
        print(number, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
