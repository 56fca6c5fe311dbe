"""Digests as the mails that leave, and the pages they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from adapters.chat.email.drawing.letter import Letter
from adapters.chat.email.drawing.parts import decoded, part_of
from adapters.chat.email.drawing.text import link
from adapters.chat.email.message import Sender, envelope_of
from bot.domain.digest import Digest
from bot.domain.mailbox import Mailbox
from bot.domain.subscription import Address
from bot.testing.smtp import mail_findings

ADA = Mailbox(local="ada", domain="example.org")
SENDER = Sender(name="Paper Round", mailbox=Mailbox(local="papers", domain="example.org"))
HERE = Address(platform="email", workspace="local", channel="ada@example.org")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxy"


@dataclass(frozen=True)
class Web:
    """The pages that mails lead to."""

    site: str = "https://papers.example.org"

    def leave(self, address: Address) -> str:
        return f"{self.site}/leave/{address.channel.partition('@')[0]}-{'x' * 60}"

    def preferences(self, address: Address) -> str:
        return f"{self.site}/preferences/{address.channel.partition('@')[0]}"

    def digest(self, address: Address, day: date) -> str:
        return f"{self.site}/digest/{address.channel.partition('@')[0]}/{day}"


WEB = Web()


def letter_of(digest: Digest, web: Web | None = WEB) -> Letter:
    return decoded(part_of(digest, web, "papers@example.org").payload)


def mail_of(letter: Letter) -> bytes:
    return envelope_of(letter, to=ADA, key=KEY, sender=SENDER, date=NOON).content


def links_of(digest: Digest, web: Web | None = WEB) -> set[str]:
    """Where a digest may lead: its papers, their code, and our own pages."""
    papers = [pick.paper for pick in digest.picks]
    own = {link(url) for paper in papers for url in (paper.url, paper.code_url)}
    if web is not None:
        own |= {web.leave(digest.address), web.preferences(digest.address)}
        own.add(web.digest(digest.address, digest.day))
    return own - {""}


def findings(digest: Digest, web: Web | None = WEB) -> list[str]:
    mail = mail_of(letter_of(digest, web))
    mailboxes = {"papers@example.org", "ada@example.org"}
    return mail_findings(mail, links=links_of(digest, web), mailboxes=mailboxes)
