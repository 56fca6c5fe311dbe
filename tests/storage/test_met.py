"""What the index was asked before is remembered within bounds: anybody on the web may ask it anything."""

from __future__ import annotations

from bot.domain import query as queries
from bot.domain.topics import Topics
from bot.storage import Store
from bot.storage.met import LONGEST_RUN
from bot.testing.builders import SAMPLE_NOW, make_batch, make_listing


async def test_long_runs_of_words_are_answered_and_not_remembered(store: Store) -> None:
    await store.add_batch(make_batch(make_listing(1)), now=SAMPLE_NOW)
    word, phrase = "x" * 900, " ".join(["ab"] * 200)
    for text in (f'"{phrase}"', word, "ab", f"{word} OR ab"):
        query = queries.parse(text, Topics.shipped())
        await store.search(query, now=SAMPLE_NOW)
        await store.newest(query)
    kept = store._met._answers
    assert kept.words
    assert max(map(len, (*kept.words, *kept.counts))) <= LONGEST_RUN
