"""What goes wrong at the stand-in, before or after it did what it was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random

BEFORE = frozenset(
    {
        *("429", "429-shared", "429-global", "500", "502", "503", "504"),
        *("html", "ban", "error", "reset", "slow", "hang"),
    }
)
AFTER = frozenset({"reset_after", "close_after", "502_after", "504_after", "garbage", "slow_after"})
POSTING = "POST /channels/*/messages"


@dataclass(kw_only=True, eq=False)
class Fault:
    """One kind of trouble; `times` is how often it strikes (None: for ever), `after` how many calls it lets pass.

    Before anything is done: 429 (of the user), 429-shared, 429-global, 500, 502, 503, 504, html (502), ban (429 without `Via`),
    error (`code`, `status`), reset, slow, hang; after it: reset_after, close_after, 502_after, 504_after, garbage, slow_after.
    """

    kind: str
    route: str = POSTING  # as in fnmatch: "POST /channels/*/messages", "*" for any
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    code: int = 50013
    status: int = 403
    seconds: float = 1.0  # of retry_after, of slowness, of hanging

    @property
    def strikes_before(self) -> bool:
        """Whether nothing was done yet."""
        return self.kind in BEFORE

    def concerns(self, call: str) -> bool:
        """Whether a call, as "POST /channels/1/messages", is one of those it strikes."""
        return self.times != 0 and fnmatchcase(call, self.route)


class Faults:
    """The troubles of one stand-in: `faults.add("reset_after", times=2)`."""

    def __init__(self, *, seed: int = 0) -> None:
        self._chance = Random(seed)  # noqa: S311 - the same troubles in every run
        self._all: list[Fault] = []
        self.met: Counter[str] = Counter()  # how often which kind really struck

    def add(self, kind: str, **how: object) -> Fault:
        """Let something go wrong from now on; `how` as in `Fault`."""
        if kind not in BEFORE | AFTER:
            raise ValueError(f"there is no fault {kind!r}")
        made = Fault(kind=kind, **how)  # type: ignore[arg-type]  # checked by the dataclass's own names
        self._all.append(made)
        return made

    def clear(self) -> None:
        """Let all go well from now on."""
        self._all.clear()

    def draw(self, call: str) -> Fault | None:
        """What a call meets; a fault that strikes is used up by it."""
        for fault in self._all:
            if fault.concerns(call) and self._strikes(fault):
                self.met[fault.kind] += 1
                return fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        if fault.after > 0:
            fault.after -= 1
            return False
        if fault.probability < 1 and self._chance.random() >= fault.probability:
            return False
        if fault.times is not None:
            fault.times -= 1
        return True
