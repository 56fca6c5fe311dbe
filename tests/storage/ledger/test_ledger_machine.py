"""Two senders, any steps in any order: what must hold after each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.delivery import (
    Again,
    Bury,
    Claim,
    Delivery,
    Doubt,
    Freeze,
    Hold,
    Sent,
    Settled,
    SlotPlan,
    SlotState,
    Status,
    Step,
)
from bot.domain.digest import Digest, Group, Pick
from bot.domain.subscription import Address, Destination, Schedule
from bot.storage import Store
from bot.storage.slots import finish_slot
from bot.testing.builders import make_batch, make_listing

R = TypeVar("R")
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
LANE = "console:local"
PAPERS = 6
UNSENT = {Status.PENDING, Status.HELD, Status.SENDING, Status.UNCERTAIN}
GIVEN_UP = {Status.DEAD, Status.CANCELLED}
IN_FLIGHT = {Status.SENDING, Status.UNCERTAIN}

owners = st.sampled_from(["one", "two"])
numbers = st.integers(0, 11)
STEPS = st.sampled_from(
    [
        "claim",
        "claim",
        "claim",
        "sent",
        "sent",
        "again",
        "doubt",
        "hold",
        "bury",
        "settled",
        "repeated",
        "freeze",
    ]
)


class Ledger(RuleBasedStateMachine):
    """The store in memory, two destinations of one lane, and two processes that say what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store = self.run(Store.open("sqlite://"))
        self.now = START
        self.day = 0
        self.homes: list[Destination] = []
        self.sent: dict[str, Delivery] = {}
        self.began: dict[str, str] = {}  # who sends a part now, by key
        self.late: set[int] = set()  # destinations where a part given up turned out to be posted

    def run(self, doing: Coroutine[Any, Any, R]) -> R:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()

    @initialize()
    def two_destinations(self) -> None:
        self.run(self.store.add_batch(make_batch(*map(make_listing, range(PAPERS))), now=START))
        for channel in ("first", "second"):
            address = Address(platform="console", workspace="local", channel=channel)
            made = self.store.ensure_destination(
                address, name=channel, schedule=Schedule(at=time(9)), next_due_at=None, now=START
            )
            self.homes.append(self.run(made))
        self.take("one", 60)
        for which in (0, 1, 0, 1):
            self.plan(which)
        self.does("one", *(self.made("freeze", one, 0) for one in self.parts()))

    @rule(which=st.integers(0, 1))
    def plan(self, which: int) -> None:
        """The next digest shows the first paper its destination was not shown yet."""
        self.day += 1
        home = self.homes[which]
        shown = self.run(self.store.shown([home.id]))[home.id]
        papers = self.run(self.store.listed(since=date(2026, 1, 1)))
        picks = tuple(Pick(paper=one, why=(), score=1.0) for one in papers if one.id not in shown)[:2]
        groups = (Group(title="all", picks=picks),) if picks else ()
        digest = Digest(
            address=home.address, destination=home.name, day=START.date(), tz="UTC", groups=groups
        )
        slot = SlotPlan(
            destination_id=home.id,
            slot_key=f"manual:{self.day}",
            due_at=self.now,
            state=SlotState.OPEN,
            digest=digest,
            expires_at=self.now + timedelta(hours=12),
        )
        assert self.run(self.store.plan(slot)) is not None

    @rule(owner=owners, seconds=st.sampled_from([60, 60, 0]))
    def take(self, owner: str, seconds: float) -> None:
        if self.run(self.store.take_lane(LANE, owner=owner, seconds=seconds)) is not None:
            self.began.clear()

    @rule(owner=owners, kind=STEPS, which=numbers, late=st.integers(0, 30))
    def step(self, owner: str, kind: str, which: int, late: int) -> None:
        parts = self.parts()
        if parts:
            self.does(owner, self.made(kind, parts[which % len(parts)], late))

    @rule(owner=owners, kinds=st.lists(st.tuples(STEPS, numbers), min_size=2, max_size=6))
    def group(self, owner: str, kinds: list[tuple[str, int]]) -> None:
        parts = self.parts()
        if parts:
            self.does(owner, *(self.made(kind, parts[which % len(parts)], 0) for kind, which in kinds))

    @rule(owner=owners)
    def send_heads(self, owner: str) -> None:
        ready = self.run(self.store.ready(LANE, self.now))
        self.does(owner, *(self.made("claim", one, 0) for one in ready))

    @rule(minutes=st.sampled_from([1, 60, 13 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.run(self.store.expire(self.now))

    @rule(which=st.integers(0, 1))
    def resume(self, which: int) -> None:
        self.run(self.store.resume_destination(self.homes[which].id, self.now))

    @rule(which=numbers)
    def skip(self, which: int) -> None:
        parts = self.parts()
        if parts:
            slot_id = parts[which % len(parts)].slot_id
            given_up = self.store.database.write(
                lambda db: finish_slot(db, slot_id, SlotState.SKIPPED, reason="unsubscribed")
            )
            self.run(given_up)

    @invariant()
    def a_sent_part_never_changes(self) -> None:
        parts = {one.key: one for one in self.parts()}
        for key, was in self.sent.items():
            assert parts[key] == was
        self.sent = {key: one for key, one in parts.items() if one.status is Status.SENT}

    @invariant()
    def one_in_flight_per_destination_and_parts_in_order(self) -> None:
        for home in self.homes:
            mine = [one for one in self.parts() if one.destination_id == home.id]
            sending = [one for one in mine if one.status is Status.SENDING]
            assert len(sending) <= 1
            ready = [
                one for one in self.run(self.store.ready(LANE, self.now)) if one.destination_id == home.id
            ]
            assert len(ready) <= 1
            unsent = [one for one in mine if one.status in UNSENT]
            first = min(unsent, key=lambda one: (one.slot_id, one.part_no), default=None)
            assert all(one == first for one in ready)
            assert not (ready and sending)

    @invariant()
    def a_slot_follows_its_parts(self) -> None:
        by_slot: dict[int, list[Delivery]] = {}
        for one in self.parts():
            by_slot.setdefault(one.slot_id, []).append(one)
        for slot_id, parts in by_slot.items():
            slot = self.run(self.store.slot_by_id(slot_id))
            assert slot is not None
            statuses = {one.status for one in parts}
            assert (slot.state is SlotState.SENT) == (statuses == {Status.SENT})
            if slot.state in {SlotState.DEAD, SlotState.SKIPPED}:
                assert statuses.isdisjoint({Status.PENDING, Status.HELD})
            if slot.state is SlotState.OPEN:
                assert statuses.isdisjoint({Status.DEAD, Status.CANCELLED})

    @invariant()
    def papers_are_kept_while_anybody_may_see_them_and_given_back_when_nobody_did(self) -> None:
        for home in (one for one in self.homes if one.id not in self.late):
            kept = self.run(self.store.shown([home.id]))[home.id]
            meant: set[int] = set()
            for slot_id in {one.slot_id for one in self.parts() if one.destination_id == home.id}:
                slot, digest = self.run(self.store.slot_by_id(slot_id)), self.run(self.store.digest(slot_id))
                assert slot is not None
                assert digest is not None
                mine = [one for one in self.parts() if one.slot_id == slot_id]
                open_or_seen = slot.state in {SlotState.OPEN, SlotState.SENT} or any(
                    one.status in {*IN_FLIGHT, Status.SENT} or one.doubted for one in mine
                )
                papers = {pick.paper.id for pick in digest.picks} if open_or_seen else set()
                assert papers.isdisjoint(meant), "shown twice"
                meant |= papers
            assert kept == meant

    def parts(self) -> tuple[Delivery, ...]:
        return self.run(self.store.deliveries(limit=1000))

    def does(self, owner: str, *steps: Step) -> None:
        """Record, and remember who is sending what."""
        before = {one.id: one for one in self.parts()}
        for step, took in zip(steps, self.run(self.store.record(steps, owner=owner)), strict=True):
            part = before[step.delivery_id]
            key = part.key
            buried = any(isinstance(one, Bury) and one.delivery_id == part.id for one in steps)
            if isinstance(step, Sent | Settled) and took and (buried or part.status in GIVEN_UP):
                self.late.add(part.destination_id)  # its papers may be in another digest by now
            if isinstance(step, Claim) and took:
                assert key not in self.began, "two send it at a time"
                self.began[key] = owner
            if isinstance(step, Again | Doubt | Hold | Bury) and took:
                assert self.began.pop(key, owner) == owner
            if isinstance(step, Sent | Settled) and took:
                self.began.pop(key, None)

    def made(self, kind: str, part: Delivery, late: int) -> Step:
        it, then = part.id, self.now + timedelta(minutes=late)
        steps: dict[str, Step] = {
            "freeze": Freeze(delivery_id=it, payloads=(b"one", b"two")),
            "claim": Claim(delivery_id=it, at=self.now),
            "sent": Sent(delivery_id=it, remote_id="m", at=self.now),
            "again": Again(delivery_id=it, error="refused", not_before=then, deferral=late > 10),
            "doubt": Doubt(delivery_id=it, error="timeout", ask_from=then),
            "hold": Hold(delivery_id=it, error="archived", pause=late > 10),
            "bury": Bury(delivery_id=it, error="too long"),
            "settled": Settled(delivery_id=it, found="m" if late > 20 else None, at=self.now),
            "repeated": Settled(delivery_id=it, found=None, at=self.now, repeated=True),
        }
        return steps[kind]


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=5, stateful_step_count=30, deadline=None)


@pytest.mark.slow
class TestLedgerAtLength(Ledger.TestCase):  # type: ignore[misc,name-defined] # a class made at run time
    settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
