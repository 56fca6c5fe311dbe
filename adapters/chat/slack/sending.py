"""One message to Slack: posted once, or an error that says what is certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.domain.subscription import Address
from bot.errors import DeliveryError, Rejected, Unknown
from bot.ports import Part, Receipt

from .api.calling import called
from .api.error_codes import THREAD
from .api.errors import code_of, error_of
from .api.tokens import Tokens
from .drawing.blocks import Json, Message, section
from .drawing.limits import FALLBACK_TEXT
from .drawing.parts import Posting, decoded, marked_repeated, plainer
from .drawing.text import escaped

EVENT = "paperround_digest"  # https://docs.slack.dev/messaging/message-metadata
STEPS = (1, 2)  # of `plainer`


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """Posts, with the token of each workspace."""

    tokens: Tokens

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Post one part; what Slack certainly did not take is tried again with less in it."""
        posting = posting_of(part)
        message = marked_repeated(posting.message) if part.repeated else posting.message
        body = {
            "channel": part.channel,
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
            "thread_ts": thread_of(part) if posting.in_thread else None,
        }
        refused: Rejected | None = None
        for tried in versions(message):
            try:
                return await self._posted(part.workspace, {**body, **_shown(tried)})
            except Rejected as error:
                refused = refused or error
        raise refused or Rejected("There is nothing to post.")

    async def tell(self, address: Address, person: str, text: str) -> None:
        """Write to one person, in their direct messages with the bot."""
        message = Message(text=escaped(text, FALLBACK_TEXT), blocks=(section(text),))
        await self._posted(address.workspace, {"channel": person, **_shown(message)})

    async def _posted(self, workspace: str, body: Json) -> Receipt:
        """Post into the thread; where there is none to post into any more, into the channel."""
        try:
            return await self._called(workspace, body)
        except SlackApiError as error:
            if not (body.get("thread_ts") and code_of(error) in THREAD):
                raise self._told(workspace, error) from error
        try:
            return await self._called(workspace, {**body, "thread_ts": None})
        except SlackApiError as error:
            raise self._told(workspace, error) from error

    async def _called(self, workspace: str, body: Json) -> Receipt:
        """Post; raises Slack's own refusals as they are, and everything else as a `DeliveryError`."""
        try:
            answer = await called(self.tokens, workspace, lambda client: client.chat_postMessage(**body))
        except SlackApiError:
            raise
        except Exception as error:
            raise error_of(error, self.tokens.clock) from error
        return _receipt(answer.data)

    def _told(self, workspace: str, error: SlackApiError) -> DeliveryError:
        identity = self.tokens.known(workspace)
        return error_of(error, self.tokens.clock, bot=identity.bot_name if identity else "")


def posting_of(part: Part) -> Posting:
    """The message of a part; raises `Rejected` for bytes that are none."""
    try:
        return decoded(part.payload)
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("The digest was kept in a form that cannot be read.") from error


def thread_of(part: Part) -> str | None:
    """The message whose thread a part belongs into, when it is in the same channel."""
    channel, _, ts = part.opening.partition("/")
    return ts if ts and channel == part.channel else None


def versions(message: Message) -> Iterator[Message]:
    """The message, then with less and less in it."""
    yield message
    for step in STEPS:
        less = plainer(message, step)
        if less is not None and less != message:
            yield less


def _shown(message: Message) -> Json:
    """No links unfurled: a digest says itself what its links are."""
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _receipt(data: object) -> Receipt:
    """Slack's answer; one without an id may be anybody's."""
    channel, ts = (data.get("channel"), data.get("ts")) if isinstance(data, dict) else (None, None)
    if not (isinstance(channel, str) and channel and isinstance(ts, str) and ts):
        raise Unknown("Slack's answer names no message, so nobody knows whether it was posted.")
    return Receipt(remote_id=f"{channel}/{ts}")
