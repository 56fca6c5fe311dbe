"""What goes wrong at the stand-in, before or after it did what it was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

BEFORE = frozenset({"429", "500", "503", "html", "error", "reset", "slow", "hang"})
AFTER = frozenset({"reset_after", "close_after", "500_after", "error_after", "garbage", "slow_after"})


@dataclass(kw_only=True, eq=False)
class Fault:
    """One kind of trouble; `times` is how often it strikes (None: for ever), `after` how many calls it lets pass.

    The kinds before anything is done: 429, 500, 503 (HTML), html (with status 200), error (`code`), reset, slow, hang;
    after it: reset_after, close_after (the answer is cut), 500_after, error_after, garbage, slow_after.
    """

    kind: str
    method: str = "chat.postMessage"  # "*": any; "response": a response_url
    channel: str = ""
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    code: str = "internal_error"
    seconds: float = 1.0  # of Retry-After, of slowness, of hanging

    @property
    def strikes_before(self) -> bool:
        """Whether nothing was done yet."""
        return self.kind in BEFORE

    def concerns(self, method: str, channel: str) -> bool:
        """Whether a call is one of those it strikes."""
        return self.times != 0 and self.method in {"*", method} and self.channel in {"", channel}


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

    def draw(self, method: str, channel: str) -> Fault | None:
        """What a call meets; a fault that strikes is used up by it."""
        for fault in self._all:
            if fault.concerns(method, channel) and self._strikes(fault):
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
