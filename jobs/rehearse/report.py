"""What a rehearsal found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .evidence import Finding
from .wish import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The promises with their counts, and what they were put through."""

    wish: Wish
    findings: Sequence[Finding]
    destinations: int
    slots: Mapping[str, int]  # by state
    messages: int
    kills: Mapping[str, int]  # by crash point
    faults: Mapping[str, int]  # by what they were
    person: Mapping[str, int]  # what only a person could do
    seconds: float  # it took
    cpu_seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether no promise was broken."""
        return all(finding.is_kept for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The object that `rehearse --json` prints."""
        return {
            "kept": self.is_kept,
            "from": self.wish.start.isoformat(),
            "days": self.wish.days,
            "seed": self.wish.seed,
            "destinations": self.destinations,
            "slots": dict(self.slots),
            "messages": self.messages,
            "kills": dict(self.kills),
            "faults": dict(self.faults),
            "person": dict(self.person),
            "seconds": round(self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "invariants": [_as_json(finding) for finding in self.findings],
        }


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "checked": finding.checked,
        "broken": finding.broken,
        "examples": list(finding.examples),
        "note": finding.note,
    }
