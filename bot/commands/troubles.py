"""What keeps a destination's messages from being posted, in words."""

from __future__ import annotations

from bot.domain.delivery import Delivery, Status
from bot.domain.subscription import Destination

from .context import Context
from .wording import count

MOST = 100  # messages looked at


async def troubles_of(context: Context, destination: Destination) -> tuple[str, ...]:
    """The token that is not accepted, what waits for a person, what was given up; none when all is well."""
    address = destination.address
    lanes = [
        one
        for one in await context.store.lanes()
        if one.paused and (one.platform, one.workspace) == (address.platform, address.workspace)
    ]
    refused = [
        f"Nothing can be posted here: {_ended(one.paused_reason)} Whoever runs the bot can mend it, then start it again."
        for one in lanes
    ]
    found = await context.store.deliveries(
        status=(Status.HELD, Status.DEAD), destination_id=destination.id, limit=MOST
    )
    held = [one for one in found if one.status is Status.HELD]
    dead = [one for one in found if one.status is Status.DEAD]
    return (
        *refused,
        *_told(held, "waits", "wait", "for somebody to look"),
        *_told(dead, "was", "were", "given up"),
    )


def _told(deliveries: list[Delivery], one: str, many: str, what: str) -> tuple[str, ...]:
    if not deliveries:
        return ()
    latest = deliveries[0]
    verb = one if len(deliveries) == 1 else many
    why = f"{count(len(deliveries), 'message')} {verb} {what}: {_ended(latest.last_error)}"
    return (f"{why} Whoever runs the bot can send it again: `paperround deliveries replay {latest.key}`.",)


def _ended(sentence: str) -> str:
    return f"{sentence.rstrip('.')}."
