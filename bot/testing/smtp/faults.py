"""What goes wrong at the mail server, and at which point of a mail."""

from __future__ import annotations

from dataclasses import dataclass

from bot.testing.troubles import Trouble, Troubles

KINDS = frozenset({"refuse", "cut", "slow"})
STAGES = ("connect", "mail", "rcpt", "data", "body", "dot", "taken")
NO_SUCH_USER = "550 5.1.1 No such user here"
GREYLISTED = "451 4.7.1 Greylisted, please come back"


@dataclass(kw_only=True, eq=False)
class Fault(Trouble):
    """One kind of trouble: refuse (with `answer`), cut (the connection), slow (by `seconds`).

    It strikes when the server is called (connect), is told the sender (mail), the mailbox (rcpt), that a mail comes
    (data), before the dot that ends it (body), after it while nothing is kept (dot), and when it is kept (taken).
    """

    stage: str = "rcpt"
    to: str = ""  # the mailbox; "": any
    answer: str = ""


class Faults(Troubles[Fault]):
    """The troubles of one server: `faults.add("refuse", stage="rcpt", answer="550 5.1.1 No such user")`."""

    def add(self, kind: str, **how: object) -> Fault:
        """Let something go wrong from now on; `how` as in `Fault`."""
        fault = Fault(kind=kind, **how)  # type: ignore[arg-type]  # checked by the dataclass's own names
        if kind not in KINDS or fault.stage not in STAGES:
            raise ValueError(f"there is no fault {kind!r} at {fault.stage!r}")
        return self.begin(fault)

    def greylist(self, to: str, *, times: int = 2) -> Fault:
        """Let the first attempts for a mailbox be put off."""
        return self.add("refuse", answer=GREYLISTED, to=to, times=times)

    def bounce(self, to: str) -> Fault:
        """Let there be no such mailbox."""
        return self.add("refuse", answer=NO_SUCH_USER, to=to, times=None)

    def draw(self, stage: str, to: str) -> Fault | None:
        """What a mail meets at that point; a fault that strikes is used up by it."""
        return self.met_by((stage, to))

    def concerns(self, trouble: Fault, call: tuple[str, ...]) -> bool:
        """Whether a point of a mail, as (stage, mailbox), is one where it strikes."""
        stage, to = call
        return trouble.stage == stage and trouble.to in {"", to}
