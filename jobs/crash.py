"""Where a crash can strike: every step of planning and sending has a name.

Tests and `paperround rehearse` hand in a `Reached` that ends the process (or pretends to) at one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class CrashPoint(StrEnum):
    """A moment between two steps, in the order of a message's life."""

    BEFORE_PLAN = "before_plan"  # composed, nothing written
    AFTER_PLAN = "after_plan"  # slot, digest and part 0 committed, nobody woken
    AFTER_LEASE = "after_lease"  # the lane is taken, what was `sending` is `uncertain`
    BEFORE_FREEZE = "before_freeze"  # rendered, bytes not kept
    AFTER_FREEZE = "after_freeze"  # bytes and parts 1..n committed
    BEFORE_SENDING = "before_sending"  # the lane's turn has come, the intent is not written
    AFTER_SENDING = "after_sending"  # intent committed, the request has not left
    AFTER_SEND = "after_send"  # the platform answered, the outcome is not written
    AFTER_SENT = "after_sent"  # the outcome is committed
    BEFORE_FIND = "before_find"  # uncertain and ripe, the platform not asked
    AFTER_FIND = "after_find"  # the platform said, nothing written
    AFTER_SETTLED = "after_settled"  # what it said is committed
    BEFORE_RELEASE = "before_release"  # nothing left to send, the lane still ours


Reached: TypeAlias = Callable[[CrashPoint], None]


def nothing(_point: CrashPoint) -> None:
    """What happens at a crash point in earnest: nothing."""
