"""Doors: what a chat says of its channels is believed, what it does not say keeps people out."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat.console import HERE
from bot.app import doors
from bot.app.doors import NOT_KNOWN, Doors
from bot.domain.subscription import Address
from bot.testing.fake_chat import FakeChat

THERE = Address(platform="fake", workspace="w", channel="looms")


class Porter(FakeChat):
    """Says what it is told to say."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self._answer = answer

    async def why_not_post(self, address: Address) -> str:
        return await self._said()

    async def may_read(self, address: Address, person: str) -> bool:
        return await self._said()

    async def manages(self, address: Address, person: str) -> bool:
        return await self._said()

    async def _said(self):
        if isinstance(self._answer, Exception):
            raise self._answer
        if self._answer is None:
            await asyncio.Event().wait()
        return self._answer


async def test_a_chat_that_knows_is_believed() -> None:
    assert await Doors({"fake": Porter("Invite me first.")}).why_not_post(THERE) == "Invite me first."
    for answer in (True, False):
        asked = Doors({"fake": Porter(answer)})
        assert await asked.may_read(THERE, "U1") is answer
        assert await asked.manages(THERE, "U1") is answer


@pytest.mark.parametrize("answer", [RuntimeError("a stranger's fault"), None], ids=["breaks", "hangs"])
async def test_a_chat_that_breaks_or_hangs_lets_nobody_in(monkeypatch, answer) -> None:
    monkeypatch.setattr(doors, "ASK_SECONDS", 0.05)
    asked = Doors({"fake": Porter(answer)})
    assert await asked.why_not_post(THERE) == NOT_KNOWN
    assert not await asked.may_read(THERE, "U1")
    assert not await asked.manages(THERE, "U1")


async def test_of_a_chat_that_keeps_no_door_nobody_sees_another_channel() -> None:
    asked = Doors({"fake": FakeChat()})
    assert await asked.why_not_post(THERE) == ""
    assert not await asked.may_read(THERE, "U1")
    assert await asked.manages(THERE, "U1")


async def test_the_terminal_is_the_only_place_of_its_own() -> None:
    asked = Doors({})
    assert await asked.why_not_post(HERE) == ""
    elsewhere = Address(platform="console", workspace="local", channel="elsewhere")
    assert "only place" in await asked.why_not_post(elsewhere)
