"""Signing up for mails, over the store: confirmations that go out at once, links in mails, bounces."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from datetime import date

import structlog

from bot.config import Settings
from bot.domain.mailing import PLATFORM, Kind, Recipient, Refusal, Report, SignUp
from bot.domain.subscription import Address, Destination, Visibility
from bot.errors import DeliveryError, Throttled, Transient, Unknown, UserError
from bot.ports import Clock, Inviter
from bot.storage.store import Store
from bot.storage.tokens import Tokens, no_key

from .workspaces import keys

LEAVE, PREFERENCES, DIGEST, ASKER = "leave", "preferences", "digest", "asker"
AGAIN = (60.0, 300.0, 900.0, 3600.0)  # seconds: when a server asks for patience, as greylisting does
ENDING_SECONDS = 20.0
KEY_BYTES = 12
COMPLAINED = "Its reader reported a mail as unwanted."
REFUSED = "Mail is refused there."
TOO_MANY = {
    Refusal.ASKER: ("You asked for many mailboxes today, so nothing was sent.", "Try again tomorrow."),
    Refusal.ALL: ("Many people ask for mails just now, so nothing was sent.", "Try again in an hour."),
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pages:
    """The addresses of pages that a link opens; `bot.ports.MailLinks`, and the digests of every other chat."""

    tokens: Tokens
    root: str  # "https://papers.example.org"

    def leave(self, address: Address) -> str:
        """Where its reader leaves."""
        return f"{self.root}/mail/leave/{self.tokens.make(LEAVE, _text(address))}"

    def preferences(self, address: Address) -> str:
        """Where its reader changes what comes."""
        return f"{self.root}/mail/preferences/{self.tokens.make(PREFERENCES, _text(address))}"

    def digest(self, address: Address, day: date) -> str:
        """Where its digest of a day is shown."""
        return f"{self.root}/digest/{self.tokens.make(DIGEST, _text(address))}/{day.isoformat()}"

    def confirm(self, token: str) -> str:
        """Where a reader says yes."""
        return f"{self.root}/mail/confirm/{token}"


@dataclass(frozen=True, slots=True)
class DigestTokens:
    """Who may see which digests, by what stands in their links."""

    store: Store
    tokens: Tokens

    def token(self, destination_id: int) -> str:
        """What opens the digests of a destination."""
        return self.tokens.make(DIGEST, str(destination_id))

    async def destination(self, token: str) -> Destination | None:
        """Whose digests it opens; None when it opens none, or its people want no pages."""
        text = self.tokens.read(DIGEST, token)
        if text is None:
            return None
        if text.isdigit():
            found = await self.store.destination_by_id(int(text))
        else:
            found = await self.store.destination(_address(text))
        return None if found is None or found.archive is Visibility.OFF else found


@dataclass(slots=True)
class KeptMailings:
    """`bot.ports.Mailings` over the store."""

    store: Store
    clock: Clock
    pages: Pages
    inviter: Inviter | None = None  # known once the adapters are made
    _trying: set[asyncio.Task[None]] = field(default_factory=set, repr=False)
    _later: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    async def invite(self, wanted: SignUp) -> None:
        """Ask the reader of a mailbox, in the background: nobody learns from how long it takes."""
        made = await self.store.add_signup(wanted)
        if isinstance(made, Refusal):
            log.info("mail.invitation_refused", because=made.value)
            if made in TOO_MANY:
                what, fix = TOO_MANY[made]
                raise UserError(what, fix=fix)
            return
        confirm, key = self.pages.confirm(made), secrets.token_hex(KEY_BYTES)
        _kept(self._trying, asyncio.create_task(self._asked(wanted.address, confirm, key)))

    async def waiting(self, token: str) -> SignUp | None:
        """What the token of a confirmation is for."""
        return await self.store.signup(token, self.clock.now())

    async def said_yes(self, token: str) -> SignUp | None:
        """Let the reader's mailbox get mails again."""
        now = self.clock.now()
        signup = await self.store.signup(token, now)
        if signup is not None and not signup.used:
            await self.store.mailbox_confirmed(signup, now)
        return signup

    async def used(self, token: str) -> bool:
        """Use a confirmation up."""
        return await self.store.use_signup(token, self.clock.now())

    def leaving(self, token: str) -> Address | None:
        """Whose mails a link ends."""
        return self._opened(LEAVE, token)

    def preferring(self, token: str) -> Address | None:
        """Whose mails a link changes."""
        return self._opened(PREFERENCES, token)

    async def left(self, address: Address) -> bool:
        """Mail nothing more to a mailbox, and forget it."""
        return await self.store.mailbox_left(address)

    async def asked_for(self, workspace: str, asker: str) -> tuple[tuple[SignUp, ...], tuple[Recipient, ...]]:
        """What somebody asked for, and what came of it."""
        waiting = await self.store.signups_of(workspace, asker, self.clock.now())
        return waiting, await self.store.recipients_of(workspace, asker)

    async def stopped(self, address: Address, asker: str) -> None:
        """End what somebody asked for."""
        await self.store.withdraw_signups(address, asker)
        known = await self.store.recipient(address)
        if known is not None and known.asked_by == asker:
            await self.store.mailbox_left(address)

    async def bounced(self, address: Address, *, hard: bool, reason: str) -> None:
        """Remember a refusal."""
        report = Report(kind=Kind.HARD if hard else Kind.SOFT, mailbox=address.channel, reason=reason)
        await self.reported(report)

    async def reported(self, report: Report) -> bool:
        """Take a report."""
        return await count_report(self.store, self.clock, self.pages.tokens, report)

    def mark(self, text: str) -> str:
        """A name for somebody who asks on the web."""
        return f"web:{self.pages.tokens.mark(ASKER, text)}"

    @property
    def links(self) -> Pages:
        """The pages of each mailbox."""
        return self.pages

    async def close(self) -> None:
        """Let what is being handed over come to its end, and forget what would be tried again."""
        if self._trying:
            await asyncio.wait(self._trying, timeout=ENDING_SECONDS)
        for task in (*self._trying, *self._later):
            task.cancel()

    async def _asked(self, address: Address, confirm: str, key: str, tried: int = 0) -> None:
        """Hand a confirmation over; once more later where the server asks for that. The log knows no mailbox."""
        if self.inviter is None:
            return
        try:
            await self.inviter.ask_reader(address, confirm=confirm, key=key)
        except (Transient, Throttled, Unknown) as error:
            if tried < len(AGAIN):
                _kept(self._later, asyncio.create_task(self._again(address, confirm, key, tried)))
            log.warning("mail.invitation_waits", reason=type(error).__name__, tried=tried + 1)
        except DeliveryError as error:
            log.warning("mail.invitation_not_sent", reason=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of the adapter is nobody else's
            log.warning("mail.invitation_failed", reason=type(error).__name__)

    async def _again(self, address: Address, confirm: str, key: str, tried: int) -> None:
        await self.clock.sleep(AGAIN[tried])
        await self._asked(address, confirm, key, tried + 1)

    def _opened(self, purpose: str, token: str) -> Address | None:
        return _opened(self.pages.tokens, purpose, token)


async def count_report(store: Store, clock: Clock, tokens: Tokens | None, report: Report) -> bool:
    """Count a report of a mailbox; whether it is one that is mailed.

    Whose link to leave stood in the mail is whose it was, wherever that was forwarded to.
    """
    sent_to = _opened(tokens, LEAVE, report.leave) if tokens and report.leave else None
    mailbox, now = sent_to.channel if sent_to else report.mailbox, clock.now()
    if report.kind is Kind.SOFT:
        known = await store.mailbox_bounced(mailbox, report.reason or REFUSED, now)
    else:
        complained = report.kind is Kind.COMPLAINT
        known = await store.mailbox_stopped(
            mailbox, COMPLAINED if complained else report.reason or REFUSED, now
        )
    log.info("mail.reported", kind=report.kind.value, known=bool(known))
    return bool(known)


def tokens_of(settings: Settings) -> Tokens | None:
    """What makes links; None where there is no key."""
    held = keys(settings)
    return Tokens(held) if held.newest else None


def pages_of(settings: Settings) -> Pages | None:
    """The pages that links in mails lead to, where mail is switched on and the web is there; `ConfigError` without a key."""
    if PLATFORM not in settings.chat or not settings.web_url:
        return None
    tokens = tokens_of(settings)
    if tokens is None:
        raise no_key()
    return Pages(tokens, settings.web_url)


def mailings_of(settings: Settings, store: Store, clock: Clock) -> KeptMailings | None:
    """Signing up for mails, where there are those pages."""
    pages = pages_of(settings)
    return KeptMailings(store, clock, pages) if pages else None


def _kept(tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _opened(tokens: Tokens, purpose: str, token: str) -> Address | None:
    text = tokens.read(purpose, token)
    return None if text is None else _address(text)


def _text(address: Address) -> str:
    return json.dumps([address.platform, address.workspace, address.channel], ensure_ascii=False)


def _address(text: str) -> Address:
    platform, workspace, channel = json.loads(text)
    return Address(platform=platform, workspace=workspace, channel=channel)
