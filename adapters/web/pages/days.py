"""Pages of days: the newest, one day, a week, a month, and what is wanted most."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands.archive import Archive, Choices, Period, Span
from bot.commands.wording import count, long_date

from .asked import Choice, choice_of, day_of, month_of, week_of
from .drawing import Drawing, Head
from .paths import Paths, span_path
from .words import day_range, full_date, month_name

BACK = {Period.DAY: "day", Period.WEEK: "seven days", Period.MONTH: "thirty days"}
TOP = 3  # papers named in a description


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One day of a calendar."""

    day: date
    papers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """What stands above the papers of some days."""

    kind: str  # "day", "week", "month", "trending"
    title: str
    about: str = ""


class DayPages:
    """Days and what was listed on them."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.newest),
            Route("/day/{day}", self.day),
            Route("/week/{week}", self.week),
            Route("/month/{month}", self.month),
            Route("/trending", self.trending),
            Route("/trending/{period}", self.trending),
        ]

    async def newest(self, request: Request) -> Response:
        """The newest day that has papers."""
        chosen = choice_of(request.query_params)
        span = await self._archive.day(None, **_choices(chosen))
        heading = Heading(kind="day", title=full_date(span.first))
        return await self._page(request, span, chosen, heading, path=self._paths.home())

    async def day(self, request: Request) -> Response:
        """One day."""
        day, chosen = found(day_of(request.path_params["day"])), choice_of(request.query_params)
        span = await self._archive.day(day, **_choices(chosen))
        heading = Heading(kind="day", title=full_date(day))
        return await self._page(request, span, chosen, heading, path=self._paths.day(day))

    async def week(self, request: Request) -> Response:
        """One week, Monday to Sunday."""
        day, chosen = found(week_of(request.path_params["week"])), choice_of(request.query_params)
        span = await self._archive.week(day, **_choices(chosen))
        number = day.isocalendar().week
        heading = Heading(kind="week", title=f"Week {number}", about=day_range(span.first, span.last))
        return await self._page(request, span, chosen, heading, path=self._paths.week(day))

    async def month(self, request: Request) -> Response:
        """One month."""
        day, chosen = found(month_of(request.path_params["month"])), choice_of(request.query_params)
        span = await self._archive.month(day.year, day.month, **_choices(chosen))
        heading = Heading(kind="month", title=month_name(day))
        return await self._page(request, span, chosen, heading, path=self._paths.month(day))

    async def trending(self, request: Request) -> Response:
        """The last day, week or month by votes."""
        period = _period(request.path_params.get("period", Period.WEEK.value))
        chosen = choice_of(request.query_params)
        span = await self._archive.trending(period, **_choices(chosen))
        about = f"Most votes of the last {BACK[period]}, up to {long_date(span.last)}"
        heading = Heading(kind="trending", title="Trending", about=about)
        path = self._paths.trending(period.value)
        return await self._page(request, span, chosen, heading, path=path, period=period.value)

    async def _page(
        self, request: Request, span: Span, chosen: Choice, heading: Heading, *, path: str, period: str = ""
    ) -> Response:
        values = {
            "span": span,
            "chosen": chosen,
            "heading": heading,
            "path": path,
            "period": period,
            "before": self._beside(span.previous, heading),
            "after": self._beside(span.next, heading),
            "strip": await self._strip(span, heading),
            "blanks": span.first.weekday() if heading.kind == "month" else 0,
            "rest": 6 - span.last.weekday() if heading.kind == "month" else 0,
        }
        return self._drawing.page(
            request, "span.html", self._head(span, chosen, heading, values, path), values
        )

    def _head(
        self, span: Span, chosen: Choice, heading: Heading, values: dict[str, object], path: str
    ) -> Head:
        title = f"{heading.title}, {heading.about}" if heading.kind == "week" else heading.title
        return Head(
            title=title,
            description=_described(span),
            path=path + (chosen.but(page=span.page) if span.page > 1 else ""),
            previous=str(values["before"]),
            next=str(values["after"]),
            here="trending" if heading.kind == "trending" else "days",
            listed=bool(span.papers) and chosen.is_plain,
            feed=self._drawing.feed("newest", "The newest papers"),
        )

    def _beside(self, day: date | None, heading: Heading) -> str:
        """The page of the same kind that holds a day; "" when there is none."""
        if day is None or heading.kind == "trending":
            return ""
        return span_path(self._paths, Span(first=day, last=day), heading.kind)

    async def _strip(self, span: Span, heading: Heading) -> Sequence[Cell]:
        """The days around, each with how many papers it has."""
        if heading.kind == "trending":
            return ()
        first, last = _month(span.first) if heading.kind == "month" else _week(span.first)
        counts = {one.day: one.papers for one in await self._archive.days(first, last)}
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [Cell(day=day, papers=counts.get(day, 0)) for day in days]

    @property
    def _archive(self) -> Archive:
        return self._drawing.site.archive

    @property
    def _paths(self) -> Paths:
        return self._drawing.paths


def found(day: date | None) -> date:
    """A day that was named; no such page when it was none."""
    if day is None or not date(1990, 1, 1) <= day <= date(2200, 1, 1):
        raise HTTPException(404)
    return day


def _choices(chosen: Choice) -> Choices:
    return Choices(sort=chosen.sort, source=chosen.source, topic=chosen.topic, page=chosen.page)


def _described(span: Span) -> str:
    titles = "; ".join(entry.paper.title for entry in span.papers[:TOP])
    return f"{count(span.total, 'paper')}: {titles}" if titles else "No papers."


def _period(text: str) -> Period:
    try:
        return Period(text)
    except ValueError:
        raise HTTPException(404) from None


def _week(day: date) -> tuple[date, date]:
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
