"""`paperround bench ingest`: a day of papers into the store, beside one object at a time through the ORM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bot.domain.paper import Batch
from bot.storage import Store
from bot.storage.index import Document
from bot.storage.ingest import take_in
from bot.storage.texts import Texts

from . import day, orm_peer
from .word_model import WordModel

NAME = "ingest"
HELP = "Store 2,000 papers in bulk, against one object at a time."

PAPERS = 2_000
ROUNDS = 3
SUBSCRIPTIONS = 100_000
FULL_SUBSCRIPTIONS = 1_000_000
NOTHING: Document = ("", "", "", "", "", "")


class NoTexts(Texts):
    """Rows only: nothing for the index."""

    def document(self, paper: Mapping[str, Any]) -> Document:
        """No words."""
        del paper
        return NOTHING


def run(*, full: bool = False, out: Callable[[str], object] = print) -> dict[str, object]:
    """Print the table and return its figures; CPU seconds, median of three interleaved rounds."""
    model = WordModel.seeded()
    papers = model.papers(PAPERS)
    first, again = day.batch_of(papers, votes=1), day.batch_of(papers, votes=2)
    out(f"{PAPERS:,} made-up papers; rows per CPU second, median of {ROUNDS} interleaved rounds.\n")
    out(f"{'way':<44} {'insert':>9} {'votes changed':>14}")
    with TemporaryDirectory() as folder:
        rates = _rates(Path(folder), first, again)
        for way, (insert, upsert) in rates.items():
            out(f"{way:<44} {insert:>9,.0f} {upsert:>14,.0f}")
        ratios = _ratios(rates)
        for name, ratio in ratios.items():
            out(f"{name}: {ratio:.1f}x")
        subscriptions = FULL_SUBSCRIPTIONS if full else SUBSCRIPTIONS
        seconds = day.measure(Path(folder) / "day.db", papers, model, subscriptions)
    total = sum(seconds[step] for step in ("parse", "store", "match"))
    out(
        f"\na day of {PAPERS:,} papers, {subscriptions:,} subscriptions, CPU seconds: parse {seconds['parse']:.2f}"
        f" + store {seconds['store']:.2f} + match {seconds['match']:.2f} = {total:.2f}"
        f" (and {seconds['summaries']:.3f} for the summaries of a digest)"
    )
    figures = {
        way: {"insert": round(insert), "votes_changed": round(upsert)}
        for way, (insert, upsert) in rates.items()
    }
    return {
        "papers": PAPERS,
        "rows_per_cpu_s": figures,
        "ratios": ratios,
        "subscriptions": subscriptions,
        "day": seconds,
    }


def _rates(folder: Path, first: Batch, again: Batch) -> dict[str, tuple[float, float]]:
    taken: dict[str, list[tuple[float, float]]] = {}
    for number in range(ROUNDS):
        for way, measure in WAYS.items():
            path = folder / f"{number}-{len(taken)}.db"
            taken.setdefault(way, []).append(measure(path, first, again))
    return {
        way: (PAPERS / median(one for one, _ in times), PAPERS / median(two for _, two in times))
        for way, times in taken.items()
    }


def _ratios(rates: dict[str, tuple[float, float]]) -> dict[str, float]:
    rows, indexed, peer, peer_indexed = rates.values()
    return {
        "rows only, insert": round(rows[0] / peer[0], 1),
        "rows only, votes changed": round(rows[1] / peer[1], 1),
        "with full text, insert": round(indexed[0] / peer_indexed[0], 1),
        "with full text, votes changed": round(indexed[1] / peer_indexed[1], 1),
    }


def _ours(texts: type[Texts], *, prepare: bool) -> Callable[[Path, Batch, Batch], tuple[float, float]]:
    def measure(path: Path, first: Batch, again: Batch) -> tuple[float, float]:
        store = Store.open_now(f"sqlite:///{path}")
        times = (_add(store, texts(), first, prepare=prepare), _add(store, texts(), again, prepare=False))
        store.database.close_now()
        return times

    return measure


def _add(store: Store, texts: Texts, batch: Batch, *, prepare: bool) -> float:
    start = process_time()
    if prepare:
        texts.prepare(listing.facts for listing in batch.listings)
    store.database.write_now(lambda db: take_in(db, batch, texts, day.NOON))
    return process_time() - start


def _peer(*, full_text: bool) -> Callable[[Path, Batch, Batch], tuple[float, float]]:
    def measure(path: Path, first: Batch, again: Batch) -> tuple[float, float]:
        engine = orm_peer.opened(path, full_text=full_text)
        times = []
        for batch in (first, again):
            start = process_time()
            orm_peer.store(engine, batch.listings)
            times.append(process_time() - start)
        engine.dispose()
        return times[0], times[1]

    return measure


WAYS = {
    "add_batch, rows only": _ours(NoTexts, prepare=False),
    "add_batch, full text": _ours(Texts, prepare=True),
    "one ORM object at a time": _peer(full_text=False),
    "one ORM object at a time, full text": _peer(full_text=True),
}
