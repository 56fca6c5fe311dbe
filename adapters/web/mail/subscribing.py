"""The form by which anybody asks for mails; its answer is the same whoever the mailbox belongs to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.commands.context import Asker
from bot.commands.parsing import Call
from bot.commands.replies import Notice, Tone
from bot.domain.subscription import Address

from .office import Form, MailOffice, Said, asker_on, field, form_of

HERE = Address(platform="web", workspace="local", channel="subscribe")
PLACE = "this page"
NAMES = ("address", "query", "at", "tz", "days")
TITLE = "Papers by mail"
SENT = "If mail can be sent there, one is on its way that asks whether you want these papers. Nothing more comes before you say yes in it."
NO_MAILBOX = Said(
    good=False, lines=("That is not a mail address, so nothing was sent.", "Write it as ada@example.org.")
)
NO_QUERY = Said(
    good=False,
    lines=("Say which papers, so nothing was sent yet.", "For example topic:llm, or diffusion -survey."),
)


class Subscribing:
    """Asks for mails."""

    def __init__(self, office: MailOffice) -> None:
        self._office = office

    async def form(self, request: Request) -> Response:
        """The form, with a query that a link brought."""
        given = {name: request.query_params.get(name, "")[:1_000] for name in NAMES}
        return self._page(request, given, None)

    async def sent(self, request: Request) -> Response:
        """Have the reader of a mailbox asked, or say what is missing."""
        given = _given(await form_of(request))
        problem = await self._asked(request, given)
        if problem is not None:
            return self._page(request, given, problem)
        return self._office.page(
            request, "said.html", "Look into your mailbox", {"lines": (SENT,), "back": ""}
        )

    async def _asked(self, request: Request, given: dict[str, str]) -> Said | None:
        if "@" not in given["address"]:
            return NO_MAILBOX
        if not given["query"]:
            return NO_QUERY
        asker = Asker(user=self._office.mailings.mark(asker_on(request)), name="somebody on the web")
        arguments = {name: value for name, value in given.items() if value}
        reply = await self._office.commands(Call("email", arguments), asker=asker, address=HERE, place=PLACE)
        if isinstance(reply, Notice) and reply.kind is not Tone.ERROR:
            return None
        lines = (reply.what, reply.fix) if isinstance(reply, Notice) else ("Nothing was sent.",)
        return Said(good=False, lines=tuple(line.replace("`", "") for line in lines if line))

    def _page(self, request: Request, given: dict[str, str], problem: Said | None) -> Response:
        values = {"given": given, "said": problem}
        return self._office.page(request, "subscribe.html", TITLE, values, status=422 if problem else 200)


def _given(form: Form) -> dict[str, str]:
    return {name: field(form, name) for name in NAMES}
