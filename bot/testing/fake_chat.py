"""A chat that keeps what it was sent, and fails as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.domain.digest import Digest
from bot.errors import Unknown
from bot.ports import Answer, CannotTell, Commands, Found, LaneLimits, NotFound, Part, Receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """One message as it arrived."""

    channel: str
    key: str
    text: str
    repeated: bool = False


class FakeChat:
    """Renders a digest as its titles, one line each, a part for every `papers_per_part`; keeps what it accepted."""

    def __init__(self, platform: str = "fake", *, papers_per_part: int = 100) -> None:
        self.platform = platform
        self.limits = LaneLimits()
        self.sent: list[Sent] = []
        self.rendered = 0
        self._papers_per_part = papers_per_part
        self._troubles: list[tuple[str, Exception]] = []
        self._lost_answers = 0
        self._blind = False

    def refuses(self, error: Exception, *, times: int = 1, channel: str = "") -> Self:
        """Raise this instead of accepting the next messages (to one channel); returns itself, to be chained."""
        self._troubles += [(channel, error)] * times
        return self

    def loses_answers(self, times: int = 1) -> Self:
        """Accept the next messages, but let the sender believe nothing is known."""
        self._lost_answers += times
        return self

    def cannot_be_asked(self) -> Self:
        """Answer every look-up with `CannotTell`."""
        self._blind = True
        return self

    async def run(self, commands: Commands) -> None:
        """Nobody speaks here."""

    def render(self, digest: Digest) -> Sequence[Part]:
        """Draw the titles, and "nothing new" when there are none."""
        self.rendered += 1
        papers = [pick.paper for pick in digest.picks]
        size = self._papers_per_part
        pages = [papers[start : start + size] for start in range(0, max(len(papers), 1), size)]
        return [
            Part(
                number=number,
                payload=("\n".join(paper.title for paper in page) or "nothing new").encode(),
                channel=digest.address.channel,
                papers=tuple(paper.id for paper in page),
            )
            for number, page in enumerate(pages)
        ]

    async def send(self, part: Part, *, key: str) -> Receipt:
        """Accept a part, or fail as told."""
        trouble = next((one for one in self._troubles if one[0] in {"", part.channel}), None)
        if trouble is not None:
            self._troubles.remove(trouble)
            raise trouble[1]
        self.sent.append(
            Sent(channel=part.channel, key=key, text=part.payload.decode(), repeated=part.repeated)
        )
        if self._lost_answers:
            self._lost_answers -= 1
            raise Unknown("The answer was lost.")
        return Receipt(remote_id=f"message-{len(self.sent)}")

    async def find(self, part: Part, *, key: str, since: datetime) -> Answer:  # noqa: ARG002 - the port's signature
        """Look for the key among what was accepted."""
        if self._blind:
            return CannotTell()
        known = [number for number, message in enumerate(self.sent, start=1) if message.key == key]
        return Found(remote_id=f"message-{known[0]}") if known else NotFound()

    def titles(self, channel: str | None = None) -> list[str]:
        """Every title that arrived (in one channel), in order."""
        mine = [message for message in self.sent if channel in {None, message.channel}]
        return [title for message in mine for title in message.text.splitlines()]
