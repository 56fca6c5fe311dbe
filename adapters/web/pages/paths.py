"""Where every page is: the only place that knows addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from bot.commands.archive import Span


@dataclass(frozen=True, slots=True)
class Paths:
    """The addresses of pages below a root."""

    root: str
    files: Mapping[str, str]  # a file of ours -> its name with what it holds: "style.css" -> "style.1f2e.css"

    def home(self) -> str:
        """The newest day."""
        return f"{self.root}/"

    def plain(self, path: str) -> str:
        """A page by its path."""
        return f"{self.root}{path}"

    def file(self, name: str) -> str:
        """A style, a script, a picture of ours."""
        return f"{self.root}/static/{self.files[name]}"

    def day(self, day: date) -> str:
        """The papers of a day."""
        return f"{self.root}/day/{day.isoformat()}"

    def week(self, day: date) -> str:
        """The papers of the ISO week of a day."""
        year, week, _ = day.isocalendar()
        return f"{self.root}/week/{year:04}-W{week:02}"

    def month(self, day: date) -> str:
        """The papers of the month of a day."""
        return f"{self.root}/month/{day.year:04}-{day.month:02}"

    def trending(self, period: str) -> str:
        """What is wanted most of the last days."""
        return f"{self.root}/trending/{period}"

    def search(self, text: str = "", **filters: str) -> str:
        """What a query finds."""
        given = {name: value for name, value in {"q": text, **filters}.items() if value}
        return f"{self.root}/search" + (f"?{urlencode(given, errors='replace')}" if given else "")

    def paper(self, number: int) -> str:
        """One paper."""
        return f"{self.root}/paper/{number}"

    def cite(self, number: int, ending: str) -> str:
        """How to cite one paper, as a file."""
        return f"{self.root}/paper/{number}/cite.{ending}"

    def topics(self) -> str:
        """Every topic."""
        return f"{self.root}/topics"

    def topic(self, name: str) -> str:
        """The papers of a topic."""
        return f"{self.root}/topic/{quote(name, safe='', errors='replace')}"

    def digest(self, token: str, day: date | None = None, slot: int | None = None) -> str:
        """One digest of those a token opens; the newest when none is named."""
        which = f"/{day.isoformat()}" if day else ""
        return f"{self.root}/digest/{quote(token, safe='')}{which}" + (f"?slot={slot}" if slot else "")

    def feed(self, kind: str, what: str) -> str:
        """A feed: of the newest day, a topic, a query."""
        return f"{self.root}/feeds/{what}.{kind}"


def span_path(paths: Paths, span: Span, kind: str) -> str:
    """Some days by the kind of page they are on: "day", "week" or "month"."""
    return {"day": paths.day, "week": paths.week, "month": paths.month}[kind](span.first)
