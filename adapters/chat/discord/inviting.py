"""The invite link, for whoever is shown a page with it: it never changes, so Discord is asked until it has said once."""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

from bot.errors import DeliveryError

from .api.errors import Refused
from .api.wire import Wire
from .invite import invite_link
from .reached import object_of

AGAIN_SECONDS = 60.0  # after no answer: readers of a page may not use up the refusals that are allowed
_known: WeakKeyDictionary[Wire, str] = WeakKeyDictionary()
_next: WeakKeyDictionary[Wire, float] = WeakKeyDictionary()


async def invited(wire: Wire) -> str:
    """The link by which a server adds the bot; "" while Discord does not say whose token this is."""
    if wire not in _known and time.monotonic() >= _next.get(wire, 0.0):
        _next[wire] = time.monotonic() + AGAIN_SECONDS
        if application := await _application(wire):
            _known[wire] = invite_link(application)
    return _known.get(wire, "")


async def _application(wire: Wire) -> str:
    try:
        said = str(object_of(await wire.get("/applications/@me")).get("id") or "")
    except (DeliveryError, Refused):
        return ""
    return said if said.isdecimal() else ""
