"""`deliveries` and `backup`, done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from adapters.chat.console_sheet import safe
from bot.app import App
from bot.compose import MANUAL
from bot.domain.delivery import Delivery, Slot, Status
from bot.domain.schedule import zone
from bot.domain.subscription import Destination
from bot.errors import NotFound, UserError

from ._session import put, run, session, terminal
from ._typer import say
from ._views import Json, digest_json

SHOWN = ("date", "status", "destination", "key", "attempts", "error")
WIDE = 90  # columns a table needs


def list_deliveries(*, status: str, limit: int, as_json: bool) -> int:
    """The newest messages."""
    return run(_list(_status(status), limit, as_json))


def show_delivery(key: str, *, as_json: bool) -> int:
    """One message and the digest it is a part of."""
    return run(_show(key, as_json))


def replay_delivery(key: str, *, again: bool = False, as_json: bool) -> int:
    """Send it again, at the next sweep."""
    return run(_replay(key, again, as_json))


def drop_delivery(key: str, *, as_json: bool) -> int:
    """Give it up."""
    return run(_drop(key, as_json))


def back_up(file: Path, *, as_json: bool) -> int:
    """Copy the database to a new file."""
    if file.exists():
        raise UserError(f"{file} is there already, so nothing was written.", fix="Name a new file.")
    asyncio.run(_back_up(file))
    size = file.stat().st_size
    if as_json:
        put({"file": str(file), "bytes": size})
        return 0
    say(f"Wrote {file} ({size:,} bytes).")
    return 0


async def _list(status: Status | None, limit: int, as_json: bool) -> int:
    async with session() as app:
        found = await app.store.deliveries(status=status, limit=limit)
        if as_json:
            put({"deliveries": await _rows(app, found)})
            return 0
        rows = await _rows(app, found, for_people=True)
        if not rows:
            say("There are no such deliveries.")
            return 0
        paper = terminal()
        paper.print(_narrow(rows) if paper.width < WIDE else _wide(rows))
        return 0


async def _show(key: str, as_json: bool) -> int:
    async with session() as app:
        delivery = await app.store.delivery(key)
        if delivery is None:
            raise NotFound(f"There is no delivery {key}.", fix="`paperround deliveries list` shows the keys.")
        digest = await app.store.digest(delivery.slot_id)
        row = await _row(app, delivery)
        if as_json:
            topics = await app.context().topics()
            put({"delivery": row, "digest": digest_json(digest, topics) if digest else None})
            return 0
        for name, value in row.items():
            sys.stdout.write(f"{name}: {safe(str(value))}\n")
        for pick in digest.picks if digest else ():
            sys.stdout.write(f"  {safe(pick.paper.title)}\n")
        return 0


async def _replay(key: str, again: bool, as_json: bool) -> int:
    async with session() as app:
        delivery = await app.store.replay(key, app.clock.now(), again=again)
        await _changed(app, delivery, as_json)
        say(await _when(app, delivery))
        return 0


async def _when(app: App, delivery: Delivery) -> str:
    """When a message that was asked to go again will."""
    destination = await app.store.destination_by_id(delivery.destination_id)
    if destination is not None and destination.paused:
        return (
            f"{destination.name} is paused ({destination.paused_reason}): it goes out after `resume` there."
        )
    return "It goes out within a few seconds while `paperround run` runs."


async def _drop(key: str, as_json: bool) -> int:
    async with session() as app:
        await _changed(app, await app.store.drop(key), as_json)
        say("Given up; its papers may come in a later digest.")
        return 0


async def _back_up(file: Path) -> None:
    async with session() as app:
        await app.store.backup(file)


async def _changed(app: App, delivery: Delivery, as_json: bool) -> None:
    if as_json:
        put({"delivery": await _row(app, delivery)})


async def _row(app: App, delivery: Delivery) -> Json:
    return (await _rows(app, (delivery,)))[0]


async def _rows(app: App, found: Sequence[Delivery], *, for_people: bool = False) -> list[Json]:
    """Each message with its destination: its address, or for people the name they know it by."""
    destinations = await app.store.destinations_by_id({one.destination_id for one in found})
    slots = await app.store.slots_by_id({one.slot_id for one in found})
    rows = []
    for one in found:
        destination, slot = destinations.get(one.destination_id), slots.get(one.slot_id)
        name = destination.name if destination and for_people else ""
        rows.append(_told(one, destination, slot) | ({"destination": name} if name else {}))
    return rows


def _told(delivery: Delivery, destination: Destination | None, slot: Slot | None) -> Json:
    tz = destination.schedule.tz if destination else "UTC"
    return {
        "key": delivery.key,
        "destination": str(destination.address) if destination else "",
        "date": _date(slot, delivery, tz),
        "part": delivery.part_no,
        "status": delivery.status.value,
        "attempts": delivery.attempt,
        "error": delivery.last_error,
        "remote_id": delivery.remote_id,
    }


def _date(slot: Slot | None, delivery: Delivery, tz: str) -> str:
    """The slot's local date; of one that no schedule asked for, the date it was asked on."""
    if slot is None or not delivery.slot_key.startswith(MANUAL):
        return delivery.slot_key
    return slot.due_at.astimezone(zone(tz)).date().isoformat()


def _wide(rows: list[Json]) -> Table:
    """A line for each message; an error column only where there is an error."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [name for name in SHOWN if name != "error" or any(row["error"] for row in rows)]
    for name in shown:
        table.add_column(name, overflow="fold", no_wrap=name in {"key", "date", "status"})
    for row in rows:
        table.add_row(*(Text(safe(str(row[name]))) for name in shown))
    return table


def _narrow(rows: list[Json]) -> Text:
    """Two lines for each message, three with an error: what a narrow terminal can hold without folding a key."""
    lines: list[str] = []
    for row in rows:
        tries = f"{row['attempts']} attempt{'s' * (row['attempts'] != 1)}"
        lines += [f"{row['date']}  {row['status']}  {row['destination']}", f"  {row['key']}  {tries}"]
        lines += [f"  {row['error']}"] if row["error"] else []
    return Text("\n".join(map(safe, lines)))


def _status(text: str) -> Status | None:
    if not text:
        return None
    try:
        return Status(text.lower())
    except ValueError as error:
        known = ", ".join(one.value for one in Status)
        raise UserError(f"`{text}` is no status of a delivery.", fix=f"One of: {known}.") from error
