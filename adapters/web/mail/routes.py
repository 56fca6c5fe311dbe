"""Where the pages about mail are."""

from __future__ import annotations

from starlette.routing import Route

from .bouncing import Bouncing
from .confirming import Confirming
from .leaving import Leaving
from .office import MailOffice
from .preferring import Preferring
from .subscribing import Subscribing

SUBSCRIBE = "/mail/subscribe"


def mail_routes(office: MailOffice) -> list[Route]:
    """Their addresses; a GET changes nothing anywhere: those who look at mails for others follow every link."""
    subscribing, confirming, leaving = Subscribing(office), Confirming(office), Leaving(office)
    preferring, bouncing = Preferring(office), Bouncing(office)
    return [
        Route(SUBSCRIBE, subscribing.form, methods=["GET"]),
        Route(SUBSCRIBE, subscribing.sent, methods=["POST"]),
        Route("/mail/confirm/{token}", confirming.shown, methods=["GET"]),
        Route("/mail/confirm/{token}", confirming.said_yes, methods=["POST"]),
        Route("/mail/leave/{token}", leaving.shown, methods=["GET"]),
        Route("/mail/leave/{token}", leaving.left, methods=["POST"]),
        Route("/mail/preferences/{token}", preferring.shown, methods=["GET"]),
        Route("/mail/preferences/{token}", preferring.changed, methods=["POST"]),
        Route("/mail/bounces", bouncing.reported, methods=["POST"]),
    ]
