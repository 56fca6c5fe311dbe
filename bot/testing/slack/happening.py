"""What happens in a workspace: channels change, people come and go, the app is installed and removed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import aiohttp

from . import payloads
from .messages import Said
from .sent import IN_TIME, Ack, Sent
from .server import SlackStandIn
from .state import State
from .transports import Transport
from .world import Channel, Json, Workspace

RETRIES = (
    "http_timeout",
    "http_error",
    "http_error",
)  # https://docs.slack.dev/apis/events-api: three more times


class Happening:
    """Changes the world, and tells the bot by events."""

    def __init__(self, slack: SlackStandIn, way: Transport, workspace: Workspace) -> None:
        """Change one workspace."""
        self.slack = slack
        self.state: State = slack.state
        self.way = way
        self.workspace = workspace
        self.event_patience = IN_TIME
        self.retry_seconds = (0.0, 0.1, 0.2)  # in truth at once, after a minute, after five

    async def deliver(self, sent: Sent) -> Ack:
        """Deliver something, and keep how it was taken for the judge (a forged one is to be refused)."""
        ack = await self.way.deliver(sent)
        if not sent.tamper:
            self.state.acks.append(ack)
        return ack

    async def event(
        self, kind: str, fields: Json | None = None, *, event_id: str = "", again: int = 0, tamper: str = ""
    ) -> Ack:
        """One event, as often as Slack sends it until it is taken; `again` more times although it was."""
        payload = payloads.event(self.state, self.workspace, {"type": kind, **(fields or {})}, event_id)
        sent = Sent(
            what=f"event {kind}",
            kind="events_api",
            payload=payload,
            patience=self.event_patience,
            tamper=tamper,
        )
        ack = await self.deliver(sent)
        for number, reason in enumerate(RETRIES, start=1):
            if (ack.in_time and number > again) or tamper:
                break
            await asyncio.sleep(self.retry_seconds[number - 1])
            ack = await self.deliver(_again(sent, number, reason))
        return ack

    async def open_home(self, *, user: str = "ada") -> Ack:
        """Open the bot's App Home."""
        person = self.workspace.person(user)
        home = self.slack.home_of(user, self.workspace)
        seen: Json = {"view": home.described()} if home else {}
        direct = self.workspace.direct(user)
        about = {"user": person.id, "channel": direct.id, "tab": "home"}
        return await self.event("app_home_opened", {**about, **seen})

    async def share(self, url: str, *, user: str = "ada", channel: str = "papers") -> Ack:
        """Post a link of a domain the bot unfurls."""
        said = self.say(url, user=user, channel=channel)
        links = [{"url": url, "domain": urlsplit(url).hostname}]
        where = {"channel": said.channel, "message_ts": said.ts, "user": said.user}
        ids = {"unfurl_id": f"{said.channel}.{said.ts}", "source": "conversations_history"}
        return await self.event("link_shared", {"links": links, "is_bot_user_member": True, **where, **ids})

    def say(self, text: str, *, user: str = "ada", channel: str = "papers") -> Said:
        """Say something in a channel."""
        return self.state.say(
            self.workspace, self.workspace.channel(channel), user=self.workspace.person(user).id, text=text
        )

    async def archive(self, channel: str) -> Ack:
        """Archive a channel."""
        found = self.workspace.channel(channel)
        found.archived = True
        return await self._about(found, "archive", {"channel": found.id})

    async def unarchive(self, channel: str) -> Ack:
        """Open an archived channel again."""
        found = self.workspace.channel(channel)
        found.archived = False
        return await self._about(found, "unarchive", {"channel": found.id})

    async def delete(self, channel: str) -> Ack:
        """Delete a channel."""
        found = self.workspace.channel(channel)
        del self.workspace.channels[found.id]
        return await self._about(found, "deleted", {"channel": found.id})

    async def rename(self, channel: str, name: str) -> Ack:
        """Give a channel another name."""
        found = self.workspace.channel(channel)
        found.name = name
        described = {"id": found.id, "name": name, "created": 1700000000}
        return await self._about(found, "rename", {"channel": described})

    async def remove_bot(self, channel: str) -> Ack:
        """Remove the bot from a channel: it hears `channel_left` or `group_left`."""
        found = self.workspace.channel(channel)
        found.members.discard(self.workspace.bot_user)
        actor = self.workspace.person("ada").id
        return await self._about(found, "left", {"channel": found.id, "actor_id": actor})

    async def invite_bot(self, channel: str) -> Ack:
        """Invite the bot to a channel."""
        found = self.workspace.channel(channel)
        found.members.add(self.workspace.bot_user)
        where = {
            "channel": found.id,
            "channel_type": "G" if found.private else "C",
            "team": self.workspace.id,
        }
        who = {"user": self.workspace.bot_user, "inviter": self.workspace.person("ada").id}
        return await self.event("member_joined_channel", {**where, **who})

    async def uninstall(self) -> list[Ack]:
        """Remove the app from the workspace: its tokens end, and it is told by two events."""
        self.state.vault.void(self.workspace.id, "account_inactive")
        tokens = {"bot": [self.workspace.bot_user], "oauth": []}
        return [await self.event("tokens_revoked", {"tokens": tokens}), await self.event("app_uninstalled")]

    async def install(self, url: str, *, user: str = "ada", answer: str = "allow") -> tuple[int, str]:
        """Walk from the bot's install page through the consent back to the bot: its status and page."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=origin)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            page = await _consent_page(session, url)
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[1]))
            form = {name: unescape(value) for name, value in hidden.items()}
            form |= {"team": self.workspace.id, "user": user, "answer": answer}
            async with session.post(f"{self.state.base}oauth/v2/consent", data=form) as done:
                return done.status, await done.text()

    async def _about(self, channel: Channel, what: str, fields: Json) -> Ack:
        return await self.event(f"{'group' if channel.private else 'channel'}_{what}", fields)


async def _consent_page(session: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    """The consent page, behind the install page's redirect or its button."""
    async with session.get(url) as first:
        text, where = await first.text(), str(first.url)
    if "/oauth/v2/authorize" in where:
        return where, text
    link = re.search(r'href="([^"]+/oauth/v2/authorize[^"]+)"', text)
    if link is None:
        raise LookupError("the install page leads nowhere")
    async with session.get(unescape(link[1])) as second:
        return str(second.url), await second.text()


def _again(sent: Sent, number: int, reason: str) -> Sent:
    return replace(sent, what=f"{sent.what} again", retry=number, reason=reason)
