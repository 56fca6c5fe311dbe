"""The summary a paper is shown with: made when somebody is going to read it, not when it is stored.

A day brings thousands of papers and a digest shows ten: made at ingest, summaries would be most of its work.
"""

from __future__ import annotations

from dataclasses import replace

from .paper import Paper
from .summary import summarise

REMEMBERED = 20_000  # papers, about 500 bytes each: a busy day, and what is read of the archive

_known: dict[tuple[int, int], str] = {}  # a paper, and what it was like -> its summary


def summarised(paper: Paper) -> Paper:
    """The paper with a summary: its source's own, else the telling sentences of its abstract, if it has one."""
    if paper.summary or not paper.abstract:
        return paper
    return replace(paper, summary=_summary(paper), summary_by="abstract")


def _summary(paper: Paper) -> str:
    """Made once; the texts themselves are not kept, they are four times as long."""
    key = (paper.id, hash((paper.title, paper.abstract)))
    found = _known.get(key)
    if found is None:
        if len(_known) >= REMEMBERED:
            _known.clear()
        found = _known[key] = summarise(paper.title, paper.abstract)
    return found
