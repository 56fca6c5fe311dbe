"""What can be asked: one declaration each, which is served and described as it stands here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from bot.commands.archive import Archive, Trouble

from .drawn import Around, Draws
from .given import DayGiven, Given, Paged, PaperGiven, SearchGiven, TopicGiven, TopicsGiven
from .shapes import DayAnswer, PaperAnswer, SearchAnswer, Shape, TopicAnswer, TopicsAnswer

Outcome: TypeAlias = Shape | Trouble | None  # None: there is no such thing


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request, read."""

    archive: Archive
    draws: Draws
    path: str  # its own, whole: "https://papers.example.org/api/v1/search"

    def around(self, given: Paged, pages: int) -> Around:
        """The addresses of the pages before and after."""
        page = given.page
        return Around(
            previous=self._page(given, page - 1) if 1 < page <= pages + 1 else None,
            next=self._page(given, page + 1) if page < pages else None,
        )

    def _page(self, given: Paged, page: int) -> str:
        said = given.model_dump(mode="json", exclude_defaults=True, exclude={"page", "day", "name"})
        if page > 1:
            said["page"] = page
        values = {name: str(value).lower() if value is True else value for name, value in said.items()}
        return self.path + (f"?{urlencode(values)}" if values else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One address: what is taken, what is given, and who answers."""

    path: str  # below /api
    name: str
    summary: str
    given: type[Given]
    gives: type[Shape]
    act: Callable[[Asked, Any], Awaitable[Outcome]]
    missing: str = ""  # what is said where there is none; "" where there is always an answer
    paths: tuple[str, ...] = ()  # the values that stand in the path


async def _paper(asked: Asked, given: PaperGiven) -> Outcome:
    page = await asked.archive.paper(given.id)
    return None if page is None else asked.draws.paper(page)


async def _day(asked: Asked, given: DayGiven) -> Outcome:
    span = await asked.archive.day(
        given.day, sort=given.sort, source=given.source, topic=given.topic, page=given.page, size=given.size
    )
    return span.trouble or asked.draws.day(span, asked.around(given, span.pages))


async def _search(asked: Asked, given: SearchGiven) -> Outcome:
    found = await asked.archive.search(
        given.q, given.page, filters=given.filters, order=given.order, size=given.size
    )
    return found.trouble or asked.draws.search(found, asked.around(given, found.pages))


async def _topics(asked: Asked, given: TopicsGiven) -> Outcome:
    shelves = await asked.archive.topics(given.q)
    return TopicsAnswer(topics=[asked.draws.topic(topic) for shelf in shelves for topic in shelf.topics])


async def _topic(asked: Asked, given: TopicGiven) -> Outcome:
    page = await asked.archive.topic(given.name, given.page, size=given.size)
    if page is None:
        return None
    return page.trouble or asked.draws.topic_page(page, asked.around(given, page.pages))


OPERATIONS = (
    Operation(
        path="/v1/papers/{id}",
        name="paper",
        summary="One paper: what is known of it, what is like it, how to cite it.",
        given=PaperGiven,
        gives=PaperAnswer,
        act=_paper,
        missing="There is no such paper here.",
        paths=("id",),
    ),
    Operation(
        path="/v1/search",
        name="search",
        summary="The papers that match a query, with filters.",
        given=SearchGiven,
        gives=SearchAnswer,
        act=_search,
    ),
    Operation(
        path="/v1/days/{day}",
        name="day",
        summary="The papers that were listed on a day.",
        given=DayGiven,
        gives=DayAnswer,
        act=_day,
        paths=("day",),
    ),
    Operation(
        path="/v1/topics",
        name="topics",
        summary="The topics: queries with names.",
        given=TopicsGiven,
        gives=TopicsAnswer,
        act=_topics,
    ),
    Operation(
        path="/v1/topics/{name}",
        name="topic",
        summary="A topic and its papers, newest first.",
        given=TopicGiven,
        gives=TopicAnswer,
        act=_topic,
        missing="There is no topic of this name.",
        paths=("name",),
    ),
)
