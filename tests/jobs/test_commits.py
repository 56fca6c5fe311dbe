"""Steps are committed together, and fail apart."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.delivery import Claim
from bot.errors import StoreBusy
from jobs.commits import MOST_AHEAD, Commits

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Ledger:
    """Takes groups of steps, slowly; refuses some, breaks at others."""

    def __init__(self, *, poison=(), busy=0, dies=False):
        self.began = asyncio.Event()
        self.groups, self.poison, self.busy, self.dies = [], set(poison), busy, dies

    async def record(self, steps, *, owner):
        numbers = [step.delivery_id for step in steps]
        self.groups.append(numbers)
        self.began.set()
        await asyncio.sleep(0.01)
        if self.dies:
            raise Killed
        if self.busy:
            self.busy -= 1
            raise StoreBusy("busy")
        if self.poison.intersection(numbers):
            raise ZeroDivisionError
        return tuple(number % 2 == 0 for number in numbers)


class Killed(BaseException):
    """What nothing catches, as a power cut is not caught."""


def claim(number):
    return Claim(delivery_id=number, at=NINE)


async def all_of(commits, *numbers):
    return await asyncio.gather(
        *(commits.record(claim(number)) for number in numbers), return_exceptions=True
    )


async def test_what_is_asked_at_once_is_one_transaction_and_each_gets_its_own_answer():
    commits = Commits(ledger := Ledger(), owner="me")
    assert await all_of(commits, 1, 2, 3) == [(False,), (True,), (False,)]
    assert ledger.groups == [[1, 2, 3]]
    assert await commits.record(claim(4), claim(5)) == (True, False)


async def test_what_comes_while_one_is_written_goes_with_the_next():
    commits = Commits(ledger := Ledger(), owner="me")
    first = asyncio.create_task(commits.record(claim(0)))
    await ledger.began.wait()
    await asyncio.gather(first, all_of(commits, *range(1, 50)))
    assert ledger.groups == [[0], list(range(1, 50))]


async def test_one_transaction_does_not_grow_without_end():
    commits = Commits(ledger := Ledger(), owner="me")
    await all_of(commits, *range(1200))
    assert [len(group) for group in ledger.groups] == [500, 500, 200]


async def test_a_step_that_cannot_be_written_takes_no_other_with_it():
    commits = Commits(Ledger(poison={2}), owner="me")
    answers = await all_of(commits, 1, 2, 4)
    assert [answers[0], answers[2]] == [(False,), (True,)]
    assert isinstance(answers[1], ZeroDivisionError)


async def test_a_busy_store_is_everybody_s_answer_and_the_next_goes_through():
    commits = Commits(Ledger(busy=1), owner="me")
    assert [type(answer) for answer in await all_of(commits, 1, 2)] == [StoreBusy, StoreBusy]
    assert await commits.record(claim(2)) == (True,)


async def test_whoever_gives_up_waiting_stops_nobody_else():
    commits = Commits(Ledger(), owner="me")
    tasks = [asyncio.create_task(commits.record(claim(number))) for number in (2, 4)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await tasks[1] == (True,)


async def test_what_ends_the_process_reaches_everybody_who_waits():
    commits = Commits(Ledger(dies=True), owner="me")
    with pytest.raises(Killed):
        await commits.record(claim(1))


async def test_what_no_turn_waits_for_does_not_hold_up_what_one_waits_for():
    commits = Commits(ledger := Ledger(), owner="me")
    first = asyncio.create_task(commits.record(claim(0)))
    await ledger.began.wait()
    ahead = [asyncio.create_task(commits.record(claim(number), ahead=True)) for number in range(1, 1 + 400)]
    await asyncio.sleep(0)
    assert await commits.record(claim(1000)) == (True,)
    assert 1000 in ledger.groups[1]
    assert len(ledger.groups[1]) == 1 + MOST_AHEAD
    await asyncio.gather(first, *ahead)
    assert sorted(number for group in ledger.groups for number in group) == [*range(401), 1000]
