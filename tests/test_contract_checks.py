"""The contract checks catch what they are for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from bot.errors import Rejected
from bot.ports import CannotTell, ChatContext, LaneLimits, NotFound, Part, Receipt
from bot.testing import ContractBroken, FakeClock, check_chat_adapter


class Good:
    """The smallest adapter that keeps the contract."""

    platform = "good"
    limits = LaneLimits()

    async def run(self, commands):
        await asyncio.Event().wait()

    def render(self, digest):
        text = "\n".join([digest.destination, *(pick.paper.title for pick in digest.picks)])
        return (Part(number=0, payload=text.encode(), channel=digest.address.channel),)

    async def send(self, part, *, key):
        return Receipt(remote_id=key)

    async def find(self, part, *, key, since):
        return CannotTell()


class Unnamed(Good):
    platform = ""


class Stopped(Good):
    limits = LaneLimits(concurrency=0)


class Silent(Good):
    def render(self, digest):
        return ()


class Misnumbered(Good):
    def render(self, digest):
        return tuple(replace(part, number=7) for part in super().render(digest))


class Moody(Good):
    def __init__(self):
        self.count = 0

    def render(self, digest):
        self.count += 1
        return tuple(
            replace(part, payload=part.payload + bytes(self.count)) for part in super().render(digest)
        )


class Dropping(Good):
    def render(self, digest):
        return (Part(number=0, payload=digest.destination.encode(), channel=digest.address.channel),)


class Elsewhere(Good):
    def render(self, digest):
        return tuple(replace(part, channel="another") for part in super().render(digest))


class Refusing(Good):
    async def send(self, part, *, key):
        raise Rejected("No.")


class Crashing(Good):
    async def send(self, part, *, key):
        raise KeyError(key)


class Denying(Good):
    async def find(self, part, *, key, since):
        return NotFound()


class Littering(Good):
    async def run(self, commands):
        self.left = asyncio.create_task(asyncio.sleep(0.5))
        await asyncio.Event().wait()


async def test_a_good_adapter_passes() -> None:
    await check_chat_adapter(Good())


@pytest.mark.parametrize(
    ("bad", "clause"),
    [
        (Unnamed, "platform"),
        (Stopped, "limits"),
        (Silent, "at least one part"),
        (Misnumbered, "numbered from 0"),
        (Moody, "pure"),
        (Dropping, "survives as text"),
        (Elsewhere, "names its channel"),
        (Refusing, "gives a receipt"),
        (Crashing, "raises only DeliveryErrors"),
        (Denying, "does not deny"),
        (Littering, "leaves nothing running"),
    ],
)
async def test_a_broken_adapter_is_told_which_clause(bad: type, clause: str) -> None:
    with pytest.raises(ContractBroken, match=clause):
        await check_chat_adapter(bad())


async def test_the_sample_plug_in_keeps_the_contract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "plugins" / "postcard"))
    adapter = import_module("paperround_postcard").PostcardAdapter
    settings = {"PAPERROUND_POSTCARD_FOLDER": str(tmp_path / "cards")}
    await check_chat_adapter(adapter(ChatContext(clock=FakeClock(), settings=settings)))
