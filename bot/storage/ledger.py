"""The ledger: what happened to every outgoing message, written down in groups.

An intent is committed before the call it allows, an outcome after the call it records, so a crash loses nothing: what
was `sending` when its sender died is `uncertain` when the lane is taken again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeGuard, TypeVar

from sqlalchemy import Connection

from bot.domain.delivery import Again, Bury, Claim, Doubt, Freeze, Hold, Sent, Settled, Step

from . import steps as one_by_one
from .claimed import claim
from .engine import Stored, writing_beside
from .frozen import freeze
from .lanes import owned
from .sent import arrived
from .steps import Rare

Kind = TypeVar("Kind", bound=Step)
Group: TypeAlias = Sequence[Step]


class Ledger(Stored):
    """The store's method about what became of deliveries."""

    @writing_beside
    def record(self, db: Connection, steps: Sequence[Step], *, owner: str) -> tuple[bool, ...]:
        """Write these steps in one transaction; True for each that took effect, the others change nothing.

        Steps of one delivery count in the order given. One takes effect when its delivery is in a state it can follow,
        and the lane is the owner's; but that the platform has it is believed of anybody.
        """
        lanes = owned(db, {step.delivery_id for step in steps}, owner)
        done = [_take(db, group, owner, lanes) for group in _groups(steps)]
        turns: Counter[int] = Counter()
        took = []
        for step in steps:
            took.append(step.delivery_id in done[turns[step.delivery_id]])
            turns[step.delivery_id] += 1
        return tuple(took)


def _groups(steps: Iterable[Step]) -> list[list[Step]]:
    """The steps in groups that name no delivery twice: in the n-th the n-th step of each."""
    turns: Counter[int] = Counter()
    groups: list[list[Step]] = []
    for step in steps:
        if turns[step.delivery_id] == len(groups):
            groups.append([])
        groups[turns[step.delivery_id]].append(step)
        turns[step.delivery_id] += 1
    return groups


def _take(db: Connection, group: Group, owner: str, lanes: Mapping[str, bool]) -> set[int]:
    """The deliveries whose steps took effect. What ends comes before what begins behind it."""
    done = freeze(db, _of(group, Freeze)) | arrived(db, _arrivals(group))
    for step in group:
        if _is_rare(step) and one_by_one.take(db, step, owner, lanes):
            done.add(step.delivery_id)
    return done | claim(db, _of(group, Claim), owner, lanes)


def _is_rare(step: Step) -> TypeGuard[Rare]:
    return isinstance(step, Again | Doubt | Hold | Bury) or (isinstance(step, Settled) and step.found is None)


def _arrivals(group: Group) -> list[Sent]:
    """What the platform has, whoever says so."""
    found = [
        Sent(delivery_id=one.delivery_id, remote_id=one.found, at=one.at)
        for one in _of(group, Settled)
        if one.found is not None
    ]
    return [*_of(group, Sent), *found]


def _of(group: Group, kind: type[Kind]) -> list[Kind]:
    return [step for step in group if isinstance(step, kind)]
