"""One call to Slack with a workspace's token, or with a newer one when Slack does not take the one we know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AuthFailed

from .errors import code_of, error_of
from .tokens import Tokens

R = TypeVar("R")

OVER = frozenset(
    {"token_expired", "invalid_auth"}
)  # what a newer token of the same installation helps against


async def called(tokens: Tokens, workspace: str, call: Callable[[AsyncWebClient], Awaitable[R]]) -> R:
    """Call once; a second time only after Slack refused the token, having done nothing.

    Raises what slack_sdk raises, and a `DeliveryError` when there is no token.
    """
    client = await tokens.client(workspace)
    try:
        return await call(client)
    except SlackApiError as error:
        if not isinstance(error_of(error, tokens.clock), AuthFailed):
            raise
        renew = code_of(error) in OVER
        newer = await tokens.another(workspace, client.token or "", renew=renew)
        if newer is None:
            raise
    return await call(newer)
