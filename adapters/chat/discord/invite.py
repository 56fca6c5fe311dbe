"""The link by which a server adds the bot, with the permissions it asks for, each with its reason.

https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from discord import Permissions

SITE = "https://discord.com"
SCOPES = ("bot", "applications.commands")
IN_A_SERVER, BY_ONESELF = "0", "1"  # kinds of installation


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission; without a `needed` one no digest can be posted, without another the bot does less and says so."""

    flag: str  # as the API calls it
    name: str  # as Discord's settings call it
    why: str  # ends the sentence "It is there ..."
    needed: bool = True


NEEDED = (
    Permission("view_channel", "View Channels", "to see the channels that digests go to"),
    Permission(
        "send_messages", "Send Messages", "to post digests, begin posts in forums and publish announcements"
    ),
    Permission("embed_links", "Embed Links", "to show each paper as a card: Discord drops cards without it"),
    Permission(
        "send_messages_in_threads",
        "Send Messages in Threads",
        "to put abstracts into a digest's thread, and everything into the posts of a forum",
    ),
)
OPTIONAL = (
    Permission(
        "create_public_threads",
        "Create Public Threads",
        "to open a digest's thread; without it abstracts follow in the channel",
        needed=False,
    ),
    Permission(
        "read_message_history",
        "Read Message History",
        "to look for its own digest when Discord's answer was lost, so that none comes twice",
        needed=False,
    ),
)
# Of no use later than when the bot is added, so nobody is told when it lacks.
WELCOME = Permission(
    "view_audit_log",
    "View Audit Log",
    "to see who added the bot, and tell them how to begin; without it the server's owner is told",
    needed=False,
)
IN_CHANNELS = (*NEEDED, *OPTIONAL)
ALL = (*IN_CHANNELS, WELCOME)


def value_of(permissions: Iterable[Permission]) -> int:
    """Permissions as the one number that Discord counts them by."""
    return Permissions(**{one.flag: True for one in permissions}).value


def invite_link(application: str) -> str:
    """Where somebody who manages a server adds the bot to it."""
    return _link(application, IN_A_SERVER, SCOPES, permissions=str(value_of(ALL)))


def own_link(application: str) -> str:
    """Where somebody adds the bot to their own apps: it answers them everywhere, and posts nothing."""
    return _link(application, BY_ONESELF, SCOPES[1:])


def lacking(may: Permissions) -> tuple[Permission, ...]:
    """What the bot may not do somewhere, of what it would like to do there, the needed ones first."""
    return () if may.administrator else tuple(one for one in IN_CHANNELS if not getattr(may, one.flag))


def _link(application: str, kind: str, scopes: Iterable[str], **more: str) -> str:
    asked = {"client_id": application, **more, "integration_type": kind, "scope": " ".join(scopes)}
    return f"{SITE}/oauth2/authorize?{urlencode(asked, quote_via=quote)}"
