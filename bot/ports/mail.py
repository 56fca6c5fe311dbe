"""What mail needs of the rest: addresses of pages by which a reader changes or ends it, and somebody to tell of bounces."""

from __future__ import annotations

from datetime import date
from typing import Protocol, runtime_checkable

from bot.domain.mailing import Recipient, Report, SignUp
from bot.domain.subscription import Address


class MailLinks(Protocol):
    """Addresses of pages on the web, each bound to one mailbox and good for one thing; the same each time they are asked."""

    def leave(self, address: Address) -> str:
        """Where a POST ends the mails to it (RFC 8058) and a GET shows a page that offers to."""
        ...

    def preferences(self, address: Address) -> str:
        """Where its topics, hour and days are changed."""
        ...

    def digest(self, address: Address, day: date) -> str:
        """Where its digest of that day is shown whole."""
        ...


class Bounces(Protocol):
    """Who is told when a mail server refuses a mailbox."""

    async def bounced(self, address: Address, *, hard: bool, reason: str) -> None:
        """Remember a refusal: a hard one is final, a soft one (a full mailbox) may pass; the same one again counts again."""
        ...


@runtime_checkable
class Inviter(Protocol):
    """What a chat adapter may offer besides: one mail that asks a reader whether they want digests."""

    async def ask_reader(self, address: Address, *, confirm: str, key: str) -> None:
        """Ask at once, or raise a `DeliveryError`; `confirm` is where they say yes, the same key is the same mail."""
        ...


class Mailings(Bounces, Protocol):
    """Signing up for mails and leaving them again; nothing here tells anybody whether a mailbox is known."""

    async def invite(self, wanted: SignUp) -> None:
        """Ask the reader of a mailbox; the same answer whether or not that is done. Raises `UserError` for who asks too often."""
        ...

    async def waiting(self, token: str) -> SignUp | None:
        """What the token of a confirmation is for; nothing changes. None when there is none, or it is too old."""
        ...

    async def said_yes(self, token: str) -> SignUp | None:
        """Let the reader's mailbox get mails again, whatever stood in the way; None as `waiting` has it."""
        ...

    async def used(self, token: str) -> bool:
        """Use a confirmation up, when all that was wished for is done; whether it was not used before."""
        ...

    def leaving(self, token: str) -> Address | None:
        """Whose mails a link ends; None when it was not made here, or for something else."""
        ...

    def preferring(self, token: str) -> Address | None:
        """Whose mails a link changes; None as `leaving` has it."""
        ...

    async def left(self, address: Address) -> bool:
        """Mail nothing more to a mailbox and forget it; whether anything was mailed there before."""
        ...

    async def asked_for(self, workspace: str, asker: str) -> tuple[tuple[SignUp, ...], tuple[Recipient, ...]]:
        """What somebody asked for: what waits for its reader, and what was said yes to."""
        ...

    async def stopped(self, address: Address, asker: str) -> None:
        """End what somebody asked for, and nothing that others did."""
        ...

    async def reported(self, report: Report) -> bool:
        """Take a report of a bounce or a complaint; whether the mailbox is one that is mailed."""
        ...

    @property
    def links(self) -> MailLinks:
        """The pages of each mailbox."""
        ...

    def mark(self, text: str) -> str:
        """A name for somebody on the web who asks, which says nothing of them."""
        ...
