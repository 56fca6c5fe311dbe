"""What the checks look at: what every platform was sent, what was written down, and what the store says in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.compose import MANUAL
from bot.domain.delivery import RESTORED, Slot, delivery_key
from bot.storage.store import Store
from bot.testing.platforms import Message

from .book import Book, numbers_in
from .cast import Member
from .press import Printed
from .stage import PAPERS_PER_PART, Stage

EXAMPLES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One promise: how often it was put to the test, and where it was broken."""

    name: str
    checked: int
    broken: int = 0
    examples: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it was not broken."""
        return self.broken == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Everything the checks look at."""

    stage: Stage
    book: Book
    members: Sequence[Member]
    slots: Mapping[int, Sequence[Slot]]  # scheduled ones, by destination
    reserved: Mapping[int, frozenset[int]]  # numbers of papers still reserved, by destination
    papers: Sequence[Printed]
    first_seen: Mapping[int, datetime]  # when the store got each paper, by its number
    wanted: Mapping[int, frozenset[int]]  # the numbers of the papers that each destination asks for
    begins: datetime
    ends: datetime  # of the troubles
    now: datetime
    kills: int


async def gather(  # noqa: PLR0913 - everything there is to look at
    store: Store,
    *,
    stage: Stage,
    book: Book,
    members: Sequence[Member],
    papers: Sequence[Printed],
    wanted: Mapping[int, frozenset[int]],
    begins: datetime,
    ends: datetime,
    kills: int,
) -> Evidence:
    """Read what the store says in the end."""
    ids = [member.destination.id for member in members]
    slots = {number: await store.slots(number, limit=100_000) for number in ids}
    shown = await store.shown(ids)
    titles = {paper.id: numbers_in(paper.title) for paper in await store.papers(set().union(*shown.values()))}
    return Evidence(
        stage=stage,
        book=book,
        members=members,
        slots={number: [one for one in found if not _is_manual(one)] for number, found in slots.items()},
        reserved={
            number: frozenset(found for one in mine for found in titles.get(one, []))
            for number, mine in shown.items()
        },
        papers=papers,
        first_seen=await _first_seen(store, papers),
        wanted=wanted,
        begins=begins,
        ends=ends,
        now=stage.clock.now(),
        kills=kills,
    )


async def _first_seen(store: Store, papers: Sequence[Printed]) -> dict[int, datetime]:
    if not papers:
        return {}
    found = await store.listed(since=min(one.day for one in papers), limit=2 * len(papers))
    return {number: paper.first_seen for paper in found for number in numbers_in(paper.title)}


def keys(evidence: Evidence, member: Member) -> Iterator[str]:
    """The keys of every part of every date, and of the line that tells of quiet days, as they should arrive."""
    day = evidence.begins.date() - timedelta(days=20)
    while day <= evidence.now.date() + timedelta(days=2):
        for part in range(_most_parts(member)):
            yield delivery_key(member.address, member.destination.id, day.isoformat(), part)
        yield delivery_key(member.address, member.destination.id, f"{MANUAL}quiet:{day}", 0)
        day += timedelta(days=1)


def messages(evidence: Evidence, member: Member) -> list[Message]:
    platform = evidence.stage.platforms[member.address.platform]
    return [one for one in platform.messages if one.channel == member.address.channel]


def seen(evidence: Evidence, member: Member) -> dict[int, set[str]]:
    """The papers a channel was shown, each with the keys of the messages it stood in; copies are counted elsewhere."""
    seen: dict[int, set[str]] = {}
    for message in messages(evidence, member):
        for number in numbers_in(message.text):
            seen.setdefault(number, set()).add(message.key)
    return seen


def by_key(evidence: Evidence, member: Member) -> dict[str, set[int]]:
    return {one.key: set(numbers_in(one.text)) for one in messages(evidence, member)}


def stands(shown: Mapping[str, set[int]], member: Member, slot: Slot) -> set[int]:
    keys = (
        delivery_key(member.address, member.destination.id, slot.slot_key, part)
        for part in range(_most_parts(member))
    )
    return set().union(*(shown.get(key, set()) for key in keys))


def _most_parts(member: Member) -> int:
    return max(1, -(-member.destination.max_papers // PAPERS_PER_PART))


def _is_manual(slot: Slot) -> bool:
    return slot.slot_key.startswith(MANUAL)


def finding(name: str, checked: int, broken: Iterable[str], note: str = "") -> Finding:
    found = list(broken)
    return Finding(name=name, checked=checked, broken=len(found), examples=tuple(found[:EXAMPLES]), note=note)


def restored_slots(evidence: Evidence) -> int:
    """How many slots a restore set aside."""
    return sum(slot.reason == RESTORED for slots in evidence.slots.values() for slot in slots)
