"""One mail to one reader: handed over once, or an error that says what is certain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import structlog

from bot.domain.mailbox import Mailbox, read_mailbox
from bot.domain.subscription import Address
from bot.errors import DeliveryError, DestinationGone, Throttled, UserError
from bot.ports import Bounces, Clock, MailLinks, Part, Receipt

from .drawing.letter import Letter
from .drawing.parts import decoded, leading_to, links_for
from .message import Sender, envelope_of
from .smtp.errors import MailboxFull
from .smtp.pace import Pace
from .smtp.pool import Pool

log = structlog.get_logger()

PLATFORM = "email"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """Hands mails to the server, at its pace."""

    sender: Sender
    pool: Pool
    pace: Pace
    clock: Clock
    links: MailLinks | None = None
    bounces: Bounces | None = None

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Hand one mail over; a mailbox that is refused is told of."""
        address = Address(platform=PLATFORM, workspace=part.workspace, channel=part.channel)
        letter = decoded(part.payload)
        letter = leading_to(letter, links_for(self.links, address, date.fromisoformat(letter.day)))
        return await self.post(letter, address, key=key)

    async def post(self, letter: Letter, address: Address, *, key: str) -> Receipt:
        """Hand a letter over now."""
        to = mailbox_of(address.channel)
        envelope = envelope_of(letter, to=to, key=key, sender=self.sender, date=self.clock.now())
        await self.pace.turn()
        try:
            async with self.pool.one() as connection:
                await connection.deliver(envelope)
        except Throttled as error:
            if error.whole_lane:
                self.pace.close_for(error.retry_after)
            raise
        except (DestinationGone, MailboxFull) as error:
            await self._bounced(address, error)
            raise
        return Receipt(remote_id=envelope.message_id)

    async def _bounced(self, address: Address, error: DeliveryError) -> None:
        """Have it counted; that it cannot be counted changes nothing about the mail."""
        if self.bounces is None:
            return
        try:
            await self.bounces.bounced(address, hard=isinstance(error, DestinationGone), reason=error.what)
        except Exception as failed:  # noqa: BLE001 - the outcome of the mail is known and must be kept
            log.warning("email.bounce_not_counted", reason=type(failed).__name__)


def mailbox_of(channel: str) -> Mailbox:
    """The mailbox of a destination; raises `DestinationGone` where it is none."""
    try:
        return read_mailbox(channel)
    except UserError as error:
        raise DestinationGone(
            "The destination is no mail address.", fix="Write it as ada@example.org."
        ) from error
