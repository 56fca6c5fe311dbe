"""While one person's answer is worked out, the loop stays free for everybody else."""

from __future__ import annotations

import threading

import pytest

from bot.commands import matched, papers, reading
from bot.commands.replies import Notice
from bot.domain import query as queries

HEAVY = {queries: ("parse",), papers: ("explain",), reading: ("explain", "_most_wanted")}


@pytest.fixture
async def on_the_loop(ask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of heavy functions that were called on the loop's own thread."""
    await ask("subscribe topic:rlhf OR knitting")
    caught: list[str] = []
    loop = threading.current_thread()
    for module, names in HEAVY.items():
        for name in names:
            monkeypatch.setattr(module, name, _watched(getattr(module, name), name, caught, loop))
    return caught


def _watched(inner, name: str, caught: list[str], loop: threading.Thread):
    def watched(*args):
        if threading.current_thread() is loop:
            caught.append(name)
        return inner(*args)

    return watched


@pytest.mark.parametrize(
    "line",
    [
        "search topic:rlhf OR knitting",
        "today knitting",
        "catchup since:7d",
        "why 2606.00001",
        "preview knitting",
        "subscribe bread",
        "edit 1 bread",
        "unsubscribe knitting OR topic:rlhf",
        "define fibre-arts = knitting",
        "show 2606.00001",
    ],
)
async def test_reading_matching_and_explaining_leave_the_loop_free(
    ask, on_the_loop: list[str], line: str
) -> None:
    reply = await ask(line)
    assert not isinstance(reply, Notice) or reply.code == ""
    assert on_the_loop == []


async def test_catching_up_on_more_than_is_looked_through_is_said(ask, monkeypatch) -> None:
    await ask("subscribe knitting OR sourdough")
    assert (await ask("catchup since:7d")).notes == ()
    monkeypatch.setattr(matched, "MOST_LISTED", 2)
    reply = await ask("catchup since:7d")
    assert reply.total == 2
    (note,) = reply.notes
    assert note.startswith("Only the newest 2 papers were looked through, back to Mon 1 Jun 2026")
    assert note.endswith("more were listed since Mon 25 May 2026.")
    assert (await ask("trending week")).notes[0].startswith("Only the newest 2 papers")
