"""Telling one person once: that a channel's digests wait for somebody."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.domain.delivery import Notice
from bot.ports import ChatAdapter, Clock, Teller
from bot.storage.store import Store

from .strangers import answer_of

log = structlog.get_logger()

MOST_TOLD = 20  # at once
MOST_READ = 1000  # among them those of platforms that are not switched on here
TELL_SECONDS = 60.0


async def untold(store: Store, adapters: Mapping[str, ChatAdapter]) -> list[Notice]:
    """What nobody was told yet and can be told here."""
    return [one for one in await store.notices(MOST_READ) if one.address.platform in adapters]


async def tell_untold(store: Store, adapters: Mapping[str, ChatAdapter], clock: Clock) -> int:
    """Tell each untold notice, through its platform if that can, else in the log; how many there were.

    Those of a platform that is not switched on here are left to whoever can tell them.
    A notice is marked before it is told, so that nobody is told twice: it is a courtesy beside `status` and the
    ledger, which go on saying the same. One that a crash or the platform swallowed is not repeated.
    """
    notices = (await untold(store, adapters))[:MOST_TOLD]
    for notice in notices:
        await store.mark_told(notice.id, clock.now())
        await _tell(adapters, notice)
    return len(notices)


async def _tell(adapters: Mapping[str, ChatAdapter], notice: Notice) -> None:
    adapter: object = adapters.get(notice.address.platform)
    log.warning("notice", address=str(notice.address), person=notice.person, text=notice.text)
    if not notice.person or not isinstance(adapter, Teller):
        return
    try:
        await answer_of(
            lambda: adapter.tell(notice.address, notice.person, notice.text),
            what="tell()",
            seconds=TELL_SECONDS,
        )
    except Exception as error:  # noqa: BLE001 - an adapter may be a stranger's, and a notice is only a courtesy
        log.warning("notice.not_told", address=str(notice.address), reason=str(error))
