"""Whether Slack has a message already: its channel's history is read for the key in the metadata."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, TypeGuard

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports import Answer, CannotTell, Found, NotFound, Part

from .api.calling import called
from .api.error_codes import THREAD
from .api.errors import code_of, error_of
from .api.tokens import Tokens
from .drawing.blocks import Json
from .sending import EVENT, posting_of, thread_of

EARLIER = timedelta(seconds=5)  # Slack's clock and ours
A_PAGE = 200
MOST_PAGES = 20
# An app that is distributed outside Slack's Marketplace reads so many messages a minute: the message that was just
# posted, but never a day. https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
A_MEAGRE_PAGE = 15
CLOSED = frozenset(
    {"missing_scope", "not_in_channel", "channel_not_found", "no_permission", "not_allowed_token_type"}
)
# By how a channel's id begins; a private channel's begins with C as well, and Slack says which it is.
SCOPES: Mapping[str, frozenset[str]] = {
    "C": frozenset({"channels:history", "groups:history"}),
    "G": frozenset({"groups:history", "mpim:history"}),
    "D": frozenset({"im:history"}),
}

Page: TypeAlias = Callable[[AsyncWebClient, Json], Awaitable[AsyncSlackResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookingUp:
    """Looks messages up, where the bot may read history."""

    tokens: Tokens

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:
        """Whether the part is there; `NotFound` only after everything since then was read."""
        identity = await self.tokens.identity(part.workspace)
        if not identity.scopes & SCOPES.get(part.channel[:1], frozenset()):
            return CannotTell()
        for page in _places(part):
            answer = await self._read(part, page, key, since)
            if not isinstance(answer, NotFound):
                return answer
        return NotFound()

    async def _read(self, part: Part, page: Page, key: str, since: datetime) -> Answer:
        cursor = ""
        for _ in range(MOST_PAGES):
            data = await self._page(part, page, since, cursor)
            if data is None:
                return CannotTell()
            if ts := _holding(data, key):
                return Found(f"{part.channel}/{ts}")
            cursor = _next(data)
            if not cursor:
                return CannotTell() if data.get("has_more") else NotFound()
            if len(data["messages"]) <= A_MEAGRE_PAGE:
                return CannotTell()
        return CannotTell()

    async def _page(self, part: Part, page: Page, since: datetime, cursor: str) -> Json | None:
        """One page; None when history may not be read there. Raises a `DeliveryError` when Slack does not answer."""
        asked = {
            "channel": part.channel,
            "oldest": f"{(since - EARLIER).timestamp():.6f}",
            "limit": A_PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        try:
            answer = await called(self.tokens, part.workspace, lambda client: page(client, asked))
        except Exception as error:
            code = code_of(error)
            if code in CLOSED:
                return None
            if code in THREAD:  # the thread is gone; what was meant for it went into the channel
                return {"messages": []}
            raise error_of(error, self.tokens.clock) from error
        return answer.data if _is_page(answer.data) else None


def _places(part: Part) -> Iterator[Page]:
    """Where a part may be: in its thread, and in the channel, where it goes when there is no thread."""
    if posting_of(part).in_thread and (ts := thread_of(part)):
        yield lambda client, asked: client.conversations_replies(ts=ts, **asked)
    yield lambda client, asked: client.conversations_history(**asked)


def _is_page(data: object) -> TypeGuard[Json]:
    return isinstance(data, dict) and isinstance(data.get("messages"), list)


def _holding(data: Json, key: str) -> str:
    """The id of the message with this key; "" when none has it."""
    for message in data["messages"]:
        metadata = message.get("metadata") if isinstance(message, dict) else None
        if isinstance(metadata, dict) and metadata.get("event_type") == EVENT:
            payload = metadata.get("event_payload")
            if isinstance(payload, dict) and payload.get("key") == key:
                return str(message.get("ts", ""))
    return ""


def _next(data: Json) -> str:
    """Where the next page begins; "" after the last."""
    about = data.get("response_metadata")
    cursor = about.get("next_cursor") if isinstance(about, dict) else None
    return cursor if isinstance(cursor, str) else ""
