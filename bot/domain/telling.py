"""The summary a paper is shown with: made when somebody is going to read it, not when it is stored.

A day brings thousands of papers and a digest shows ten: made at ingest, summaries would be most of its work.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .paper import Paper
from .summary import summarise

REMEMBERED = 4096  # papers; a busy day is picked from by every channel

_summary = lru_cache(maxsize=REMEMBERED)(summarise)


def summarised(paper: Paper) -> Paper:
    """The paper with a summary: its source's own, else the telling sentences of its abstract, if it has one."""
    if paper.summary or not paper.abstract:
        return paper
    return replace(paper, summary=_summary(paper.title, paper.abstract), summary_by="abstract")
