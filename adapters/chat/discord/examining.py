"""A look at the token, the way to Discord and what the bot may do: for `init` the first of it, for `doctor` all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from discord import Permissions

from bot.errors import DeliveryError
from bot.ports import Finding

from .api.errors import Refused
from .api.wire import Wire
from .drawing.embeds import Json
from .invite import Permission, invite_link, lacking
from .listening.sync import digest_of
from .listening.tree import commands
from .reached import counted, name_in, number, object_of, of_application, of_gateway
from .settings import DiscordSettings
from .unanswered import TOKEN, WHERE, unasked

MOST_SHOWN = 20  # servers
A_PAGE = 200  # servers; of more only the first are looked at


def _nothing(_application: str) -> None:
    """Nobody wants to know whose token it is."""


async def looked_at(
    wire: Wire, token: str, learn: Callable[[str], None] = _nothing
) -> AsyncIterator[Finding]:
    """Whose token this is, and whether it lets the bot connect; raises nothing."""
    try:
        me = await wire.me()
        if not me.get("bot"):
            yield Finding(good=False, what=f"{TOKEN} is refused: it is no bot's token", fix=WHERE)
            return
        yield Finding(good=True, what=f"the bot is {name_in(me, 'username')}")
        about = object_of(await wire.get("/applications/@me"))
        learn(str(about.get("id") or ""))
        for finding in of_application(about):
            yield finding
        yield await of_gateway(object_of(await wire.get("/gateway/bot")))
    except (DeliveryError, Refused) as error:
        yield unasked(error, token)


async def examined(settings: DiscordSettings, wire: Wire) -> AsyncIterator[Finding]:
    """The same, then the commands, the servers and what is set; raises nothing."""
    token, told, known = settings.token.get_secret_value(), list[Finding](), list[str]()
    async for finding in looked_at(wire, token, known.append):
        told.append(finding)
        yield finding
    if not known or not all(one.good for one in told):
        return
    try:
        yield await _commands(wire, known[0])
        page = await wire.get("/users/@me/guilds", {"limit": A_PAGE})
    except (DeliveryError, Refused) as error:
        yield unasked(error, token)
        return
    for finding in (*_servers(page, known[0]), _announcements(settings)):
        yield finding


async def _commands(wire: Wire, application: str) -> Finding:
    has = await wire.get("/applications/{application_id}/commands", application_id=application)
    if isinstance(has, list) and digest_of(has) == digest_of(commands()):
        return Finding(good=True, what="the commands are registered")
    what = "other commands are registered than this version has" if has else "no command is registered yet"
    return Finding(good=True, what=what, fix="`paperround run` registers them when it connects.")


def _servers(page: object, application: str) -> Iterator[Finding]:
    """The servers the bot is in, and those in which its role lacks something."""
    servers = [one for one in page if isinstance(one, dict)] if isinstance(page, list) else []
    if not servers:
        yield Finding(good=True, what="no server has added the bot", fix=f"Open {invite_link(application)}")
        return
    shown = [name_in(one, "name") for one in servers[:MOST_SHOWN]]
    rest = len(servers) - len(shown)
    more = f" and {'at least ' if len(servers) == A_PAGE else ''}{rest} more" if rest else ""
    yield Finding(good=True, what=f"it is in {counted(len(servers), 'server')}: {', '.join(shown)}{more}")
    for server in servers[:MOST_SHOWN]:
        if absent := lacking(_permissions(server)):
            yield _lacks(absent, name_in(server, "name"))


def _announcements(settings: DiscordSettings) -> Finding:
    are = "are" if settings.crosspost else "are not"
    what = f"digests in announcement channels {are} published to the servers that follow those (DISCORD_CROSSPOST)"
    return Finding(good=True, what=what)


def _lacks(absent: Sequence[Permission], server: str) -> Finding:
    names = ", ".join(one.name for one in absent)
    reasons = "; ".join(f"{one.name} {one.why}" for one in absent)
    return Finding(
        good=True,
        what=f"in {server} it lacks {names}",
        fix=f"Grant it to the bot's role there, or in its channels: {reasons}.",
    )


def _permissions(server: Json) -> Permissions:
    return Permissions(number(server.get("permissions")))
