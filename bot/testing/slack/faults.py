"""What goes wrong at the stand-in, before or after it did what it was asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.testing.troubles import Trouble, Troubles

BEFORE = frozenset({"429", "500", "503", "html", "error", "reset", "slow", "hang"})
AFTER = frozenset({"reset_after", "close_after", "500_after", "error_after", "garbage", "slow_after"})


@dataclass(kw_only=True, eq=False)
class Fault(Trouble):
    """One kind of trouble; `times` is how often it strikes (None: for ever), `after` how many calls it lets pass.

    The kinds before anything is done: 429, 500, 503 (HTML), html (with status 200), error (`code`), reset, slow, hang;
    after it: reset_after, close_after (the answer is cut), 500_after, error_after, garbage, slow_after.
    """

    method: str = "chat.postMessage"  # "*": any; "response": a response_url
    channel: str = ""
    code: str = "internal_error"

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

    def draw(self, method: str, channel: str) -> Fault | None:
        """What a call meets; a fault that strikes is used up by it."""
        return self.met_by((method, channel))

    def concerns(self, trouble: Fault, call: tuple[str, ...]) -> bool:
        """Whether a call, as (method, channel), is one of those it strikes."""
        method, channel = call
        return trouble.method in {"*", method} and trouble.channel in {"", channel}
