"""`paperround bench web`: our pages over loopback, beside the web app of the package `reader` with the same papers.

The front page is asked for again and again, days, topics and searches each once a round: the first time nothing of
them is remembered. CPU is the server's own, which alone says something on a machine that others use, too.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.paper import Paper

from . import web_ours, web_peer
from .web_load import Served, Took, asked, check_measurable, peak_megabytes

NAME = "web"
HELP = "Serve a day and a search, against the web app of `reader`."

PAPERS, FULL_PAPERS = 20_000, 100_000
PAGES = 100  # of each kind, each asked for once a round
ROUNDS = ("first time", "again")
WARM_UP = 3
RECENT = 400  # days that people look at

Figures = dict[str, dict[str, Took]]  # server -> kind and round -> what it took


def run(
    *, data: Path | None = None, full: bool = False, out: Callable[[str], object] = print
) -> dict[str, object]:
    """Print the table and return its figures; `data` is a database of ours to measure a copy of."""
    check_measurable()
    with TemporaryDirectory(prefix="paperround-web-") as folder:
        path = Path(folder) / "papers.db"
        if data:
            shutil.copy(data, path)
        else:
            asyncio.run(web_ours.fill(path, FULL_PAPERS if full else PAPERS))
        corpus = asyncio.run(web_ours.corpus_of(path))
        papers = asyncio.run(web_ours.papers_of(corpus))
        out(f"{corpus.papers:,} papers of {len(corpus.days):,} days; {PAGES} days and {PAGES} searches\n")
        figures, memory = _measured(corpus, papers, Path(folder), out)
    _tell(figures, memory, out)
    return _as_json(corpus, figures, memory)


def _measured(
    corpus: web_ours.Corpus, papers: Sequence[tuple[date, Paper]], folder: Path, out: Callable[[str], object]
) -> tuple[Figures, dict[str, float]]:
    queries = web_ours.queries_of(papers, PAGES)
    days = _drawn(sorted({day for day, _ in papers})[-RECENT:])
    with ExitStack() as running:
        servers = [running.enter_context(web_ours.serving(corpus, days, queries))]
        if python := web_peer.python_with_reader():
            web_peer.load(python, folder / "reader.db", papers)
            servers += running.enter_context(web_peer.serving(python, folder / "reader.db", PAGES, queries))
        else:
            out(web_peer.HOW_TO_INSTALL)
        processes = {one.pid: one for one in reversed(servers)}.values()  # the peer's two apps are in one
        return _rounds(servers), {one.name: round(peak_megabytes(one.pid)) for one in processes}


def _drawn(days: Sequence[date]) -> list[date]:
    """Days to ask for: each once where there are enough."""
    rng = random.Random(web_ours.SEED)
    return rng.sample(days, PAGES) if len(days) >= PAGES else rng.choices(days, k=PAGES)


def _rounds(servers: Sequence[Served]) -> Figures:
    """Each in turn, so that none has the machine's quiet moment to itself."""
    figures: Figures = {one.name: {} for one in servers}
    for one in servers:
        for paths in one.pages.values():
            asked(one, paths[-WARM_UP:])
    for when in ROUNDS:
        for kind in servers[0].pages:
            for one in (one for one in servers if kind in one.pages):
                figures[one.name][f"{kind}, {when}"] = asked(one, one.pages[kind][:-WARM_UP])
    return figures


def _tell(figures: Figures, memory: dict[str, float], out: Callable[[str], object]) -> None:
    out(f"{'way':<32} {'page':<20} {'pages/s':>8} {'p95 ms':>8} {'CPU ms':>8} {'kB sent':>8}")
    for name, taken in figures.items():
        for page, took in taken.items():
            out(
                f"{name:<32} {page:<20} {took.a_second:>8.1f} {took.p95_ms:>8.1f}"
                f" {took.cpu_ms:>8.1f} {took.kilobytes:>8.1f}"
            )
    for name, ratio in _ratios(figures).items():
        out(f"{name}: {ratio:.1f}x our CPU")
    out("most memory held, MB: " + ", ".join(f"{name} {held:.0f}" for name, held in memory.items()))


def _ratios(figures: Figures) -> dict[str, float]:
    """How much more CPU each peer took for the same kind of page."""
    (_, ours), *peers = figures.items()
    return {
        f"{name}, {page}": round(took.cpu_ms / ours[page].cpu_ms, 2)
        for name, taken in peers
        for page, took in taken.items()
        if page in ours
    }


def _as_json(corpus: web_ours.Corpus, figures: Figures, memory: dict[str, float]) -> dict[str, object]:
    rows = [
        {
            "way": name,
            "page": page,
            "pages_per_s": round(took.a_second, 1),
            "p95_ms": round(took.p95_ms, 1),
            "cpu_ms": round(took.cpu_ms, 2),
            "kilobytes": round(took.kilobytes, 1),
        }
        for name, taken in figures.items()
        for page, took in taken.items()
    ]
    return {"papers": corpus.papers, "rows": rows, "ratios": _ratios(figures), "peak_mb": memory}
