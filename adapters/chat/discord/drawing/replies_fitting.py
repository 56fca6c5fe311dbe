"""An answer as messages: at most four, each within Discord's limits, and what does not fit is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.commands.wording import count

from . import limits
from .embeds import NOTHING, Json, Message, distinct_urls, embed, size
from .replies_pieces import bold, bullet, told
from .text import units

MOST_MESSAGES = 4  # of the five that may follow where the bot itself is no member
SPARE = 400  # characters for the line about what found no room


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stay together, or one embed; and how many of what is counted it shows."""

    lines: Sequence[str] = ()
    card: Json | None = None
    items: int = 0

    @property
    def text(self) -> str:
        """The lines as they stand."""
        return "\n".join(line for line in self.lines if line)


@dataclass(slots=True)
class _Page:
    """What one message shows, in order: texts, which become embeds, and embeds."""

    room: int  # in characters
    most: int  # in embeds
    shown: list[str | Json] = field(default_factory=list)

    def takes(self, one: Group) -> bool:
        """Whether it fits, and is here now."""
        cost = size([one.card]) if one.card else units(one.text) + 1
        opens = one.card is not None or not self._goes_on(cost)
        if cost > self.room or (opens and len(self.shown) >= self.most):
            return False
        self.room -= cost
        self.add(one.card or one.text)
        return True

    def add(self, one: str | Json) -> None:
        """Text goes on below text, while that is not too long."""
        if isinstance(one, str) and self._goes_on(units(one) + 1):
            self.shown[-1] = f"{self.shown[-1]}\n{one}"
        else:
            self.shown.append(one)

    def _goes_on(self, cost: int) -> bool:
        last = self.shown[-1] if self.shown else None
        return isinstance(last, str) and units(last) + cost <= limits.EMBED_DESCRIPTION


def singly(lines: Iterable[str], *, items: int = 0) -> Iterator[Group]:
    """Lines that need not stay together; each counts for so many."""
    return (Group((line,), None, items) for line in lines if line)


def titled(title: str, lines: Sequence[str]) -> Iterator[Group]:
    """A list under its title, apart from what stands above; nothing when there are no lines."""
    if lines:
        yield Group((f"\n{bold(title)}", bullet(lines[0])))
        yield from singly(bullet(line) for line in lines[1:])


def no_room(missing: int, noun: str) -> str:
    """What is said of what did not fit."""
    more = f"... and {count(missing, noun)} more" if missing else "There is more"
    return f"{more}, for which there is no room here."


def messages(
    groups: Iterable[Group],
    *,
    title: str = "",
    content: str = "",
    foot: Sequence[str] = (),
    components: Sequence[Json] = (),
    noun: str = "line",
    left: Callable[[int, str], str] = no_room,
) -> tuple[Message, ...]:
    """The groups in order under a title; the foot and the buttons under the last message.

    `left` tells how many `noun`s found no room.
    """
    last = Group(foot)
    pages, missing = _paged([one for one in groups if one.card or one.text], title, last)
    if missing:
        pages[-1].add(told(left(sum(one.items for one in missing), noun)))
    if last.text:
        pages[-1].add(last.text)
    drawn = [_message(page, title if at == 0 else "") for at, page in enumerate(pages)]
    return _completed(drawn, content, components)


def _paged(groups: Sequence[Group], title: str, foot: Group) -> tuple[list[_Page], Sequence[Group]]:
    """The pages, and the groups for which there was no room on them."""
    taken = min(2 * units(title), limits.EMBED_TITLE) + units(foot.text)
    pages = [_fresh(1, taken)]
    for number, one in enumerate(groups):
        if pages[-1].takes(one):
            continue
        if len(pages) == MOST_MESSAGES:
            return pages, groups[number:]
        pages.append(_fresh(len(pages) + 1, taken))
        if not pages[-1].takes(one):
            return pages, groups[number:]
    return pages, ()


def _fresh(number: int, taken: int) -> _Page:
    """An empty page; the last one there may be keeps room for the line about what is left."""
    spare = SPARE if number == MOST_MESSAGES else 0
    most = limits.EMBEDS - 1 if spare or taken else limits.EMBEDS
    return _Page(room=limits.EMBED_TEXT - taken - spare, most=most)


def _message(page: _Page, title: str) -> Message:
    """The texts and the embeds; the title stands over the first text."""
    shown = list(page.shown)
    first = shown.pop(0) if shown and isinstance(shown[0], str) else ""
    text = first.lstrip("\n") if isinstance(first, str) else ""
    top = [embed(title=title, description=text)] if title or text else []
    rest = [embed(description=one) if isinstance(one, str) else one for one in shown]
    return Message(content="", embeds=tuple(distinct_urls([*top, *rest])))


def _completed(drawn: Sequence[Message], content: str, components: Sequence[Json]) -> tuple[Message, ...]:
    """What stands over the first message, and what is pressed under the last."""
    final = len(drawn) - 1
    return tuple(
        Message(
            content=_content(one, content if at == 0 else ""),
            embeds=one.embeds,
            components=tuple(components) if at == final else (),
        )
        for at, one in enumerate(drawn)
    )


def _content(message: Message, content: str) -> str:
    return content or ("" if message.embeds else NOTHING)
