"""What queries hit among one set of papers, each asked once, whoever wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .hits import NO_HITS, Hits
from .matching import Matcher
from .paper import Paper
from .query import Query


class Answers:
    """The hits of every query asked so far, by `Query.key`."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.hits: dict[str, Hits] = {}
        self._papers = papers

    def ask(self, queries: Iterable[Query]) -> dict[str, Exception]:
        """Ask what was not asked yet; return the queries that cannot be asked, with what went wrong.

        Takes about a second for 8,000 papers, and hardly longer for many queries.
        """
        new = {query.key: query for query in queries if query.key not in self.hits}
        return self._answer([*new.values()]) if new else {}

    def _answer(self, queries: Sequence[Query]) -> dict[str, Exception]:
        """Answer all at once; one that cannot be asked is found by halving."""
        matcher = Matcher()
        try:
            for query in queries:
                matcher.add(query)
            found = matcher.hits(self._papers)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not silence the other queries
            if len(queries) == 1:
                return {queries[0].key: error}
            half = len(queries) // 2
            return self._answer(queries[:half]) | self._answer(queries[half:])
        self.hits |= {query.key: found.get(query.key, NO_HITS) for query in queries}
        return {}
