"""One message to Discord: posted once, or an error that says what is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from discord import Permissions

from bot.errors import DeliveryError, Rejected, Unknown
from bot.ports import Part, Receipt

from .api import error_codes as codes
from .api.errors import Refused
from .api.needs import closed
from .api.people import People
from .api.places import Channel
from .api.wire import Wire
from .aside import Aside
from .drawing import limits
from .drawing.embeds import Json, Message
from .drawing.parts import Posting, decoded, marked_repeated, plainer
from .drawing.text import escaped
from .marking import marked
from .proving import Proven
from .publishing import Publishing
from .threads import Threads, opening_of, thread_of

MESSAGES = "/channels/{channel_id}/messages"
STEPS = (1, 2)  # of `plainer`
PLAINEST = 2
REMOVED = "The message was posted already, and somebody removed it."


# What is looked at when a part is out: it, its channel, and what the bot may do there.
Look: TypeAlias = Callable[[Part, Channel, Permissions], None]


def _nothing(_part: Part, _channel: Channel, _may: Permissions) -> None:
    """Nobody is told anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """Posts into channels, threads, forums and direct messages."""

    wire: Wire
    people: People
    crosspost: bool = False
    aside: Aside = field(default_factory=Aside)  # what no digest waits for
    look: Look = _nothing
    proven: Proven = field(default_factory=Proven)

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Post one part; what Discord certainly did not take is tried again with less in it."""
        posting = posting_of(part)
        try:
            channel, may = await self._open(part)
            self.proven.check(channel, self.wire.budget)
        except Refused as error:
            raise error.told() from error
        receipt = await self._posted_somehow(part, posting, channel, _shown(may, part, posting), key)
        self.proven.add(channel)
        self.look(part, channel, may)
        return receipt

    async def tell(self, person: str, text: str) -> None:
        """Write to one person, in their direct messages with the bot."""
        said = Message(content=escaped(text, limits.CONTENT))
        try:
            opened = self.people.learn(await self.wire.post("/users/@me/channels", {"recipient_id": person}))
            self.proven.check(opened, self.wire.budget)
            await self.wire.post(MESSAGES, said.body(), channel_id=opened.id)
        except Refused as error:
            raise error.told() from error

    async def _open(self, part: Part) -> tuple[Channel, Permissions]:
        """Where a part goes, and what the bot may do there; raises `DestinationGone` where it may post nothing.

        Each message Discord refuses is one of the few it puts up with, so none is sent that it would refuse.
        """
        channel, may = await self._known(part)
        if closed(channel, may):
            self.people.forget_all(channel)  # it may have been opened since Discord was asked
            channel, may = await self._known(part)
        if shut := closed(channel, may):
            raise shut
        return channel, may

    async def _known(self, part: Part) -> tuple[Channel, Permissions]:
        channel = await self.people.channel_at(part.workspace, part.channel)
        return channel, await self.people.own(channel)

    async def _posted_somehow(
        self, part: Part, posting: Posting, channel: Channel, whole: Message, key: str
    ) -> Receipt:
        """Post the message, or with less in it when Discord does not take it."""
        refused: Rejected | None = None
        for message in versions(whole):
            try:
                return await self._placed(part, posting, channel, prepared(message, key))
            except Rejected as error:
                refused = refused or error
        raise refused or Rejected("There is nothing to post.")

    async def _placed(self, part: Part, posting: Posting, channel: Channel, body: Json) -> Receipt:
        try:
            if channel.is_forum:
                return await self._in_forum(part, posting, channel, body)
            thread = thread_of(part, posting, channel)
            if thread and (await self.people.own(channel)).send_messages_in_threads:
                return await self._in_thread(posting, channel, thread, body)
            return await self._in_channel(channel, body)
        except Refused as error:
            self._forget(channel, error)
            raise _told(error) from error

    async def _in_channel(self, channel: Channel, body: Json) -> Receipt:
        answer = await self._posted(channel.id, body)
        self._publishing.begin(channel, answer)
        return receipt_of(answer)

    async def _in_thread(self, posting: Posting, channel: Channel, thread: str, body: Json) -> Receipt:
        """Post into the thread of the first message; where there can be none, into the channel."""
        answer, code = await self._in_open_thread(thread, body)
        absent = code == codes.UNKNOWN_CHANNEL
        may_open = absent and (await self.people.own(channel)).create_public_threads
        if may_open and await self._threads.opened(channel, thread, posting.name):
            answer, _ = await self._in_open_thread(thread, body)
        return await self._in_channel(channel, body) if answer is None else receipt_of(answer)

    async def _in_open_thread(self, thread: str, body: Json) -> tuple[Json | None, int]:
        """Post into a thread that is there; else None, and what Discord says of it."""
        try:
            return await self._posted(thread, body), 0
        except Refused as error:
            if error.code not in codes.THREAD | codes.CLOSED:
                raise
            return None, error.code

    async def _in_forum(self, part: Part, posting: Posting, forum: Channel, body: Json) -> Receipt:
        """Begin a post; later parts go into the one that the first began, as long as it is there."""
        if post := opening_of(part)[0]:
            try:
                return receipt_of(await self._posted(post, body))
            except Refused as error:
                if error.code not in codes.THREAD:
                    raise
        made = await self._threads.begun(forum, posting.name, posting.topics, without_nonce(body))
        return receipt_of({"channel_id": made.get("id"), "id": made.get("id")})

    async def _posted(self, channel: str, body: Json) -> Json:
        return await self.wire.post(MESSAGES, body, channel_id=channel)

    def _forget(self, channel: Channel, error: Refused) -> None:
        """What was known of a channel that takes no message is not true any more."""
        if error.code in codes.GONE:
            self.proven.forget(channel)
            self.people.forget_channel(channel.id)
            self.people.forget_guild(channel.guild)

    @property
    def _publishing(self) -> Publishing:
        return Publishing(wire=self.wire, aside=self.aside, wanted=self.crosspost)

    @property
    def _threads(self) -> Threads:
        return Threads(wire=self.wire)


def _shown(may: Permissions, part: Part, posting: Posting) -> Message:
    """The message as it can be shown there: Discord drops embeds without a word where they are not allowed."""
    whole = marked_repeated(posting.message) if part.repeated else posting.message
    return whole if may.embed_links else plainer(whole, PLAINEST) or whole


def posting_of(part: Part) -> Posting:
    """The message of a part; raises `Rejected` for bytes that are none."""
    try:
        return decoded(part.payload)
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected("The digest was kept in a form that cannot be read.") from error


def versions(message: Message) -> Iterator[Message]:
    """The message, then with less and less in it."""
    yield message
    for step in STEPS:
        less = plainer(message, step)
        if less is not None and less != message:
            yield less


def prepared(message: Message, key: str) -> Json:
    """What is sent: with the key for the few minutes in which Discord knows a nonce, and for its history."""
    body = marked(message.body(), key)
    return {**body, "nonce": key, "enforce_nonce": True} if len(key) <= limits.NONCE else body


def without_nonce(body: Json) -> Json:
    """The first message of a forum's post takes none."""
    return {name: value for name, value in body.items() if name not in {"nonce", "enforce_nonce"}}


def receipt_of(answer: Json) -> Receipt:
    """Discord's answer; one without an id may be anybody's."""
    channel, message = answer.get("channel_id"), answer.get("id")
    if not (isinstance(channel, str) and channel and isinstance(message, str) and message):
        raise Unknown("Discord's answer names no message, so nobody knows whether it was posted.")
    return Receipt(remote_id=f"{channel}/{message}")


def _told(error: Refused) -> DeliveryError:
    """A nonce whose message was removed meanwhile is refused: https://discord.com/developers/docs/resources/message."""
    return Rejected(REMOVED) if error.code == codes.UNKNOWN_MESSAGE else error.told()
