"""What the chats know of their channels and people; whoever does not say lets nobody in who was not in already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import structlog

from adapters.chat.console import HERE
from bot.domain.subscription import Address
from bot.ports import Adviser, ChatAdapter, Doorkeeper
from jobs.strangers import answer_of

R = TypeVar("R")

ASK_SECONDS = 10.0  # a person waits for the answer
NOT_KNOWN = "The chat did not say whether I may post there. Try again in a minute."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doors:
    """The doorkeepers of all chats; asked anew each time."""

    adapters: Mapping[str, ChatAdapter]

    async def why_not_post(self, address: Address) -> str:
        """What stands in the way of posting there, as something to do about it; "" when nothing is known to."""
        if address.platform == HERE.platform and address != HERE:
            return "The terminal is the only place here; channels come with a chat such as Slack or Discord."
        keeper = self._keeper(address)
        if keeper is None:
            return ""
        return await _asked(lambda: keeper.why_not_post(address), "why_not_post()", NOT_KNOWN)

    async def what_is_lacking(self, address: Address) -> str:
        """What makes digests worse there than they could be; "" when nothing is known to."""
        adviser: object = self.adapters.get(address.platform)
        if not isinstance(adviser, Adviser):
            return ""
        return await _asked(lambda: adviser.what_is_lacking(address), "what_is_lacking()", instead="")

    async def may_read(self, address: Address, person: str) -> bool:
        """Whether a person may see what is subscribed in another channel than they ask in."""
        keeper = self._keeper(address)
        if keeper is None:
            return False
        return await _asked(lambda: keeper.may_read(address, person), "may_read()", instead=False)

    async def manages(self, address: Address, person: str) -> bool:
        """Whether a person may change another channel; where nobody can be asked, who manages one manages all."""
        keeper = self._keeper(address)
        if keeper is None:
            return True
        return await _asked(lambda: keeper.manages(address, person), "manages()", instead=False)

    def _keeper(self, address: Address) -> Doorkeeper | None:
        adapter: object = self.adapters.get(address.platform)
        return adapter if isinstance(adapter, Doorkeeper) else None


async def _asked(ask: Callable[[], Awaitable[R]], what: str, instead: R) -> R:
    """The answer, or what stands for none: an adapter may be a stranger's."""
    try:
        return await answer_of(ask, what=what, seconds=ASK_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever it is, the door stays shut
        log.warning("doors.not_answered", what=what, reason=str(error))
        return instead
