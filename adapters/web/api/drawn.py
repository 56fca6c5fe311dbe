"""The archive's values as the shapes of answers."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.chat.foreign import link_within
from adapters.web.pages.paths import Paths
from bot.commands.archive import Entry, PaperPage, Search, Span, TopicPage
from bot.commands.pieces import TopicEntry

from .shapes import (
    Citations,
    DayAnswer,
    PaperAnswer,
    PaperShape,
    PostedShape,
    SearchAnswer,
    SourceShape,
    TopicAnswer,
    TopicShape,
)

LONGEST_LINK = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """The pages before and after one, by their addresses."""

    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """Draws answers; every address in them is whole."""

    origin: str
    paths: Paths

    def paper(self, page: PaperPage) -> PaperAnswer:
        """One paper."""
        return PaperAnswer(
            paper=self._entry(page.entry),
            similar=[self._entry(entry) for entry in page.similar],
            citations=Citations(bibtex=page.bibtex, ris=page.ris, csl_json=page.csl),
            posted=[PostedShape(place=one.place, platform=one.platform, day=one.day) for one in page.posted],
        )

    def day(self, span: Span, around: Around) -> DayAnswer:
        """A day."""
        return DayAnswer(
            day=span.first,
            papers=[self._entry(entry) for entry in span.papers],
            total=span.total,
            exact_total=True,
            page=span.page,
            pages=span.pages,
            next=around.next,
            previous=around.previous,
            previous_day=span.previous,
            next_day=span.next,
            sources=[
                SourceShape(source=one.source, name=one.name, papers=one.papers) for one in span.sources
            ],
            notes=list(span.notes),
        )

    def search(self, found: Search, around: Around) -> SearchAnswer:
        """What was found."""
        return SearchAnswer(
            query=found.query,
            hint=found.hint,
            papers=[self._entry(entry) for entry in found.papers],
            total=found.total,
            exact_total=found.exact_total,
            page=found.page,
            pages=found.pages,
            next=around.next,
            previous=around.previous,
        )

    def topic_page(self, page: TopicPage, around: Around) -> TopicAnswer:
        """A topic and its papers."""
        return TopicAnswer(
            topic=self.topic(page.topic),
            synonyms=list(page.synonyms),
            papers=[self._entry(entry) for entry in page.papers],
            total=page.total,
            exact_total=page.exact_total,
            page=page.page,
            pages=page.pages,
            next=around.next,
            previous=around.previous,
        )

    def topic(self, topic: TopicEntry) -> TopicShape:
        """A topic."""
        home = self.paths.topic(topic.name)
        what = home.removeprefix(f"{self.paths.root}/")
        return TopicShape(
            name=topic.name,
            title=topic.title,
            definition=topic.definition,
            category=topic.category,
            own=topic.own,
            page=self.origin + home,
            feed=self.origin + self.paths.feed("atom", what),
        )

    def _entry(self, entry: Entry) -> PaperShape:
        paper = entry.paper
        return PaperShape(
            id=paper.id,
            key=paper.key,
            page=self.origin + self.paths.paper(paper.id),
            title=paper.title,
            abstract=paper.abstract,
            summary=paper.summary,
            summary_by=paper.summary_by,
            authors=list(paper.authors),
            categories=list(paper.categories),
            topics=list(entry.topics),
            keywords=list(paper.keywords),
            url=link_within(paper.url, LONGEST_LINK),
            doi=paper.doi,
            code_url=link_within(paper.code_url, LONGEST_LINK),
            stars=paper.stars,
            project_url=link_within(paper.project_url, LONGEST_LINK),
            venue=paper.venue,
            comment=paper.comment,
            organization=paper.organization,
            license=paper.license,
            submitted=paper.submitted,
            announced=paper.announced,
            listed=paper.listed,
            first_seen=paper.first_seen,
            votes=paper.votes,
            comments=paper.comments,
            sources=list(paper.sources),
            withdrawn=paper.withdrawn,
            matched=list(dict.fromkeys(hit for why in entry.pick.why for hit in why.hits)),
        )
