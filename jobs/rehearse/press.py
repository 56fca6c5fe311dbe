"""Papers for every day, and the sources that list them: fewer at weekends, none on some days, some late."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from bot.domain.paper import Batch, Facts, Freshness, Listing, Validator
from bot.domain.weekdays import is_weekend
from bot.errors import SourceError

SOURCES = ("huggingface", "arxiv")
WORDS = (
    "knitting",
    "beekeeping",
    "pottery",
    "origami",
    "falconry",
    "cartography",
    "sundial",
    "whittling",
    "calligraphy",
    "juggling",
    "bookbinding",
    "topiary",
)
QUALITIES = ("gentle", "steady", "curious", "patient", "brisk", "frugal", "nimble", "quiet")
EMPTY_DAYS = 0.06  # weekdays without any paper: holidays
LATE = 0.06  # papers that a source lists a day or two after their day
WEEKEND = 0.3  # how much of a weekday's papers a Saturday brings
BODY = "We study {words} with {quality} hands. In {count} trials it works {percent} % better than before."


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """One paper: what it is about, where it is listed, and from when on."""

    number: int
    words: tuple[str, ...]
    day: date
    out: datetime
    sources: tuple[str, ...]
    quality: str

    @property
    def title(self) -> str:
        """The one line by which it is known again."""
        return f"{' and '.join(self.words)} for {self.quality} people, study {self.number}"

    @property
    def facts(self) -> Facts:
        """What every source says of it."""
        body = BODY.format(
            words=" and ".join(self.words), quality=self.quality, count=self.number, percent=self.number % 50
        )
        key = f"{self.day:%y%m}.{self.number % 100_000:05d}"
        return Facts(
            title=self.title,
            abstract=body,
            keys=(f"arxiv:{key}",),
            authors=(f"Author {self.number % 97}",),
            categories=("cs.LG",),
            url=f"https://arxiv.org/abs/{key}",
            submitted=self.day,
        )


def print_papers(
    chance: Random, first: date, days: int, *, per_day: int, words: Sequence[str] = WORDS
) -> tuple[Printed, ...]:
    """Every paper of a span of days, in the order they come out."""
    found: list[Printed] = []
    for day in (first + timedelta(days=number) for number in range(days)):
        for _ in range(_how_many(chance, day, per_day)):
            found.append(_printed(chance, day, len(found) + 1, words))
    return tuple(sorted(found, key=lambda one: one.out))


def _how_many(chance: Random, day: date, per_day: int) -> int:
    if not is_weekend(day):
        return 0 if chance.random() < EMPTY_DAYS else chance.randint(per_day // 2, per_day * 3 // 2)
    return chance.randint(0, round(per_day * WEEKEND))


def _printed(chance: Random, day: date, number: int, words: Sequence[str]) -> Printed:
    out = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 20 * 60))
    if chance.random() < LATE:
        out += timedelta(days=chance.randint(1, 2))
    return Printed(
        number=number,
        words=tuple(chance.sample(list(words), k=min(len(words), chance.choice((1, 1, 1, 2))))),
        day=day,
        out=out,
        sources=chance.choice((SOURCES, SOURCES[:1], SOURCES[1:])),
        quality=chance.choice(QUALITIES),
    )


class Press:
    """One source, as the outside has it at a moment; what it gave before it gives only when asked anew."""

    def __init__(
        self,
        name: str,
        papers: Mapping[date, Sequence[Printed]],
        *,
        now: datetime,
        known: Mapping[str, Validator],
        trouble: str = "",
        thorough: bool = False,
    ) -> None:
        """`thorough`: say of every day that it has not changed, as sources do; else only of today."""
        self.name = name
        self._papers = papers
        self._now = now
        self._known = known
        self._trouble = trouble
        self._thorough = thorough

    async def fetch(self, *, since: date) -> AsyncIterator[Batch]:
        """The days on which something changed, newest first, and always today."""
        if self._trouble:
            raise SourceError(f"{self.name} did not answer.", reason=self._trouble)
        today = self._now.date()
        day = today
        while day >= since:
            batch = self._batch(day)
            if batch.listings or day == today or self._thorough:
                yield batch
            day -= timedelta(days=1)

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - the port's signature
        """No file is its."""
        return False

    def parse(self, body: bytes, *, day: date | None) -> Batch:
        """No file is its."""
        raise SourceError(f"{len(body)} bytes for {day} are none of {self.name}'s.", reason="malformed")

    def _batch(self, day: date) -> Batch:
        listed = [
            one for one in self._papers.get(day, ()) if one.out <= self._now and self.name in one.sources
        ]
        url = f"https://{self.name}.example/{day}"
        etag = str(len(listed))
        known = self._known.get(url)
        changed = listed if known is None or known.etag != etag else []
        return Batch(
            source=self.name,
            origin="",
            day=day,
            freshness=Freshness.FRESH,
            listings=tuple(self._listing(one, rank) for rank, one in enumerate(changed, start=1)),
            validators=(Validator(url=url, etag=etag),) if changed else (),
        )

    def _listing(self, one: Printed, rank: int) -> Listing:
        return Listing(
            source=self.name, origin="", day=one.day, rank=rank, votes=one.number % 40, facts=one.facts
        )
