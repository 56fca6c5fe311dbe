"""One call to Slack with a workspace's token, or with a newer one when Slack does not take the one we know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AuthFailed

from .answers import error_of
from .tokens import Tokens

R = TypeVar("R")


async def called(tokens: Tokens, workspace: str, call: Callable[[AsyncWebClient], Awaitable[R]]) -> R:
    """Call once; a second time only after Slack refused the token, when it certainly did nothing.

    Raises what slack_sdk raises, and a `DeliveryError` when there is no token.
    """
    client = await tokens.client(workspace)
    try:
        return await call(client)
    except SlackApiError as error:
        if not isinstance(error_of(error, tokens.clock), AuthFailed):
            raise
        newer = await tokens.another(workspace, client.token or "")
        if newer is None:
            raise
    return await call(newer)
