"""Where the pages about mail are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import PaperRoundError

from .bouncing import Bouncing
from .confirming import Confirming
from .leaving import Leaving
from .office import MailOffice
from .preferring import Preferring
from .subscribing import Subscribing

SUBSCRIBE = "/mail/subscribe"
Page: TypeAlias = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


def mail_routes(office: MailOffice) -> list[Route]:
    """Their addresses; a GET changes nothing anywhere: those who look at mails for others follow every link."""
    subscribing, confirming, leaving = Subscribing(office), Confirming(office), Leaving(office)
    preferring, bouncing = Preferring(office), Bouncing(office)
    pages: list[tuple[str, str, Page]] = [
        (SUBSCRIBE, "GET", subscribing.form),
        (SUBSCRIBE, "POST", subscribing.sent),
        ("/mail/confirm/{token}", "GET", confirming.shown),
        ("/mail/confirm/{token}", "POST", confirming.said_yes),
        ("/mail/leave/{token}", "GET", leaving.shown),
        ("/mail/leave/{token}", "POST", leaving.left),
        ("/mail/preferences/{token}", "GET", preferring.shown),
        ("/mail/preferences/{token}", "POST", preferring.changed),
        ("/mail/bounces", "POST", bouncing.reported),
    ]
    return [Route(path, _heeded(office, page), methods=[method]) for path, method, page in pages]


def _heeded(office: MailOffice, page: Page) -> Page:
    """The same page, which asks for patience when the store does not answer: a program that left for a reader tries again."""

    async def heeding(request: Request) -> Response:
        try:
            return await page(request)
        except PaperRoundError as error:
            log.warning("mail.busy", reason=type(error).__name__)
            return office.busy(request)

    return heeding
