"""Slots and deliveries: their states, and what a plan writes in one transaction."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from .digest import Digest
from .subscription import Address

KEY_LENGTH = 25


class SlotState(StrEnum):
    """How a slot stands; every slot ends as one of the last four."""

    OPEN = "open"
    SENT = "sent"
    EMPTY = "empty"
    SKIPPED = "skipped"
    DEAD = "dead"


class Status(StrEnum):
    """How one outgoing message stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    HELD = "held"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """When a digest is due for a destination: one per local date."""

    id: int
    destination_id: int
    slot_key: str  # local date "YYYY-MM-DD", or "manual:<key>"
    due_at: datetime
    state: SlotState
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One outgoing message: a part of a digest."""

    id: int
    key: str  # 25 base32 characters of hash(slot, part): the same on every retry
    destination_id: int
    lane_id: str
    slot_id: int
    slot_key: str
    part_no: int
    n_parts: int
    status: Status
    payload: bytes | None = None  # frozen by the first rendering; retries resend these bytes
    attempt: int = 0
    not_before: datetime | None = None
    sending_at: datetime | None = None
    sent_at: datetime | None = None
    remote_id: str = ""
    last_error: str = ""
    expires_at: datetime | None = None
    repeated: bool = False  # sent again although an earlier copy may be there


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotPlan:
    """Everything a planned slot writes, in one transaction; refused when the slot is there already."""

    destination_id: int
    slot_key: str
    due_at: datetime
    state: SlotState  # open when there is something to send, else empty or skipped
    reason: str = ""
    digest: Digest | None = None
    expires_at: datetime | None = None  # the end of the catch-up window
    expected_next_due_at: datetime | None = None  # optimistic guard: what next_due_at was when planned
    next_due_at: datetime | None = None
    day: date | None = None


def delivery_key(address: Address, slot_key: str, part_no: int) -> str:
    """Name a part of a slot: 25 base32 characters, the same on every retry and after a restored backup.

    25 is what a Discord nonce may have (https://discord.com/developers/docs/resources/message#create-message).
    """
    digest = sha256(f"{address}/{slot_key}/{part_no}".encode()).digest()
    return b32encode(digest).decode().lower()[:KEY_LENGTH]
