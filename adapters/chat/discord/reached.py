"""What Discord says of the application and of its gateway, as findings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import aiohttp

from bot.ports import Finding

from .drawing.embeds import Json
from .unanswered import patience

HELLO = 10  # the gateway's first word: https://discord.com/developers/docs/events/gateway#hello-event
HELLO_SECONDS = 10
FEW_STARTS = 50  # of the thousand a day, after which Discord takes the token away
BY_ONESELF = "1"  # the kind of installation in which a person adds the bot to their own apps


def of_application(about: Json) -> Iterator[Finding]:
    """Switches of the developer portal that stand in the way, or that one should know of."""
    if about.get("interactions_endpoint_url"):
        yield Finding(
            good=False,
            what="commands and buttons go to another address and never to the bot",
            fix='Empty "Interactions Endpoint URL" under "General Information" in the developer portal.',
        )
    if about.get("bot_require_code_grant"):
        yield Finding(
            good=True,
            what="the invite link does not work while the application asks for a code grant",
            fix='Turn off "Requires OAuth2 Code Grant" under "Bot" in the developer portal.',
        )
    if about.get("bot_public") is False:
        yield Finding(good=True, what="the application is private: you alone can add it to servers")
    kinds = about.get("integration_types_config")
    if isinstance(kinds, dict) and BY_ONESELF not in kinds:
        yield Finding(
            good=True,
            what="servers can add the bot, but nobody can add it to their own apps",
            fix='Tick "User Install" under "Installation" in the developer portal.',
        )


async def of_gateway(about: Json) -> Finding:
    """Whether it can be connected to; a connection that says nothing costs none of the day's starts."""
    limit = object_of(about.get("session_start_limit"))
    left, shards = number(limit.get("remaining"), 1000), number(about.get("shards"), 1)
    if left < shards:
        return patience(number(limit.get("reset_after")) / 1000)
    if not await _greets(str(about.get("url") or "")):
        return Finding(
            good=False,
            what="Discord answers, but its gateway, which commands come from, cannot be reached",
            fix="Let this machine connect to gateway.discord.gg, port 443, with WebSocket.",
            passing=True,
        )
    return Finding(
        good=True,
        what=f"the gateway answers: {counted(shards, 'shard')}, {left} starts left today",
        fix="Something starts the bot again and again: see its log." if left < FEW_STARTS else "",
    )


async def _greets(url: str) -> bool:
    """Whether the gateway says its first word."""
    try:
        async with (
            asyncio.timeout(HELLO_SECONDS),
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}?v=10&encoding=json") as line,
        ):
            said = await line.receive_json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TypeError):
        return False
    return object_of(said).get("op") == HELLO


def counted(amount: int, noun: str) -> str:
    """As "1 server", "2 servers"."""
    return f"{amount} {noun}{'' if amount == 1 else 's'}"


def number(value: object, otherwise: int = 0) -> int:
    """A whole number, which Discord also writes as text."""
    try:
        return int(str(value))
    except ValueError:
        return otherwise


def name_in(about: Json, field: str) -> str:
    """What something is called."""
    return str(about.get(field) or "unnamed")


def object_of(value: object) -> Json:
    """An answer that is an object; {} for every other."""
    return value if isinstance(value, dict) else {}
