"""Drawing digests: an adapter's `render`, off the event loop, and no longer than others can wait for it."""

from __future__ import annotations

import asyncio
from asyncio import CancelledError
from collections.abc import Sequence
from typing import TypeAlias

import structlog

from bot.domain.digest import Digest
from bot.errors import Rejected, Transient
from bot.ports import ChatAdapter, Part

log = structlog.get_logger()

DRAW_SECONDS = 20.0  # for one digest; drawing takes milliseconds
MOST_STUCK = 2  # threads of one platform that are left to themselves: others need threads, too

Drawn: TypeAlias = "tuple[Part, ...] | Exception"
Stuck: TypeAlias = (
    "dict[int, asyncio.Future[None]]"  # by slot, what one platform's adapter is drawing for too long
)


async def all_drawn(
    adapter: ChatAdapter, wanted: Sequence[tuple[int, Digest | Exception]], stuck: Stuck
) -> list[Drawn]:
    """The parts of each (slot, digest), or what went wrong with that one; one that takes too long stops no other."""
    drawn: list[Drawn] = []
    while len(drawn) < len(wanted):
        slot_id, _ = wanted[len(drawn)]
        if slot_id in stuck or len(stuck) >= MOST_STUCK:
            drawn.append(Transient(f"render() of {adapter.platform} is still busy with an earlier digest."))
            continue
        ahead = wanted[len(drawn) :]
        free = next((place for place, (slot, _) in enumerate(ahead) if slot in stuck), len(ahead))
        drawn += await _drawn_in_time(adapter, ahead[:free], stuck)
    return drawn


async def _drawn_in_time(
    adapter: ChatAdapter, wanted: Sequence[tuple[int, Digest | Exception]], stuck: Stuck
) -> list[Drawn]:
    """As many of them as were drawn until one took too long, and that one's trouble."""
    drawing = _Drawing(adapter, [digest for _, digest in wanted])
    work = asyncio.ensure_future(asyncio.to_thread(drawing.run))
    try:
        before = -1
        while not work.done() and before < len(drawing.drawn):
            before = len(drawing.drawn)
            await asyncio.wait({work}, timeout=DRAW_SECONDS)
    finally:
        drawing.given_up = True
    if work.done():
        work.result()
        return drawing.drawn
    drawn = list(drawing.drawn)
    slot_id, _ = wanted[min(len(drawn), len(wanted) - 1)]
    stuck[slot_id] = work
    work.add_done_callback(lambda _: stuck.pop(slot_id, None))
    log.error("adapter.does_not_end", call=f"render() of {adapter.platform}", slot=slot_id)
    return [*drawn, Transient(f"render() did not end within {DRAW_SECONDS:g} seconds.")][: len(wanted)]


class _Drawing:
    """Some digests drawn one after another, in a thread."""

    def __init__(self, adapter: ChatAdapter, digests: Sequence[Digest | Exception]) -> None:
        self.drawn: list[Drawn] = []
        self.given_up = False
        self._adapter = adapter
        self._digests = digests

    def run(self) -> None:
        """Draw all of them, unless nobody waits for it any more."""
        for digest in self._digests:
            if self.given_up:
                return
            self.drawn.append(_drawn(self._adapter, digest))


def _drawn(adapter: ChatAdapter, digest: Digest | Exception) -> Drawn:
    if isinstance(digest, Exception):
        return digest
    try:
        parts: tuple[object, ...] = tuple(adapter.render(digest))
        return _checked(parts)
    except CancelledError:
        return RuntimeError("render() ended in a cancellation nobody asked for")
    except Exception as error:  # noqa: BLE001 - an adapter may be a stranger's; one digest's trouble is its own
        return error


def _checked(parts: Sequence[object]) -> tuple[Part, ...]:
    """Parts that can be kept; raises Rejected for anything else."""
    whole = tuple(one for one in parts if isinstance(one, Part) and _can_be_kept(one))
    if not parts or len(whole) < len(parts):
        raise Rejected("The digest was rendered as nothing that can be sent.")
    return whole


def _can_be_kept(part: Part) -> bool:
    return isinstance(part.payload, bytes) and all(isinstance(paper, int) for paper in part.papers)
