"""Signing up for mails: what somebody wishes, who asked, and what became of a mailbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from .subscription import Address, Schedule

PLATFORM = "email"
LASTS = timedelta(hours=48)  # how long a confirmation waits for its reader
LEFT = "Its reader left."  # why a mailbox is paused that is forgotten with the next pruning
SOFT_BOUNCES = 3  # so many refusals that may pass, and a mailbox gets nothing more for now
SOFT_APART = timedelta(days=14)  # one that comes so long after the last is the first again
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
TO_ONE_MAILBOX, FOR_ONE_ASKER, IN_ALL = 3, 10, 100  # confirmations: a day, a day, an hour


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What somebody wants in their mailbox, and when."""

    queries: tuple[str, ...]  # canonical
    schedule: Schedule = field(default_factory=Schedule)
    max_papers: int = 10

    def as_text(self) -> str:
        """These as JSON."""
        return json.dumps(
            {
                "queries": self.queries,
                "at": f"{self.schedule.at:%H:%M}",
                "tz": self.schedule.tz,
                "days": sorted(self.schedule.days),
                "max": self.max_papers,
            },
            ensure_ascii=False,
        )

    @classmethod
    def of_text(cls, text: str) -> Wishes:
        """Those that `as_text` wrote."""
        given: Mapping[str, Any] = json.loads(text)
        return cls(
            queries=tuple(given["queries"]),
            schedule=Schedule(
                at=time.fromisoformat(given["at"]), tz=given["tz"], days=frozenset(given["days"])
            ),
            max_papers=given["max"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SignUp:
    """Mails that somebody asked for, to a mailbox whose reader has not said yes yet."""

    address: Address
    wishes: Wishes
    asked_by: str  # "slack:T1:U1"; of somebody on the web a mark that says nothing of them
    made_at: datetime
    used: bool = False  # the reader said yes


def name_on_pages(address: Address, name: str) -> str:
    """A destination as pages name it: a link to somebody's digest may be passed on, their mailbox may not."""
    return "Papers by mail" if address.platform == PLATFORM else name


class Refusal(StrEnum):
    """What there were too many confirmations of."""

    MAILBOX = "mailbox"
    ASKER = "asker"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """A mailbox that said yes once, or that was refused."""

    address: Address
    asked_by: str = ""
    confirmed_at: datetime | None = None
    soft_bounces: int = 0
    stopped: str = (
        ""  # why nothing is mailed there until its reader says yes anew; "" when nothing stands in the way
    )


class Kind(StrEnum):
    """What became of a mail."""

    HARD = "hard"  # refused for good
    SOFT = "soft"  # refused for the time being
    COMPLAINT = "complaint"  # its reader called it unwanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What somebody reports of a mail to a mailbox."""

    kind: Kind
    mailbox: str
    reason: str = ""
    leave: str = (
        ""  # the token by which that mailbox leaves, as it stood in the mail; it says for certain which it is
    )
