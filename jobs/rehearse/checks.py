"""The promises, checked against the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from bot.domain.delivery import SlotState
from bot.testing.platforms import Verdict, judge

from .book import Page
from .cast import Member
from .evidence import Evidence, Finding, by_key, finding, keys, seen, stands
from .oracle import asked
from .press import Printed

WINDOW = timedelta(days=14)  # how long a paper may wait for a digest
ASKED_WITHIN = timedelta(hours=26)  # a source is asked every eight hours, and now and then does not answer


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
    yield finding("every date asked for has its slot", expected_in_all, missing)
    yield finding("no slot nobody asked for", expected_in_all, strange)
    yield finding("no date has two slots", expected_in_all, double)
    yield finding("every slot has come to an end", expected_in_all, open_ones)


def paper_findings(evidence: Evidence) -> Iterator[Finding]:
    """Each paper once per channel, and none lost."""
    twice, lost = [], []
    pairs = shown_in_all = aside = visible = aged = 0
    for member in evidence.members:
        there = seen(evidence, member)
        shown_in_all += len(there)
        twice += [f"{member.address} study {number}" for number, parts in there.items() if len(parts) > 1]
        folded, ended = _folded(evidence, member)
        for paper in evidence.papers:
            if not _is_due(evidence, member, paper):
                continue
            pairs += 1
            if paper.number in there or paper.number in folded:
                continue
            if any(span.since - WINDOW <= paper.out <= span.until for span in evidence.book.restores):
                aside += 1
            elif paper.number in ended:
                visible += 1
            elif _aged(evidence, member, paper):
                aged += 1
            else:
                lost.append(f"{member.address} study {paper.number} of {paper.day}")
    yield finding("no paper twice in a channel", shown_in_all, twice)
    note = f"set aside by a restore {aside}, in a slot that ended visibly {visible}, past every window {aged}"
    yield finding("no paper lost", pairs, lost, note)


def digest_findings(evidence: Evidence) -> Iterator[Finding]:
    """What a digest says of itself, and what stands in its channel."""
    sums, different = [], []
    sent = 0
    for member in evidence.members:
        shown = by_key(evidence, member)
        for slot in evidence.slots[member.destination.id]:
            page = evidence.book.pages.get((slot.destination_id, slot.slot_key))
            if page is None:
                continue
            if len(set(page.papers)) != page.matched:
                sums.append(f"{member.address} {slot.slot_key}")
            if slot.state is SlotState.SENT:
                sent += 1
                if stands(shown, member, slot) != set(page.shown):
                    different.append(f"{member.address} {slot.slot_key}")
    yield finding("shown + folded + deferred = matched", len(evidence.book.pages), sums)
    yield finding("what stands in the channel is what was frozen", sent, different)


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
    yield finding("no message repeated without a mark", arrived, repeated)
    yield finding("marked copies: at most one per kill or lost answer", arrived, over, f"marked {marked}")
    yield finding("no message out of order", arrived, overtaken)
    yield finding("no message nobody planned", arrived, strangers)
    yield finding("no platform's rate exceeded", requests, fast)
    # A process that dies with the answer in its hand tells nobody of it.
    hasty = [f"{early} requests, {evidence.kills} kills"] if early > evidence.kills else []
    yield finding("nobody early after a 429, but for who was killed", requests, hasty, f"early {early}")


def logged_finding(evidence: Evidence, failed_fetches: int) -> Finding:
    """Every fault that was met has a line in the log, under its code."""
    met = Counter(evidence.stage.raised)
    met["timeout"] += failed_fetches
    unlogged = [
        f"{code}: {count - evidence.book.logged[code]} of {count}"
        for code, count in met.items()
        if evidence.book.logged[code] < count
    ]
    return finding("every fault is in the log with its code", met.total(), unlogged)


def _judged(evidence: Evidence, name: str) -> Verdict:
    """A platform's messages against every key that could be meant for its channels, in order."""
    wanted = {
        member.address.channel: list(keys(evidence, member))
        for member in evidence.members
        if member.address.platform == name
    }
    return judge(evidence.stage.platforms[name], wanted)


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
        paper.number in evidence.wanted[member.destination.id]
        and paper.day > evidence.begins.date()
        and paper.out <= evidence.ends
    )


def _aged(evidence: Evidence, member: Member, paper: Printed) -> bool:
    """Whether every slot that could have shown it was skipped or died, for all to see."""
    last = datetime.combine(paper.day, paper.out.timetz()) + WINDOW
    # A digest cannot show what no source was asked about since it came out.
    known = min(evidence.first_seen.get(paper.number, paper.out), paper.out + ASKED_WITHIN)
    able = [slot for slot in evidence.slots[member.destination.id] if known <= slot.due_at <= last]
    return all(slot.state in {SlotState.SKIPPED, SlotState.DEAD} for slot in able)


def _is_new(key: str, evidence: Evidence) -> bool:
    """Whether a slot is of the rehearsal, not of what an operator's database held before."""
    return date.fromisoformat(key) >= evidence.begins.date()


def unforeseen_finding(evidence: Evidence) -> Finding:
    """Nothing ended in a traceback."""
    return finding("nothing failed in a way nobody foresaw", evidence.book.lines, evidence.book.unforeseen)
