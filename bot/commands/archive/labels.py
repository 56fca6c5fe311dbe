"""The topics a paper is labelled with: worked out once for each paper, and remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain import query as queries
from bot.domain.matching import Matcher
from bot.domain.paper import Paper
from bot.domain.topics import Topics
from bot.errors import InvalidQuery

REMEMBERED = 20_000  # papers; about 200 bytes each

Names = tuple[str, ...]


class Labels:
    """The names of the topics each paper matches; forgotten when the topics change, or the paper does."""

    def __init__(self, topics: Topics) -> None:
        self._matcher = Matcher()
        self._keys: dict[str, str] = {}  # topic -> the key of its query
        self._known: dict[int, tuple[int, Names]] = {}  # paper -> what it was like, and its topics
        for topic in topics.all():
            self._add(topic.name, topics)

    def of(self, papers: Sequence[Paper]) -> dict[int, Names]:
        """The topics of each of these papers, by its id; slow for those that are met the first time."""
        looks = {paper.id: _look(paper) for paper in papers}
        known = {paper.id: self._remembered(paper.id, looks[paper.id]) for paper in papers}
        new = [paper for paper in papers if known[paper.id] is None]
        found = self._matched(new)
        self._remember({number: (looks[number], names) for number, names in found.items()})
        return {number: names for number, names in known.items() if names is not None} | found

    def _add(self, name: str, topics: Topics) -> None:
        """Look for a topic; one whose definition cannot be read any more labels nothing."""
        try:
            query = queries.parse(f"topic:{name}", topics)
        except InvalidQuery:
            return
        self._matcher.add(query)
        self._keys[name] = query.key

    def _remembered(self, number: int, look: int) -> Names | None:
        known = self._known.get(number)
        return known[1] if known and known[0] == look else None

    def _matched(self, papers: Sequence[Paper]) -> dict[int, Names]:
        bitmaps = self._matcher.match(papers) if papers else {}
        names = [(name, bits) for name, key in self._keys.items() if (bits := bitmaps.get(key, 0))]
        return {
            paper.id: tuple(name for name, bits in names if bits >> at & 1) for at, paper in enumerate(papers)
        }

    def _remember(self, new: Mapping[int, tuple[int, Names]]) -> None:
        if len(self._known) + len(new) > REMEMBERED:
            self._known = {}  # threads may be reading the old one
        self._known.update(new)


def _look(paper: Paper) -> int:
    """What queries can ask of a paper, as one number."""
    texts = (paper.title, paper.abstract, paper.venue, paper.comment, paper.organization, paper.doi)
    lists = (paper.authors, paper.categories, paper.sources)
    counts = (paper.votes, paper.stars, paper.comments, paper.listed, paper.announced, paper.submitted)
    links = (paper.code_url, paper.project_url, paper.thumbnail, paper.summary)
    return hash((texts, lists, counts, links))
