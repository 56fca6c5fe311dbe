"""Slots and deliveries: their states, and what a plan writes in one transaction."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

from .digest import Digest
from .subscription import Address

KEY_LENGTH = 25
RESTORED = "restored"  # why a slot is skipped that was due between a backup and the moment it was put back


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
    key: str  # 25 base32 characters of hash(destination, slot, part): the same on every retry
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
    doubted: bool = False  # nobody knew, at least once, whether it had been posted
    channel: str = ""  # where it went; what waits goes wherever its destination is by then


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Everything that shares one platform token's rate limit, as its owner finds it."""

    id: str  # "slack:T01"
    platform: str
    workspace: str
    rate_per_s: float | None = None  # None: the adapter's own
    concurrency: int | None = None
    tat: datetime | None = None  # when the pacer's next turn was, at its last owner
    blocked_until: datetime | None = None  # the platform asked the whole token for patience
    paused: bool = False
    paused_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Freeze:
    """Keep the bytes of part 0 and make the parts 1..n; what was kept first stays."""

    delivery_id: int
    payloads: tuple[bytes, ...]
    papers: tuple[tuple[int, ...], ...] = ()  # what each part shows, where the adapter said so


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The intent: it is being sent from now on. Refused unless the lane is the sender's and it is still pending.

    Refused as well when it goes to another channel than the sender read; "" goes to any.
    """

    delivery_id: int
    at: datetime
    channel: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The platform has it."""

    delivery_id: int
    remote_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Certainly not posted; due again then. A deferral (the platform asked for patience) is not an attempt."""

    delivery_id: int
    error: str
    not_before: datetime
    deferral: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """It may or may not have been posted; the platform is not asked before `ask_from`."""

    delivery_id: int
    error: str
    ask_from: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """It waits for a person; with `pause` its destination does, too, and somebody is told once."""

    delivery_id: int
    error: str
    pause: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Bury:
    """It will never be posted: its slot is dead, its later parts are cancelled, unseen papers come back."""

    delivery_id: int
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What the platform said of an uncertain one: `found` is its id there, None means send it (again).

    It is `repeated` when nobody could tell whether the first copy is there.
    """

    delivery_id: int
    found: str | None
    at: datetime
    repeated: bool = False


Step: TypeAlias = Freeze | Claim | Sent | Again | Doubt | Hold | Bury | Settled


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something one person should be told once."""

    id: int
    address: Address
    person: str  # who subscribed; "" when nobody is known
    text: str


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
    not_before: datetime | None = None  # when part 0 may be sent; None: at once
    after_slot: int | None = None  # newest slot its planner knew; None: compared with all that was ever shown


def delivery_key(address: Address, destination_id: int, slot_key: str, part_no: int) -> str:
    """Name a part of a slot: 25 base32 characters, the same on every retry and after a restored backup.

    The id tells destinations apart that were at one address one after the other; the address those that a restored
    backup gives one id.

    25 is what a Discord nonce may have (https://discord.com/developers/docs/resources/message#create-message).
    """
    digest = sha256(f"{address}/{destination_id}/{slot_key}/{part_no}".encode()).digest()
    return b32encode(digest).decode().lower()[:KEY_LENGTH]
