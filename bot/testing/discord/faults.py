"""What goes wrong at the stand-in, before or after it did what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.testing.troubles import Trouble, Troubles

BEFORE = frozenset(
    {
        *("429", "429-shared", "429-global", "500", "502", "503", "504"),
        *("html", "ban", "error", "reset", "slow", "hang"),
    }
)
AFTER = frozenset({"reset_after", "close_after", "502_after", "504_after", "garbage", "slow_after"})
POSTING = "POST /channels/*/messages"


@dataclass(kw_only=True, eq=False)
class Fault(Trouble):
    """One kind of trouble; `times` is how often it strikes (None: for ever), `after` how many calls it lets pass.

    Before anything is done: 429 (of the user), 429-shared, 429-global, 500, 502, 503, 504, html (502), ban (429 without `Via`),
    error (`code`, `status`), reset, slow, hang; after it: reset_after, close_after, 502_after, 504_after, garbage, slow_after.
    """

    route: str = POSTING  # as in fnmatch: "POST /channels/*/messages", "*" for any
    code: int = 50013
    status: int = 403

    @property
    def strikes_before(self) -> bool:
        """Whether nothing was done yet."""
        return self.kind in BEFORE


class Faults(Troubles[Fault]):
    """The troubles of one stand-in: `faults.add("reset_after", times=2)`."""

    def add(self, kind: str, **how: object) -> Fault:
        """Let something go wrong from now on; `how` as in `Fault`."""
        if kind not in BEFORE | AFTER:
            raise ValueError(f"there is no fault {kind!r}")
        return self.begin(Fault(kind=kind, **how))  # type: ignore[arg-type]  # checked by the dataclass's own names

    def draw(self, call: str) -> Fault | None:
        """What a call meets; a fault that strikes is used up by it."""
        return self.met_by((call,))

    def concerns(self, trouble: Fault, call: tuple[str, ...]) -> bool:
        """Whether a call, as "POST /channels/1/messages", is one of those it strikes."""
        return fnmatchcase(call[0], trouble.route)
