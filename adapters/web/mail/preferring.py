"""What comes to one mailbox, and when: shown and changed by the same commands as in every chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from bot.commands.channel import MOST_PAPERS
from bot.commands.replies import Channel, Reply, SubscriptionList
from bot.commands.wording import SHORT_DAYS, next_digest_line
from bot.domain.mailing import LEFT
from bot.domain.subscription import Address

from .leaving import FORGOTTEN
from .office import Form, MailOffice, Said, field, form_of, said_of

AGAIN = "You have left, and nothing is mailed to you. To come back, ask for mails again: this link no longer changes anything."
UNKNOWN = Said(good=False, lines=("That is nothing this page can change, so nothing was changed.",))


class Preferring:
    """Shows and changes what one mailbox gets."""

    def __init__(self, office: MailOffice) -> None:
        self._office = office
        self._deeds: dict[str, Callable[[Address, Form], Awaitable[Reply]]] = {
            "settings": self._settings,
            "subscribe": self._subscribe,
            "edit": self._edit,
            "unsubscribe": self._unsubscribe,
            "pause": lambda address, _form: office.asked(address, "pause"),
            "resume": lambda address, _form: office.asked(address, "resume"),
        }

    async def shown(self, request: Request) -> Response:
        """What comes now; nothing changes."""
        address = self._office.mailings.preferring(request.path_params["token"])
        return self._office.nothing(request) if address is None else await self._page(request, address, None)

    async def changed(self, request: Request) -> Response:
        """Do what a button says, and show what comes then; nothing for who has left, for links may be passed on."""
        address = self._office.mailings.preferring(request.path_params["token"])
        if address is None:
            return self._office.nothing(request)
        form = await form_of(request)
        if field(form, "do") == "leave":
            await self._office.mailings.left(address)
            return self._office.page(
                request, "said.html", "You have left", {"lines": (FORGOTTEN,), "back": ""}
            )
        deed = self._deeds.get(field(form, "do"))
        if await self._state(address) is None:
            return await self._page(request, address, None)
        said = said_of(await deed(address, form)) if deed else UNKNOWN
        return await self._page(request, address, said)

    async def _settings(self, address: Address, form: Form) -> Reply:
        given = {name: field(form, name) for name in ("at", "tz", "max")}
        chosen = [day for day in SHORT_DAYS if day.lower() in form.get("day", ())]
        return await self._office.asked(address, "settings", **given, days=",".join(chosen) or "none")

    async def _subscribe(self, address: Address, form: Form) -> Reply:
        return await self._office.asked(address, "subscribe", query=field(form, "query"))

    async def _edit(self, address: Address, form: Form) -> Reply:
        return await self._office.asked(
            address, "edit", which=field(form, "which"), query=field(form, "query")
        )

    async def _unsubscribe(self, address: Address, form: Form) -> Reply:
        return await self._office.asked(address, "unsubscribe", which=field(form, "which"))

    async def _state(self, address: Address) -> Channel | None:
        """How a mailbox stands; None for one that left."""
        reply = await self._office.asked(address, "list")
        state = reply.state if isinstance(reply, SubscriptionList) else None
        return None if state is None or state.destination.paused_reason == LEFT else state

    async def _page(self, request: Request, address: Address, said: Said | None) -> Response:
        state = await self._state(address)
        if state is None:
            return self._office.page(request, "said.html", "You have left", {"lines": (AGAIN,), "back": ""})
        values = {
            "mailbox": address.channel,
            "state": state,
            "next": next_digest_line(state),
            "said": said,
            "days": SHORT_DAYS,
            "most": MOST_PAPERS,
        }
        status = 200 if said is None or said.good else 422
        return self._office.page(request, "preferences.html", "Your papers by mail", values, status=status)
