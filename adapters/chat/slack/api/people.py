"""Who people and channels are, as Slack says, and what follows for what they may do."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.remembering import Remembered
from adapters.chat.slack.settings import SlackSettings
from bot.commands.context import Asker
from bot.domain.subscription import Address
from bot.errors import DeliveryError
from bot.ports import Clock

from .calling import called
from .error_codes import BOT
from .errors import code_of, error_of
from .profiles import ChannelInfo, Person, channel_of, members_of, person_of
from .tokens import Tokens

MOST_PAGES = 20  # of a channel's members, a thousand each
MOST_MEMBERS = 1000
UNSAID = frozenset({"missing_scope", "channel_not_found", "not_in_channel"})

GROUP_MESSAGE = "mpdm-"  # what Slack names the direct messages of several people
NOT_ASKED = "Slack could not be asked whether the bot may post there. Try again in a minute."


class People:
    """What is known of people and channels, asked anew after five minutes."""

    def __init__(self, tokens: Tokens, settings: SlackSettings, clock: Clock) -> None:
        self._tokens = tokens
        self._settings = settings
        self._clock = clock
        self._people: Remembered[Person] = Remembered(clock)
        self._channels: Remembered[ChannelInfo] = Remembered(clock)
        self._members: Remembered[frozenset[str]] = Remembered(clock)
        self._own: Remembered[str] = Remembered(
            clock, seconds=float("inf")
        )  # whose direct messages: by channel

    async def asker(self, workspace: str, user: str, channel: str) -> Asker:
        """Who asks, in the channel Slack says they are in; whom Slack does not describe manages nothing."""
        if channel.startswith("D") and self._own.get((workspace, channel)) is None:
            self._own.put((workspace, channel), user)
        try:
            person = await self.person(workspace, user)
            manager = await self._manages(person, workspace, channel)
        except DeliveryError:
            return Asker(user=user, name=user)
        return Asker(
            user=user, name=person.name or user, tz=person.tz, manager=manager, admin=self._rules(person)
        )

    async def person(self, workspace: str, user: str) -> Person:
        """What Slack says of a person; raises a `DeliveryError` when it cannot be asked."""
        known = self._people.get((workspace, user))
        return known or self._people.put((workspace, user), await self._asked_person(workspace, user))

    async def channel(self, workspace: str, channel: str) -> ChannelInfo:
        """What Slack says of a channel; raises a `DeliveryError` when it cannot be asked."""
        known = self._channels.get((workspace, channel))
        return known or self._channels.put(
            (workspace, channel), await self._asked_channel(workspace, channel)
        )

    async def place(self, workspace: str, channel: str) -> str:
        """A channel as people call it; "this channel" when Slack cannot be asked."""
        if channel.startswith("D"):
            return "this conversation"
        try:
            name = (await self.channel(workspace, channel)).name
        except DeliveryError:
            return "this channel"
        return f"#{name}" if name and not name.startswith(GROUP_MESSAGE) else "this conversation"

    def forget_channel(self, workspace: str, channel: str) -> None:
        """Something changed there: ask anew."""
        self._channels.forget((workspace, channel))
        self._members.forget((workspace, channel))

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed there; not when Slack cannot be asked."""
        try:
            return await self._may_read(address, person)
        except DeliveryError:
            return False

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change what is subscribed there; not when Slack cannot be asked."""
        try:
            who = await self.person(address.workspace, person)
            return await self._manages(who, address.workspace, address.channel)
        except DeliveryError:
            return False

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as one thing to do about it; "" when nothing does."""
        try:
            self.forget_channel(
                address.workspace, address.channel
            )  # whoever asks may just have invited the bot
            channel = await self.channel(address.workspace, address.channel)
            identity = await self._tokens.identity(address.workspace)
        except DeliveryError:
            return NOT_ASKED
        public = "chat:write.public" in identity.scopes
        return channel.why_not_post(identity.bot_name or BOT, public=public)

    async def _manages(self, person: Person, workspace: str, channel: str) -> bool:
        if person.is_outside:
            return False
        if channel.startswith("D"):  # nobody else's business, not even an admin's
            return await self._is_own(workspace, channel, person.id)
        if self._rules(person):
            return True
        info = await self.channel(workspace, channel)
        return bool(info.creator) and info.creator == person.id

    def _rules(self, person: Person) -> bool:
        """Whether a person manages every channel; whoever made one channel rules that one alone."""
        return not person.is_outside and (person.is_admin or person.id in self._settings.managers)

    async def _is_own(self, workspace: str, channel: str, user: str) -> bool:
        """Whether these are a person's direct messages with the bot: as Slack says, or where they have asked from."""
        info = await self.channel(workspace, channel)
        if info.is_known:
            return info.is_im and info.user == user
        return info.is_found and self._own.get((workspace, channel)) == user

    async def _may_read(self, address: Address, person: str) -> bool:
        workspace, channel = address.workspace, address.channel
        if channel.startswith("D"):
            return await self._is_own(workspace, channel, person)
        who, info = await self.person(workspace, person), await self.channel(workspace, channel)
        if info.is_known and not info.is_private and not who.is_outside:
            return True
        return person in await self._members_of(workspace, channel)

    async def _members_of(self, workspace: str, channel: str) -> frozenset[str]:
        known = self._members.get((workspace, channel))
        if known is not None:
            return known
        return self._members.put((workspace, channel), await self._asked_members(workspace, channel))

    async def _asked_person(self, workspace: str, user: str) -> Person:
        try:
            answer = await called(self._tokens, workspace, lambda client: client.users_info(user=user))
        except Exception as error:
            if code_of(error) == "missing_scope":
                return Person(id=user)
            raise error_of(error, self._clock) from error
        return person_of(answer.get("user"), user, workspace)

    async def _asked_channel(self, workspace: str, channel: str) -> ChannelInfo:
        try:
            answer = await called(
                self._tokens, workspace, lambda client: client.conversations_info(channel=channel)
            )
        except Exception as error:
            code = code_of(error)
            if code == "missing_scope":
                return ChannelInfo(id=channel, is_known=False)
            if code in UNSAID:
                return ChannelInfo(id=channel, is_known=False, is_found=False)
            raise error_of(error, self._clock) from error
        return channel_of(answer.get("channel"), channel)

    async def _asked_members(self, workspace: str, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            members, cursor = await self._page_of_members(workspace, channel, cursor)
            found.update(members)
            if cursor is None:
                break
        return frozenset(found)

    async def _page_of_members(
        self, workspace: str, channel: str, cursor: str | None
    ) -> tuple[list[str], str | None]:
        async def page(client: AsyncWebClient) -> AsyncSlackResponse:
            return await client.conversations_members(channel=channel, limit=MOST_MEMBERS, cursor=cursor)

        try:
            answer = await called(self._tokens, workspace, page)
        except Exception as error:
            if code_of(error) in UNSAID:
                return [], None
            raise error_of(error, self._clock) from error
        return members_of(answer.data)
