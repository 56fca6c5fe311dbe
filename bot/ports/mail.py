"""What mail needs of the rest: addresses of pages by which a reader changes or ends it, and somebody to tell of bounces."""

from __future__ import annotations

from datetime import date
from typing import Protocol

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
