"""The invite link, for whoever is shown a page with it: asked of Discord once, as it never changes."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from bot.errors import DeliveryError

from .api.errors import Refused
from .api.wire import Wire
from .invite import invite_link
from .reached import object_of

_KNOWN: WeakKeyDictionary[Wire, str] = WeakKeyDictionary()


async def invited(wire: Wire) -> str:
    """The link by which a server adds the bot; "" while Discord does not say whose token this is."""
    if wire not in _KNOWN:
        try:
            application = str(object_of(await wire.get("/applications/@me")).get("id") or "")
        except (DeliveryError, Refused):
            return ""
        if not application.isdecimal():
            return ""
        _KNOWN[wire] = invite_link(application)
    return _KNOWN[wire]
