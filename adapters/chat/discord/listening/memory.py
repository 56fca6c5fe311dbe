"""What was said lately, to offer while somebody types: Discord wants that at once, and no database is asked.

Subscriptions are remembered by channel, authors by server: what one reads is no news for others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from adapters.chat.remembering import Remembered
from bot.commands.replies import Channel, PaperCard, PaperList, Reply
from bot.domain.paper import Paper
from bot.domain.subscription import Address, Subscription
from bot.ports import Clock

MOST_AUTHORS = 5000
SECONDS = 600.0


class Memory:
    """Subscriptions of channels for ten minutes, and the authors that were last shown."""

    def __init__(self, clock: Clock) -> None:
        self._subscriptions: Remembered[tuple[Subscription, ...]] = Remembered(clock, seconds=SECONDS)
        self._authors: OrderedDict[tuple[str, str], None] = OrderedDict()

    def heard(self, address: Address, reply: Reply) -> None:
        """Learn from a reply that was given there."""
        state = getattr(reply, "state", None)
        if isinstance(state, Channel) and state.destination.address == address:
            self._subscriptions.put((address.workspace, address.channel), tuple(state.subscriptions))
        for paper in _papers(reply):
            self._learn(address.workspace, paper.authors)

    def subscriptions(self, address: Address) -> tuple[Subscription, ...] | None:
        """What is followed there; None when nobody said so lately."""
        return self._subscriptions.get((address.workspace, address.channel))

    def authors(self, workspace: str, typed: str) -> Iterator[str]:
        """Authors of papers that were shown there, of whose name a word begins so; those last shown first."""
        wanted = typed.strip().lower()
        for where, name in reversed(self._authors):
            low = name.lower()
            if where != workspace:
                continue
            if low.startswith(wanted) or any(word.startswith(wanted) for word in low.split()):
                yield name

    def _learn(self, workspace: str, authors: tuple[str, ...]) -> None:
        for name in authors:
            self._authors[workspace, name] = None
            self._authors.move_to_end((workspace, name))
        while len(self._authors) > MOST_AUTHORS:
            self._authors.popitem(last=False)


def _papers(reply: Reply) -> Iterator[Paper]:
    if isinstance(reply, PaperCard):
        yield reply.paper
    if isinstance(reply, PaperList):
        yield from (pick.paper for pick in reply.papers)
