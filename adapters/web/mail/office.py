"""What the pages about mail share: who is asked, how a page is drawn, and the one page for links that open nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.addresses import counted_as
from adapters.web.pages.drawing import Drawing, Head
from bot.commands.context import Asker
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Reply, SettingsView, Subscribed, Tone
from bot.domain.subscription import Address
from bot.ports import Commands, Mailings

NOWHERE = "This link opens nothing: it is not whole, too old, or was never made here."
PLACE = "your mailbox"
MOST_FIELDS, LONGEST = 50, 2_000
Form = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a reader is told of what they did."""

    good: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MailOffice:
    """The parts."""

    drawing: Drawing
    mailings: Mailings
    commands: Commands
    bounce_secret: str = ""  # "" where no reports are taken

    def page(
        self, request: Request, template: str, title: str, values: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page that is only its reader's: kept nowhere, listed nowhere."""
        head = Head(title=title, listed=False, here="/mail/subscribe")
        answer = self.drawing.page(request, f"mail/{template}", head, values, status=status, private=True)
        answer.headers["cache-control"] = "no-store"
        return answer

    def nothing(self, request: Request) -> Response:
        """The same page for every link that opens nothing, whatever is wrong with it."""
        values = {"words": NOWHERE, "status": 404}
        return self.drawing.page(
            request, "error.html", Head(title="Nothing here", listed=False), values, status=404
        )

    def busy(self, request: Request) -> Response:
        """Nothing can be read or written just now."""
        values = {"words": "Nothing was changed. Try again in a minute.", "status": 503}
        answer = self.drawing.page(
            request, "error.html", Head(title="One moment", listed=False), values, status=503
        )
        answer.headers["retry-after"] = "60"
        return answer

    async def asked(self, address: Address, command: str, **given: str | int) -> Reply:
        """A command as the reader of a mailbox gives it: they alone manage it."""
        asker = Asker(user=address.channel, name=address.channel, manager=True, admin=False)
        arguments = {name: value for name, value in given.items() if value != ""}
        return await self.commands(  # type: ignore[return-value]  # `Commands` may not name replies
            Call(command, arguments), asker=asker, address=address, place=PLACE
        )


async def form_of(request: Request) -> Form:
    """The fields of a form that was sent; nothing for what is no form."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = parse_qs(body, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: tuple(value[:LONGEST] for value in values) for name, values in given.items()}


def field(form: Form, name: str) -> str:
    """One value on one line; "" when it is not there."""
    return " ".join(next(iter(form.get(name, ())), "").split())


def said_of(reply: object) -> Said:
    """What a command answered, in sentences."""
    match reply:
        case Notice():
            return Said(good=reply.kind is not Tone.ERROR, lines=_told(reply.what, *reply.lines, reply.fix))
        case Subscribed():
            return Said(
                good=True,
                lines=_told(
                    f"{reply.what}: {reply.subscription.query}", reply.back_test.sentence, *reply.changes
                ),
            )
        case SettingsView():
            return Said(good=True, lines=_told(reply.what, *reply.changes))
        case _:
            return Said(good=True, lines=())


def asker_on(request: Request) -> str:
    """Where somebody asks from, as limits count it."""
    return counted_as(ip_address(request.client.host)) if request.client else ""


def _told(*lines: str) -> tuple[str, ...]:
    return tuple(line.replace("`", "") for line in lines if line)
