"""Group commits: the steps of all lanes of a process, written in one transaction after another.

A transaction takes everything that was asked for while the last one ran. So a lone step waits for nobody, and a
thousand at once cost one flush to the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.delivery import Step
from bot.errors import StoreBusy
from bot.storage.store import Store

MOST_STEPS = 500  # in one transaction: others write, too
MOST_AHEAD = 150  # of them what nobody's turn waits for: with more, whose turn it is would wait behind


@dataclass(frozen=True, slots=True)
class Asked:
    """Steps that stand or fall together, and who waits for them."""

    steps: Sequence[Step]
    answer: asyncio.Future[tuple[bool, ...]]


class Commits:
    """Writes steps for one owner; there is no background task to die, whoever asks starts the writer."""

    def __init__(self, store: Store, *, owner: str) -> None:
        self._store = store
        self._owner = owner
        self._waiting: list[Asked] = []
        self._ahead: list[Asked] = []
        self._writer: asyncio.Task[None] | None = None

    async def record(self, *steps: Step, ahead: bool = False) -> tuple[bool, ...]:
        """Commit these steps; for each whether it took effect. Raises what the store raises.

        `ahead`: nobody's turn waits for them, so only a few of them go into one transaction.
        """
        asked = Asked(steps, asyncio.get_running_loop().create_future())
        (self._ahead if ahead else self._waiting).append(asked)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all(), name="commits")
        return await asked.answer

    async def _write_all(self) -> None:
        try:
            while self._waiting or self._ahead:
                await asyncio.sleep(0)  # whoever is ready to ask now comes along
                await self._write(self._taken())
        except asyncio.CancelledError:  # the loop is closing
            for asked in (*self._waiting, *self._ahead):
                asked.answer.cancel()
            raise

    def _taken(self) -> list[Asked]:
        return [*_first_of(self._ahead, MOST_AHEAD), *_first_of(self._waiting, MOST_STEPS)]

    async def _write(self, group: Sequence[Asked]) -> None:
        steps = [step for asked in group for step in asked.steps]
        try:
            took = await self._store.record(steps, owner=self._owner)
        except asyncio.CancelledError:
            for asked in group:
                asked.answer.cancel()
            raise
        except StoreBusy as busy:
            _fail(group, busy)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            await self._one_by_one(group, error)
        except BaseException as error:  # noqa: BLE001 - as it is: it ends those who wait, and they end the rest
            _fail(group, error)
        else:
            _answer(group, took)

    async def _one_by_one(self, group: Sequence[Asked], error: Exception) -> None:
        """One step that cannot be written must not take the others with it."""
        if len(group) == 1:
            _fail(group, error)
            return
        for asked in group:
            await self._write([asked])


def _first_of(line: list[Asked], most: int) -> list[Asked]:
    """Take from a line what came first, up to so many steps; whoever asks for more at once gets them."""
    taken, steps = 0, 0
    for asked in line:
        if taken and steps + len(asked.steps) > most:
            break
        taken, steps = taken + 1, steps + len(asked.steps)
    group = line[:taken]
    del line[:taken]
    return group


def _answer(group: Sequence[Asked], took: Sequence[bool]) -> None:
    start = 0
    for asked in group:
        end = start + len(asked.steps)
        if not asked.answer.done():
            asked.answer.set_result(tuple(took[start:end]))
        start = end


def _fail(group: Sequence[Asked], error: BaseException) -> None:
    for asked in group:
        if not asked.answer.done():
            asked.answer.set_exception(error)
