"""The rights the bot asks Slack for, each with its reason: https://docs.slack.dev/reference/scopes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One right; without a `needed` one the bot cannot be used, without another it does less and says so."""

    name: str
    why: str  # ends the sentence "It is there ..."
    needed: bool = True


NEEDED = (
    Scope("commands", "for /papers and for the shortcut on a message"),
    Scope("chat:write", "to post digests and to write to a person directly"),
    Scope("channels:read", "to know public channels by name, and whether they are archived or gone"),
    Scope("groups:read", "to know the same of private channels it was invited to"),
    Scope("users:read", "to know a person's time zone, and who is an admin or a guest"),
)
OPTIONAL = (
    Scope("chat:write.public", "to post in a public channel without having been invited", needed=False),
    Scope(
        "channels:history",
        "to look a digest up when Slack's answer to it was lost, so that none comes twice",
        needed=False,
    ),
    Scope("groups:history", "to do the same in a private channel it was invited to", needed=False),
    Scope("im:read", "to know whose a direct conversation with the bot is", needed=False),
    Scope("im:history", "to do the same in a person's own conversation with the bot", needed=False),
    Scope("app_mentions:read", "to answer when somebody writes @Paper Round", needed=False),
    Scope("links:read", "to notice links to papers (arxiv.org, huggingface.co, doi.org)", needed=False),
    Scope("links:write", "to show title and authors under such a link", needed=False),
)
ALL = (*NEEDED, *OPTIONAL)
BOT: tuple[str, ...] = tuple(scope.name for scope in ALL)  # what the manifest and the consent page ask for


def lacking(granted: Collection[str]) -> tuple[Scope, ...]:
    """What a token was not granted, the needed ones first."""
    return tuple(scope for scope in ALL if scope.name not in granted)
