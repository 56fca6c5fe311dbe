"""What happens to a channel or to the bot itself: https://docs.slack.dev/reference/events."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from adapters.chat.insisting import insisted
from adapters.chat.slack.api.errors import name_of
from adapters.chat.slack.api.tokens import PLATFORM
from adapters.chat.slack.drawing.blocks import Block, Message, rich, words
from adapters.chat.slack.drawing.replies_pieces import PREFIX
from bot.commands.parsing import Call
from bot.commands.replies import SubscriptionList
from bot.ports import Workspaces

from .acts import Act
from .answering import FAILURES
from .handling import Handler

EXAMPLE = f"{PREFIX}subscribe topic:llm"
# An event that was on its way while the bot was installed again is about the installation before it.
BEFORE = timedelta(seconds=10)
REMOVED = "The bot was removed from the channel. Invite it again, and digests go on."
ARCHIVED = "The channel is archived. Unarchive it, and digests go on."
DELETED = "The channel was deleted."
AGAIN = "once it installed the app again, set its new SLACK_BOT_TOKEN and restart"
log = logging.getLogger(__name__)


async def joined(act: Act) -> None:
    """The bot came into a channel: post what was held for it, and say once how to begin, if nobody has begun."""
    if not _is_own(act):
        return
    await _back(act)
    if not await _is_begun(act) and act.seen.first(act.workspace, f"greeted {act.channel}"):
        await _hint(act)


async def left(act: Act) -> None:
    """The bot is no longer in a channel; others may come and go."""
    if _is_own(act):
        await _gone(act, REMOVED)


async def removed(act: Act) -> None:
    """The bot was taken out of a channel."""
    await _gone(act, REMOVED)


async def archived(act: Act) -> None:
    """A channel takes nothing any more."""
    await _gone(act, ARCHIVED)


async def deleted(act: Act) -> None:
    """A channel is gone for good."""
    await _gone(act, DELETED)


async def unarchived(act: Act) -> None:
    """A channel takes messages again."""
    await _back(act)


async def renamed(act: Act) -> None:
    """A channel has another name."""
    _forget(act)
    name = str(act.body["event"]["channel"].get("name") or "")
    if name:
        await _kept(
            act,
            f"name of {act.channel}",
            lambda kept: kept.channel_renamed(act.address(act.channel), f"#{name}"),
        )


async def uninstalled(act: Act) -> None:
    """The bot was removed from a workspace: forget its tokens, and send nothing there."""
    await insisted(act.office.clock, lambda: _ended(act))


async def _ended(act: Act) -> None:
    if await _is_news(act):
        if not act.office.settings.by_oauth:
            log.warning(
                "the workspace %s removed the bot, and nothing is sent there: %s", act.workspace, AGAIN
            )
        await act.office.tokens.forget(act.workspace)
        if act.office.workspaces is not None:
            await act.office.workspaces.uninstalled(PLATFORM, act.workspace)


async def revoked(act: Act) -> None:
    """Tokens were revoked: the bot's own end its installation, a person's are none of ours."""
    tokens = act.body["event"].get("tokens")
    if isinstance(tokens, dict) and tokens.get("bot"):
        await uninstalled(act)


def _is_own(act: Act) -> bool:
    identity = act.office.tokens.known(act.workspace)
    return identity is not None and bool(act.user) and act.user == identity.bot_user


def _forget(act: Act) -> None:
    act.office.people.forget_channel(act.workspace, act.channel)


async def _gone(act: Act, reason: str) -> None:
    _forget(act)
    await _kept(act, act.channel, lambda kept: kept.channel_gone(act.address(act.channel), reason))


async def _back(act: Act) -> None:
    _forget(act)
    await _kept(act, act.channel, lambda kept: kept.channel_back(act.address(act.channel)))


async def _kept(act: Act, about: str, write: Callable[[Workspaces], Awaitable[None]]) -> None:
    """Have it known, unless something later was said about it: of what Slack could not tell at once it tells late."""
    kept = act.office.workspaces
    if kept is None:
        return

    async def written() -> None:
        if act.latest.is_last(act.workspace, about, _moment(act).timestamp()):
            await write(kept)

    await insisted(act.office.clock, written)


async def _is_news(act: Act) -> bool:
    """Whether an ending is of the installation there is now, or of the token that was set since."""
    kept = act.office.workspaces
    now = await kept.installation(PLATFORM, act.workspace) if kept is not None else None
    since = now.installed_at if now else act.office.tokens.tested_at(act.workspace)
    return since is None or _moment(act) + BEFORE > since


def _moment(act: Act) -> datetime:
    """When it happened, by Slack's clock; now, when Slack does not say."""
    try:
        return datetime.fromtimestamp(float(act.body["event_time"]), tz=UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return act.office.clock.now()


async def _is_begun(act: Act) -> bool:
    found = await act.look_up(Call("list"))
    return isinstance(found, SubscriptionList) and found.state is not None and bool(found.state.subscriptions)


async def _hint(act: Act) -> None:
    message = _welcome()
    try:
        client = await act.office.tokens.client(act.workspace)
        await client.chat_postMessage(
            channel=act.channel,
            text=message.text,
            blocks=list(message.blocks),
            unfurl_links=False,
            unfurl_media=False,
        )
    except FAILURES as error:
        log.info("a channel was not greeted: %s", name_of(error))


def _welcome() -> Message:
    first = "Paper Round brings this channel new papers every day, once somebody says which. For example: "
    then = " lists everything else."
    runs: Block = rich(
        words(first),
        words(EXAMPLE, code=True),
        words(". "),
        words(f"{PREFIX}help", code=True),
        words(then),
    )
    return Message(text=f"{first}{EXAMPLE}. {PREFIX}help{then}", blocks=(runs,))


HANDLERS: Mapping[str, Handler] = {
    "member_joined_channel": joined,
    "member_left_channel": left,
    "channel_left": removed,
    "group_left": removed,
    "channel_archive": archived,
    "group_archive": archived,
    "channel_deleted": deleted,
    "group_deleted": deleted,
    "channel_unarchive": unarchived,
    "group_unarchive": unarchived,
    "channel_rename": renamed,
    "group_rename": renamed,
}
ENDINGS: Mapping[str, Handler] = {"app_uninstalled": uninstalled, "tokens_revoked": revoked}
