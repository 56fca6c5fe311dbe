"""Leaving by one click: https://www.rfc-editor.org/rfc/rfc8058. A POST acts, with no cookie and no login; a GET shows a button."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .office import MailOffice

FORGOTTEN = "Nothing more is mailed to you, and your address is forgotten within a day."


class Leaving:
    """Ends the mails to one mailbox."""

    def __init__(self, office: MailOffice) -> None:
        self._office = office

    async def shown(self, request: Request) -> Response:
        """A page with a button; nothing changes."""
        address = self._office.mailings.leaving(request.path_params["token"])
        if address is None:
            return self._office.nothing(request)
        return self._office.page(request, "leave.html", "Leave?", {"mailbox": address.channel})

    async def left(self, request: Request) -> Response:
        """Leave; once more changes nothing more. What the form says is not looked at: the link is all it takes."""
        address = self._office.mailings.leaving(request.path_params["token"])
        if address is None:
            return self._office.nothing(request)
        await self._office.mailings.left(address)
        return self._office.page(request, "said.html", "You have left", {"lines": (FORGOTTEN,), "back": ""})
