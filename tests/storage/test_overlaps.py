"""Papers that come from several sources, and papers that only look alike (F18): no duplicates, no wrong merges."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.domain.paper import Facts
from bot.storage import Store
from bot.testing.builders import SAMPLE_NOW, make_batch, make_listing

COMMON = """
we propose a new method for the problem of and show that it is better than earlier work on several benchmarks in this
paper results our approach can be used with large models data training experiments demonstrate performance which are
""".split()  # noqa: SIM905 - reads better than forty strings
SYLLABLES = (
    "ba",
    "do",
    "ki",
    "lu",
    "me",
    "no",
    "pa",
    "re",
    "si",
    "to",
    "va",
    "zu",
    "shi",
    "tra",
    "plo",
    "que",
)
GENERIC = ("Editorial", "Introduction", "A Survey of Knitting", "Learning to Knit", "Errata and Comments")


@dataclass(frozen=True)
class Work:
    """A work that really exists, once."""

    number: int
    title: str
    abstract: str
    authors: tuple[str, ...]


def word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def abstract(chance: random.Random) -> str:
    words = [
        word(chance) if chance.random() < 0.45 else chance.choice(COMMON)
        for _ in range(chance.randint(50, 120))
    ]
    return " ".join(words).capitalize() + "."


def works(count: int, chance: random.Random) -> Iterator[Work]:
    """Works, one in ten of which has the title of another."""
    titles: list[str] = []
    for number in range(count):
        new = f"{word(chance)}: {word(chance)}-{word(chance)} for {word(chance)} {word(chance)}".title()
        again = titles and chance.random() < 0.1
        title = (
            chance.choice((*GENERIC, chance.choice(titles), chance.choice(titles) + " II")) if again else new
        )
        titles.append(title)
        names = tuple(f"{word(chance).title()} {word(chance).title()}" for _ in range(chance.randint(1, 4)))
        yield Work(number, title, abstract(chance), names)


def told_by(source: str, work: Work, chance: random.Random) -> Facts:
    """What a source says of a work, in its own way."""
    arxiv = f"arxiv:{2600 + work.number // 90_000}.{work.number % 90_000:05d}"
    if source == "arxiv":
        return Facts(
            title=work.title,
            abstract=work.abstract,
            authors=work.authors,
            keys=(arxiv, f"doi:10.1/{work.number}"),
        )
    if source == "huggingface":
        return Facts(title=work.title, abstract=work.abstract + " ", authors=work.authors, keys=(arxiv,))
    if source == "page":
        return Facts(title=work.title.replace("-", " "), abstract=respelled(work.abstract, chance))
    names = tuple(f"{name.split()[1].upper()}, {name[0]}." for name in work.authors)
    cut = work.abstract[: len(work.abstract) * 2 // 3] + "…"
    key = chance.choice((f"doi:10.1/{work.number}", f"url:https://example.org/{work.number}"))
    return Facts(title=work.title.lower(), abstract=cut, authors=names, keys=(key,))


def respelled(text: str, chance: random.Random) -> str:
    """The same text with one word in fifteen changed, as between two versions."""
    return " ".join(word(chance) if chance.random() < 1 / 15 else one for one in text.split())


async def overlaps(store: Store, count: int) -> tuple[int, int]:
    """(duplicates, wrong merges) after every work came from all four sources in a random order."""
    chance = random.Random(11)
    pairs = [
        (source, work) for work in works(count, chance) for source in ("arxiv", "huggingface", "page", "feed")
    ]
    chance.shuffle(pairs)
    told = [(told_by(source, work, chance), source, work) for source, work in pairs]
    for at in range(0, len(told), 500):
        some = told[at : at + 500]
        listings = [
            make_listing(number, facts=facts, source=source)
            for number, (facts, source, _) in enumerate(some, 1)
        ]
        await store.add_batch(make_batch(*listings), now=SAMPLE_NOW)
    return await judged(store, [(facts, work) for facts, _, work in told])


async def judged(store: Store, told: list[tuple[Facts, Work]]) -> tuple[int, int]:
    papers_of: defaultdict[int, set[int]] = defaultdict(set)
    works_of: defaultdict[int, set[int]] = defaultdict(set)
    for facts, work in told:
        paper = await store.paper(facts.keys[0]) if facts.keys else None
        if paper is not None:
            papers_of[work.number].add(paper.id)
            works_of[paper.id].add(work.number)
    everything = (await store.counts())["papers"]
    wrong = sum(len(numbers) - 1 for numbers in works_of.values())
    split = sum(len(ids) - 1 for ids in papers_of.values())
    nameless = everything - len(works_of)  # rows that no identifier leads to: pages that found no partner
    return split + nameless, wrong


async def test_overlaps_make_no_duplicate_and_no_wrong_merge(store: Store) -> None:
    assert await overlaps(store, 300) == (0, 0)
    assert await store.check() == ()


@pytest.mark.slow
async def test_ten_thousand_overlaps_make_no_duplicate_and_at_most_one_wrong_merge(store: Store) -> None:
    duplicates, wrong = await overlaps(store, 10_000)
    assert duplicates == 0
    assert wrong <= 1
