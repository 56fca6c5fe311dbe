"""What every act of a person in Discord goes through: answered at once, done once, never a traceback."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import TypeAlias
from weakref import WeakValueDictionary

from adapters.chat.discord.drawing.embeds import Message
from adapters.chat.discord.office import Office
from adapters.chat.seen import Seen
from bot.commands.dispatch import error_notice, incident_notice
from bot.commands.replies import Notice
from bot.errors import PaperRoundError

from . import autocomplete, forming, pressing, slash
from .acts import Act
from .answering import Answer, Calls
from .happening import Happening, Kind
from .memory import Memory

SEEN_SECONDS, MOST_SEEN = 3600, 20_000  # an interaction is good for fifteen minutes
AT_ONCE = 50  # acts of one server; each may hold connections, and those are for digests, too
END_SECONDS = 5.0  # what still runs when the bot stops may take so long to come to its end
LAST_WORDS = Message(content="That failed inside Paper Round, so nothing was done; try once more.")
Handler: TypeAlias = Callable[[Act], Awaitable[None]]
HANDLERS: dict[Kind, Handler] = {
    Kind.COMMAND: slash.typed,
    Kind.COMPONENT: pressing.pressed,
    Kind.MODAL: forming.saved,
    Kind.TYPING: autocomplete.offered,
}
log = logging.getLogger(__name__)


class Handling:
    """Runs what people ask for, and knows what still runs."""

    def __init__(self, office: Office, calls: Calls) -> None:
        self._office = office
        self._calls = calls
        self._memory = Memory(office.clock)
        self._seen = Seen(office.clock, seconds=SEEN_SECONDS, most=MOST_SEEN)
        self._running: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()  # by server

    def take(self, happening: Happening) -> None:
        """Do what somebody asks for, once; a resumed session brings what was brought before."""
        if self._seen.first(happening.address.workspace, happening.id):
            self._start(self._done(self._act(happening)))

    async def end(self) -> None:
        """Let what runs come to its end, for a few seconds; then nothing runs any more."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=END_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _act(self, happening: Happening) -> Act:
        answer = Answer(self._calls, happening, self._office.clock)
        turn = self._turns.setdefault(happening.address.workspace, asyncio.Semaphore(AT_ONCE))
        office = replace(self._office, kept=self._office.kept.of(f"{happening.address} {happening.user}"))
        return Act(office=office, happening=happening, answer=answer, memory=self._memory, turn=turn)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _done(self, act: Act) -> None:
        try:
            await HANDLERS[act.happening.kind](act)
        except PaperRoundError as error:
            await _tell(act, error_notice(error))
        except Exception:  # whoever asked gets an answer; the log gets the traceback
            incident = secrets.token_hex(4)
            log.exception("an act in Discord failed (incident %s)", incident)
            await _tell(act, incident_notice(incident))


async def _tell(act: Act, notice: Notice) -> None:
    if act.happening.kind is Kind.TYPING:
        return
    try:
        if act.answer.is_begun or await act.answer.later():
            await act.reply(notice)
    except Exception:  # a fault in drawing must not hide the first one
        log.exception("a notice could not be drawn")
        await act.answer.give((LAST_WORDS,))
