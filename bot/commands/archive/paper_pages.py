"""One paper: all that is known of it, what is like it, how to cite it, and where it was posted."""

from __future__ import annotations

import asyncio

from bot.commands.citing import bibtex, csl_json, ris
from bot.commands.lookups import paper_of
from bot.domain.paper import Paper

from .reader import Reader, local_date, tidied
from .values import Entry, PaperPage, Posted

SIMILAR = 5


class PaperPages(Reader):
    """Papers one by one."""

    async def paper(self, ref: str) -> PaperPage | None:
        """The page of the paper of this number, arXiv id, DOI, key or link; None when there is none."""
        paper = await paper_of(self.store, tidied(ref))
        if paper is None:
            return None
        (entry,), similar, posted = await asyncio.gather(
            self.entries([paper]), self._similar(paper), self.posted(paper)
        )
        return PaperPage(
            entry=entry,
            similar=similar,
            bibtex=bibtex(paper),
            ris=ris(paper),
            csl=csl_json(paper),
            posted=posted,
        )

    async def entry(self, ref: str) -> Entry | None:
        """One paper as in a list: without what is like it, which takes most of the time of its page."""
        paper = await paper_of(self.store, tidied(ref))
        return None if paper is None else (await self.entries([paper]))[0]

    async def posted(self, paper: Paper) -> tuple[Posted, ...]:
        """The public digests a paper stands in, newest first."""
        found = await self.store.posted_publicly(paper.id)
        return tuple(
            Posted(
                destination_id=one.destination_id,
                place=one.name,
                platform=one.platform,
                day=local_date(one.day, one.due_at, one.tz),
                slot_id=one.slot_id,
            )
            for one in found
        )

    async def _similar(self, paper: Paper) -> tuple[Entry, ...]:
        hits = await self.store.similar(paper.id, limit=SIMILAR)
        scores = {hit.paper.id: hit.score for hit in hits}
        return await self.entries([hit.paper for hit in hits], scores=scores)
