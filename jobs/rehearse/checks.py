"""The promises, checked against what every platform was sent and what the database says in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.compose import MANUAL
from bot.domain.delivery import Slot, SlotState, delivery_key
from bot.storage.restoring import RESTORED
from bot.storage.store import Store
from bot.testing.platforms import Message, Verdict, judge

from .book import Book, Page, numbers_in
from .cast import Member
from .oracle import asked
from .press import Printed
from .stage import Stage

MOST_PARTS = 40
EXAMPLES = 5
WINDOW = timedelta(days=14)  # how long a paper may wait for a digest


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
    begins: datetime
    ends: datetime  # of the troubles
    now: datetime
    kills: int


async def gather(
    store: Store,
    *,
    stage: Stage,
    book: Book,
    members: Sequence[Member],
    papers: Sequence[Printed],
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
        begins=begins,
        ends=ends,
        now=stage.clock.now(),
        kills=kills,
    )


def check(evidence: Evidence) -> list[Finding]:
    """Every promise."""
    verdicts = {name: _judged(evidence, name) for name in evidence.stage.platforms}
    return [
        *slot_findings(evidence),
        *paper_findings(evidence),
        *digest_findings(evidence),
        *message_findings(evidence, verdicts),
    ]


def slot_findings(evidence: Evidence) -> Iterator[Finding]:
    """One slot, and an end to it, for every date that was asked for."""
    missing, strange, double, open_ones = [], [], [], []
    expected_in_all = 0
    for member in evidence.members:
        number = member.destination.id
        found = Counter(slot.slot_key for slot in evidence.slots[number])
        wanted = asked(member.destination.schedule, evidence.begins, evidence.now)
        expected_in_all += len(wanted)
        pauses = evidence.book.pauses.get(number, [])
        missing += [
            f"{member.address} {one.day}"
            for one in wanted
            if one.day.isoformat() not in found and not any(span.holds(one.at) for span in pauses)
        ]
        days = {one.day.isoformat() for one in wanted}
        strange += [f"{member.address} {key}" for key in found if key not in days and _is_new(key, evidence)]
        double += [f"{member.address} {key}" for key, times in found.items() if times > 1]
        open_ones += [
            f"{member.address} {slot.slot_key}"
            for slot in evidence.slots[number]
            if slot.state is SlotState.OPEN
        ]
    yield _finding("every date asked for has its slot", expected_in_all, missing)
    yield _finding("no slot nobody asked for", expected_in_all, strange)
    yield _finding("no date has two slots", expected_in_all, double)
    yield _finding("every slot has come to an end", expected_in_all, open_ones)


def paper_findings(evidence: Evidence) -> Iterator[Finding]:
    """Each paper once per channel, and none lost."""
    twice, lost = [], []
    pairs = shown_in_all = aside = visible = aged = 0
    for member in evidence.members:
        seen = _seen(evidence, member)
        shown_in_all += len(seen)
        twice += [f"{member.address} study {number}" for number, keys in seen.items() if len(keys) > 1]
        folded, ended = _folded(evidence, member)
        for paper in evidence.papers:
            if not _is_due(evidence, member, paper):
                continue
            pairs += 1
            if paper.number in seen or paper.number in folded:
                continue
            if any(span.since - WINDOW <= paper.out <= span.until for span in evidence.book.restores):
                aside += 1
            elif paper.number in ended:
                visible += 1
            elif _aged(evidence, member, paper):
                aged += 1
            else:
                lost.append(f"{member.address} study {paper.number} of {paper.day}")
    yield _finding("no paper twice in a channel", shown_in_all, twice)
    note = f"set aside by a restore {aside}, in a slot that ended visibly {visible}, past every window {aged}"
    yield _finding("no paper lost", pairs, lost, note)


def digest_findings(evidence: Evidence) -> Iterator[Finding]:
    """What a digest says of itself, and what stands in its channel."""
    sums, different = [], []
    sent = 0
    for member in evidence.members:
        shown = _by_key(evidence, member)
        for slot in evidence.slots[member.destination.id]:
            page = evidence.book.pages.get((slot.destination_id, slot.slot_key))
            if page is None:
                continue
            if len(set(page.papers)) != page.matched:
                sums.append(f"{member.address} {slot.slot_key}")
            if slot.state is SlotState.SENT:
                sent += 1
                if _stands(shown, member, slot) != set(page.shown):
                    different.append(f"{member.address} {slot.slot_key}")
    yield _finding("shown + folded + deferred = matched", len(evidence.book.pages), sums)
    yield _finding("what stands in the channel is what was frozen", sent, different)


def message_findings(evidence: Evidence, verdicts: Mapping[str, Verdict]) -> Iterator[Finding]:
    """What readers would complain about."""
    arrived = sum(verdict.arrived for verdict in verdicts.values())
    repeated = [f"{name} {copy.channel}" for name, one in verdicts.items() for copy in one.repeated]
    marked = sum(len(verdict.marked) for verdict in verdicts.values())
    unknown = sum(evidence.stage.raised[code] for code in ("P-UNKNOWN", "TimeoutError"))
    allowed = evidence.kills + unknown
    over = [f"{marked} copies, {allowed} kills and lost answers"] if marked > allowed else []
    overtaken = [f"{name} {one.channel}" for name, verdict in verdicts.items() for one in verdict.overtaken]
    fast = [
        f"{name} {one.lane} {one.channel}" for name, verdict in verdicts.items() for one in verdict.too_fast
    ]
    early = sum(verdict.early for verdict in verdicts.values())
    strangers = [f"{name} {where[0]}" for name, verdict in verdicts.items() for where in verdict.strangers]
    requests = sum(len(platform.requests) for platform in evidence.stage.platforms.values())
    yield _finding("no message repeated without a mark", arrived, repeated)
    yield _finding("marked copies: at most one per kill or lost answer", arrived, over, f"marked {marked}")
    yield _finding("no message out of order", arrived, overtaken)
    yield _finding("no message nobody planned", arrived, strangers)
    yield _finding("no platform's rate exceeded", requests, fast)
    yield _finding("nobody early after a 429", requests, ["requests"] * early)


def logged_finding(evidence: Evidence, failed_fetches: int) -> Finding:
    """Every fault that was met has a line in the log, under its code."""
    met = Counter(evidence.stage.raised)
    met["timeout"] += failed_fetches
    unlogged = [
        f"{code}: {count - evidence.book.logged[code]} of {count}"
        for code, count in met.items()
        if evidence.book.logged[code] < count
    ]
    return _finding("every fault is in the log with its code", met.total(), unlogged)


def _judged(evidence: Evidence, name: str) -> Verdict:
    """A platform's messages against every key that could be meant for its channels, in order."""
    wanted = {
        member.address.channel: list(_keys(evidence, member))
        for member in evidence.members
        if member.address.platform == name
    }
    return judge(evidence.stage.platforms[name], wanted)


def _keys(evidence: Evidence, member: Member) -> Iterator[str]:
    """The keys of every part of every date, and of the line that tells of quiet days, as they should arrive."""
    day = evidence.begins.date() - timedelta(days=20)
    while day <= evidence.now.date() + timedelta(days=2):
        for slot_key in (day.isoformat(), f"{MANUAL}quiet:{day}"):
            for part in range(MOST_PARTS):
                yield delivery_key(member.address, slot_key, part)
        day += timedelta(days=1)


def _messages(evidence: Evidence, member: Member) -> list[Message]:
    platform = evidence.stage.platforms[member.address.platform]
    return [one for one in platform.messages if one.channel == member.address.channel]


def _seen(evidence: Evidence, member: Member) -> dict[int, set[str]]:
    """The papers a channel was shown, each with the keys of the messages it stood in; copies are counted elsewhere."""
    seen: dict[int, set[str]] = {}
    for message in _messages(evidence, member):
        for number in numbers_in(message.text):
            seen.setdefault(number, set()).add(message.key)
    return seen


def _by_key(evidence: Evidence, member: Member) -> dict[str, set[int]]:
    return {one.key: set(numbers_in(one.text)) for one in _messages(evidence, member)}


def _stands(shown: Mapping[str, set[int]], member: Member, slot: Slot) -> set[int]:
    keys = (delivery_key(member.address, slot.slot_key, part) for part in range(MOST_PARTS))
    return set().union(*(shown.get(key, set()) for key in keys))


def _folded(evidence: Evidence, member: Member) -> tuple[set[int], set[int]]:
    """The papers behind "N more" of sent digests, and those of digests that ended otherwise, for all to see."""
    folded: set[int] = set()
    ended: set[int] = set()
    for slot in evidence.slots[member.destination.id]:
        page = evidence.book.pages.get((slot.destination_id, slot.slot_key), _NO_PAGE)
        if slot.state is SlotState.SENT:
            folded |= set(page.folded)
        elif slot.state in {SlotState.DEAD, SlotState.SKIPPED} and slot.reason:
            ended |= set(page.papers) & evidence.reserved[member.destination.id]
    return folded, ended


_NO_PAGE = Page(shown=(), folded=(), deferred=(), matched=0)


def _is_due(evidence: Evidence, member: Member, paper: Printed) -> bool:
    """Whether a destination must be shown a paper: it matches, and came out while everything was under way."""
    return (
        not member.words.isdisjoint(paper.words)
        and paper.day > evidence.begins.date()
        and paper.out <= evidence.ends
    )


def _aged(evidence: Evidence, member: Member, paper: Printed) -> bool:
    """Whether every slot that could have shown it was skipped or died, for all to see."""
    last = datetime.combine(paper.day, paper.out.timetz()) + WINDOW
    able = [slot for slot in evidence.slots[member.destination.id] if paper.out <= slot.due_at <= last]
    return all(slot.state in {SlotState.SKIPPED, SlotState.DEAD} for slot in able)


def _is_new(key: str, evidence: Evidence) -> bool:
    """Whether a slot is of the rehearsal, not of what an operator's database held before."""
    return date.fromisoformat(key) >= evidence.begins.date()


def _is_manual(slot: Slot) -> bool:
    return slot.slot_key.startswith(MANUAL)


def _finding(name: str, checked: int, broken: Iterable[str], note: str = "") -> Finding:
    found = list(broken)
    return Finding(name=name, checked=checked, broken=len(found), examples=tuple(found[:EXAMPLES]), note=note)


def restored_slots(evidence: Evidence) -> int:
    """How many slots a restore set aside."""
    return sum(slot.reason == RESTORED for slots in evidence.slots.values() for slot in slots)
