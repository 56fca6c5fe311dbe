"""What the adapter works with, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import ChatContext, LaneLimits, MailLinks

from .message import Sender
from .sending import Sending
from .settings import MailSettings, mail_settings
from .smtp.pace import Pace
from .smtp.pool import Pool


@dataclass(frozen=True, kw_only=True, slots=True)
class Equipment:
    """The parts of the adapter that share the connections."""

    settings: MailSettings
    links: MailLinks | None
    pool: Pool
    sending: Sending

    @property
    def limits(self) -> LaneLimits:
        """Every workspace may use all of it: the pace is kept for all of them together."""
        return LaneLimits(rate_per_s=self.settings.per_second, concurrency=self.settings.connections)


def of(context: ChatContext) -> Equipment:
    """Put it together; raises `ConfigError` when a setting is missing or cannot be used."""
    settings = mail_settings(context.settings)
    pool = Pool(settings)
    return Equipment(
        settings=settings,
        links=context.mail_links,
        pool=pool,
        sending=Sending(
            sender=Sender(name=settings.sender_name, mailbox=settings.sender),
            pool=pool,
            pace=Pace(context.clock, settings.per_second),
            clock=context.clock,
            links=context.mail_links,
            bounces=context.bounces,
        ),
    )
