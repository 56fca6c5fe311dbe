"""What every act of a person in Slack goes through: acknowledged first, run once, answered privately, never a traceback."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TypeAlias
from weakref import WeakValueDictionary

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.chat.latest import Latest
from adapters.chat.seen import Seen
from adapters.chat.slack.drawing.blocks import Json, Message
from adapters.chat.slack.office import Office
from bot.commands.dispatch import error_notice, incident_notice
from bot.commands.replies import Notice, Tone
from bot.errors import AuthFailed, PaperRoundError

from .acts import Act
from .answering import Answer

HANDED_ON = "handed_on"  # of a request's context: an event, set when the acknowledgement is on its way
SEEN_SECONDS, MOST_SEEN = 24 * 3600, 20_000  # acts and events; Slack repeats one for a few minutes
AT_ONCE = 50  # acts of one workspace; each may hold connections, and those that a process may have are for digests, too
END_SECONDS = 5.0  # what still runs when the bot stops may take so long to come to its end
NOT_INSTALLED = Notice(
    kind=Tone.ERROR,
    what="Paper Round is not installed in this workspace any more, so nothing was done.",
    fix="An admin of the workspace can install it again.",
)
LAST_WORDS = Message(text="That failed inside Paper Round, so nothing was done; try once more.", blocks=())
Handler: TypeAlias = Callable[[Act], Awaitable[None]]
Mark: TypeAlias = Callable[[Json], str]
Acknowledge: TypeAlias = Callable[[AsyncAck, Json], Awaitable[object]]
Listener: TypeAlias = Callable[..., Awaitable[None]]
log = logging.getLogger(__name__)


def by_trigger(body: Json) -> str:
    """The mark of one press or one command: the same when Slack sends it again."""
    return str(body.get("trigger_id") or "")


def by_event(body: Json) -> str:
    """The mark of one event."""
    return str(body.get("event_id") or "")


async def plainly(ack: AsyncAck, _body: Json) -> object:
    """Acknowledge, and say nothing."""
    return await ack()


async def nothing(_act: Act) -> None:
    """It was heard, and that is all."""


class Handling:
    """Runs what people ask for after it was acknowledged, and knows what still runs."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._seen = Seen(office.clock, seconds=SEEN_SECONDS, most=MOST_SEEN)
        self._latest = Latest()
        self._running: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()  # by workspace

    def of(
        self,
        handler: Handler,
        *,
        mark: Mark = by_trigger,
        ack: Acknowledge = plainly,
        installed: bool = True,
    ) -> Listener:
        """Make a bolt listener of a handler: acknowledge at once, then run it once, whatever is sent again.

        With `installed` it runs only where the bot is installed now.
        """
        acknowledge, run = ack, self._run if installed else self._tried

        async def listener(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
            await acknowledge(ack, body)
            if self._seen.first(context.team_id or "", mark(body)):
                self._start(_afterwards(context, partial(run, handler, self._act(body, context))))

        return listener

    async def end(self) -> None:
        """Let what runs come to its end, for a few seconds; then nothing runs any more."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=END_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, handler: Handler, act: Act) -> None:
        async def there(act: Act) -> None:
            await (handler(act) if await self._is_installed(act.workspace) else _tell(act, NOT_INSTALLED))

        await self._tried(there, act)

    async def _tried(self, handler: Handler, act: Act) -> None:
        """Do it when it is its turn: a crowd in one workspace keeps no other waiting."""
        turn = self._turns.setdefault(act.workspace, asyncio.Semaphore(AT_ONCE))
        async with turn:
            await self._done(handler, act)

    async def _done(self, handler: Handler, act: Act) -> None:
        try:
            await handler(act)
        except PaperRoundError as error:
            await _tell(act, error_notice(error))
        except Exception:  # whoever asked gets an answer; the log gets the traceback
            incident = secrets.token_hex(4)
            log.exception("an act in Slack failed (incident %s)", incident)
            await _tell(act, incident_notice(incident))

    def _act(self, body: Json, context: AsyncBoltContext) -> Act:
        workspace, user = context.team_id or "", context.user_id or ""
        container, view = _part(body, "container"), _part(body, "view")
        channel = context.channel_id or str(container.get("channel_id") or "")
        answer = Answer(
            self.office,
            workspace=workspace,
            user=user,
            channel=channel,
            url=str(body.get("response_url") or ""),
            thread=_thread(container) or _thread(_part(body, "event")),
            window=str(view.get("id") or "") if view.get("type") == "modal" else "",
        )
        return Act(
            office=self.office,
            workspace=workspace,
            user=user,
            channel=channel,
            body=body,
            answer=answer,
            seen=self._seen,
            latest=self._latest,
        )

    async def _is_installed(self, workspace: str) -> bool:
        """Whether the bot is there, as memory knows, or else as is kept."""
        if not workspace:
            return False
        if self.office.tokens.known(workspace) is not None:
            return True
        try:
            await self.office.tokens.client(workspace)
        except AuthFailed:
            return False
        return True


async def _afterwards(context: AsyncBoltContext, work: Callable[[], Awaitable[None]]) -> None:
    """Do something when bolt has handed the acknowledgement on, which Slack is to see first."""
    handed_on: asyncio.Event | None = context.get(HANDED_ON)
    if handed_on is not None:
        await handed_on.wait()
    await work()


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _thread(part: Json) -> str:
    """The thread something was said in; "" for a message of the channel, though it may have begun a thread."""
    thread = str(part.get("thread_ts") or "")
    return "" if thread in {part.get("message_ts"), part.get("ts")} else thread


async def _tell(act: Act, notice: Notice) -> None:
    try:
        await act.reply(notice)
    except Exception:  # a fault in drawing must not hide the first one
        log.exception("a notice could not be drawn")
        await act.answer.give((LAST_WORDS,))
