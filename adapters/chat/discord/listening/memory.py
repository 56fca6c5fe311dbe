"""What was said lately, to offer while somebody types: Discord wants that at once, and no database is asked.

Subscriptions are remembered by channel, authors and topics by server: what one reads is no news for others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from adapters.chat.remembering import Remembered
from bot.commands.replies import Channel, PaperCard, PaperList, Reply, TopicEntry, TopicList
from bot.domain.paper import Paper
from bot.domain.subscription import Address, Subscription
from bot.ports import Clock

# Commands after which something is not as it was; what they answer may say how it is now.
ABOUT_SUBSCRIPTIONS = frozenset({"unsubscribe", "pause", "resume", "move"})
ABOUT_TOPICS = frozenset({"define", "topic define", "topic remove"})
MOST_AUTHORS = 5000
SECONDS = 600.0
REST_SECONDS = 5.0  # for a database that was too slow


class Memory:
    """Subscriptions and topics for ten minutes, and the authors that were last shown."""

    def __init__(self, clock: Clock) -> None:
        self._subscriptions: Remembered[tuple[Subscription, ...]] = Remembered(clock, seconds=SECONDS)
        self._topics: Remembered[tuple[TopicEntry, ...]] = Remembered(clock, seconds=SECONDS)
        self._begun: Remembered[bool] = Remembered(clock, seconds=SECONDS)
        self._late: Remembered[bool] = Remembered(clock, seconds=REST_SECONDS)
        self._authors: OrderedDict[tuple[str, str], None] = OrderedDict()

    def heard(self, address: Address, reply: Reply) -> None:
        """Learn from a reply that was given there."""
        state = getattr(reply, "state", None)
        if isinstance(state, Channel) and state.destination.address == address:
            self._subscriptions.put((address.workspace, address.channel), tuple(state.subscriptions))
        for paper in _papers(reply):
            self._learn(address.workspace, paper.authors)

    def done(self, address: Address, command: str) -> None:
        """Forget what a command may have changed."""
        if command in ABOUT_SUBSCRIPTIONS:
            self._subscriptions.forget((address.workspace, address.channel))
        if command in ABOUT_TOPICS:
            self._topics.forget((address.workspace, ""))

    def topics(self, workspace: str) -> tuple[TopicEntry, ...] | None:
        """The topics a server defined; None when nobody said so lately."""
        return self._topics.get((workspace, ""))

    def learn_topics(self, workspace: str, reply: Reply | None) -> tuple[TopicEntry, ...]:
        """Remember a server's own from the list of all topics."""
        if not isinstance(reply, TopicList):
            return ()
        return self._topics.put((workspace, ""), tuple(one for one in reply.topics if one.own))

    def begins(self, workspace: str) -> bool:
        """Whether nothing was shown in a server yet, and nobody asked so lately."""
        if self._begun.get((workspace, "")) or any(where == workspace for where, _ in self._authors):
            return False
        return self._begun.put((workspace, ""), True)

    def late(self, workspace: str) -> None:
        """What was asked for a server took too long: its next letters ask for nothing."""
        self._late.put((workspace, ""), True)

    def is_late(self, workspace: str) -> bool:
        """Whether that was just now."""
        return self._late.get((workspace, "")) is not None

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
