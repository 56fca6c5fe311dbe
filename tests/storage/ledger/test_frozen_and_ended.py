"""A slot that is given up while its parts are being frozen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Freeze, Status
from bot.domain.subscription import Destination
from bot.storage import Store, frozen
from bot.testing.builders import SAMPLE_NOW

LATE = SAMPLE_NOW + timedelta(hours=12)
LONG = 30.0  # seconds nobody waits for in earnest


async def test_the_parts_frozen_meanwhile_are_cancelled_too(
    store: Store,
    home: Destination,
    plan: Callable[..., Awaitable[Any]],
    me: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await plan(home)
    await me.takes()
    (first,) = await store.deliveries()
    later, begun, go_on = frozen._later, threading.Event(), threading.Event()

    def slowly(*given: Any) -> Iterator[dict[str, Any]]:
        begun.set()
        go_on.wait(LONG)
        yield from later(*given)

    monkeypatch.setattr(frozen, "_later", slowly)
    freezing = asyncio.create_task(me.does(Freeze(delivery_id=first.id, payloads=(b"a", b"b", b"c"))))
    assert await asyncio.to_thread(begun.wait, LONG)
    expiring = asyncio.create_task(store.expire(LATE))
    await asyncio.wait({expiring}, timeout=0.3)  # it comes as far as it can
    go_on.set()
    await freezing
    await expiring
    assert [one.status for one in await store.deliveries()] == [Status.CANCELLED] * 3
