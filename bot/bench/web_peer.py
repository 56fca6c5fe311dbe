"""The peer of `bench web`: the package `reader` with its own web app, in whatever environment it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote_plus

from bot.domain.paper import Paper

from .web_load import Served

HOW_TO_INSTALL = (
    "`reader` is left out; for its rows: python -m venv FOLDER && FOLDER/bin/pip install 'reader[app]',"
    " and READER_PYTHON=FOLDER/bin/python"
)
SCRIPT = Path(__file__).with_name("web_reader_side.py")
SHOWN = 30  # papers on a page, as on ours


def python_with_reader() -> str:
    """The Python that has it: the one that was named, else this one; "" when there is none."""
    return os.environ.get("READER_PYTHON", "") or (sys.executable if find_spec("reader") else "")


def load(python: str, path: Path, papers: Sequence[tuple[date, Paper]]) -> None:
    """The same papers as entries of feeds, one feed for each first category, and its index made."""
    with subprocess.Popen(
        [python, "-P", str(SCRIPT), "load", str(path)], stdin=subprocess.PIPE, text=True
    ) as made:
        assert made.stdin is not None
        for day, paper in papers:
            made.stdin.write(json.dumps(_entry(day, paper)) + "\n")
        made.stdin.close()
    if made.returncode:
        raise subprocess.CalledProcessError(made.returncode, made.args)


@contextmanager
def serving(python: str, path: Path, pages: int, queries: Sequence[str]) -> Iterator[tuple[Served, Served]]:
    """Its two apps in one process while the block runs: the older one, which can search, and the newer one."""
    with subprocess.Popen(
        [python, "-P", str(SCRIPT), "serve", str(path)], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            port = int(running.stdout.readline())
            yield _older(port, running.pid, pages, queries), _newer(port, running.pid, pages)
        finally:
            running.terminate()


def _older(port: int, pid: int, pages: int, queries: Sequence[str]) -> Served:
    root = f"/legacy/?show=all&limit={SHOWN}"
    found = tuple(f"{root}&q={quote_plus(query)}" for query in queries)
    return Served(
        name=f"reader, {SHOWN} entries", port=port, pid=pid, pages={"front": (root,) * pages, "search": found}
    )


def _newer(port: int, pid: int, pages: int) -> Served:
    return Served(name="reader, newer app, 64 entries", port=port, pid=pid, pages={"front": ("/",) * pages})


def _entry(day: date, paper: Paper) -> dict[str, str]:
    return {
        "feed_url": f"https://papers.example/{(paper.categories or ('none',))[0]}",
        "id": paper.key,
        "title": paper.title,
        "link": paper.url,
        "author": ", ".join(paper.authors),
        "published": f"{day}T05:00:00+00:00",
        "summary": paper.abstract,
    }
