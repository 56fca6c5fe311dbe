"""Reports of mails that did not arrive or were not wanted, from whoever knows the secret: a mail server, or a service."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.domain.bounces import reports_of_json, reports_of_mail
from bot.errors import UserError

from .office import MailOffice

SECRET, SIGNATURE = "x-paperround-secret", "x-paperround-signature"
BEARER = "Bearer "


class Bouncing:
    """Takes reports."""

    def __init__(self, office: MailOffice) -> None:
        self._office = office

    async def reported(self, request: Request) -> Response:
        """Count what a report says; how many mailboxes it was about, of those that are mailed."""
        if not self._office.bounce_secret:
            return PlainTextResponse("There is nothing here.", status_code=404)
        body = await request.body()
        if not _is_allowed(request, body, self._office.bounce_secret.encode()):
            return PlainTextResponse("The secret is missing or another one.", status_code=403)
        is_json = request.headers.get("content-type", "").partition(";")[0].strip().endswith("json")
        try:
            reports = reports_of_json(body) if is_json else reports_of_mail(body)
        except UserError as error:
            return PlainTextResponse(str(error), status_code=422)
        known = [await self._office.mailings.reported(one) for one in reports]
        return JSONResponse({"reports": len(reports), "counted": sum(known)})


def _is_allowed(request: Request, body: bytes, secret: bytes) -> bool:
    """Whether the secret is there, or a body signed with it."""
    given = request.headers.get("authorization", "")
    told = given[len(BEARER) :] if given.startswith(BEARER) else request.headers.get(SECRET, "")
    signed = request.headers.get(SIGNATURE, "").removeprefix("sha256=")
    expected = hmac.digest(secret, body, "sha256").hex()
    is_told = hmac.compare_digest(told.encode(), secret)
    return hmac.compare_digest(signed.encode(), expected.encode()) or is_told
