"""Thousands of dead channels among live ones: Discord is not asked too often for what it refuses."""

from __future__ import annotations

import asyncio
import sqlite3
import time

from acts import Acts, verdict
from discordbench.fake import Channel
from report import told
from world import World, world

LIVE, SERVERS = 100, 100
# The bench counts a request when it comes to it, and judging a long list takes it a while: what came evenly is then counted
# all at once. So its limit for all requests together is left out here; how many a second there were is told.
NO_LIMIT = 10**6
MOST = 100  # refusals that the bot allows itself within ten minutes
LIMIT = 420.0


async def dead(number: int) -> bool:
    """Half of them deleted, half of them closed, and nobody told the bot."""
    async with world(global_limit=NO_LIMIT) as made:
        acts = Acts(made)
        await made.start()
        await made.fetched()
        await acts.slash("subscribe", query="looms OR kilns", max=3)
        await asyncio.to_thread(made.bot.stop)
        live = _furnished(made, number)
        await made.start()
        began, served = time.monotonic(), 0
        while time.monotonic() - began < LIMIT and served < len(live):
            await asyncio.sleep(2)
            served = sum(bool(made.fake.history(one)) for one in live)
        acts.need(
            served == len(live),
            f"{served} of {len(live)} live channels served after {time.monotonic() - began:.0f} s",
        )
        _counted(acts)
        verdict(acts)
        print(made.log(1500))
        return told(f"{number} dead channels among {LIVE} live ones", acts)


def _counted(acts: Acts) -> None:
    """Refusals of the busiest ten minutes."""
    times = sorted(one.t for one in acts.fake.log if one.status in (401, 403, 429))
    busiest = max((sum(start <= one < start + 600 for one in times) for start in times), default=0)
    acts.need(
        busiest <= MOST, f"refused (401, 403, 429) within ten minutes: {busiest}; not found: {_gone(acts)}"
    )
    first = next((one.t for one in acts.fake.log if one.method == "POST"), 0.0)
    whole = len(acts.fake.log) / max(1.0, acts.fake.log[-1].t - first)
    acts.facts.append(f"requests a second, over all: {whole:.0f}")
    paused = acts.world.bot.ask("SELECT count(*) FROM destination WHERE paused = 1")[0][0]
    acts.facts.append(f"channels given up: {paused}")


def _gone(acts: Acts) -> int:
    return sum(one.status == 404 for one in acts.fake.log)


def _furnished(made: World, number: int) -> list[Channel]:
    """Copy the one destination so many times, all due now, over several servers; the live channels."""
    servers = [made.guild, *(made.fake.add_guild(f"server {at}") for at in range(SERVERS - 1))]
    live, rows = [], []
    for at in range(number + LIVE):
        guild = servers[at % SERVERS]
        kind = "live" if at % (number // LIVE + 1) == 0 and len(live) < LIVE else ("gone", "closed")[at % 2]
        channel = Channel(made.fake.snowflake(), guild, f"{kind}-{at}")
        if kind != "gone":
            guild.channels[channel.id] = made.fake.channels[channel.id] = channel
        if kind == "closed":
            made.fake.deny(channel, "VIEW_CHANNEL")
        if kind == "live":
            live.append(channel)
        rows.append((guild.id, channel.id))
    _written(made, rows)
    return live


def _written(made: World, rows: list[tuple[str, str]]) -> None:
    bot = made.bot
    [(home,)] = bot.ask("SELECT id FROM destination")
    columns = {table: ", ".join(_kept(made, table)) for table in ("destination", "subscription")}
    with sqlite3.connect(bot.database, timeout=30) as db:
        lanes = [(f"discord:{guild}", guild) for guild in {guild for guild, _ in rows}]
        db.executemany(LANE, lanes)
        for guild, channel in rows:
            to = COPY.format(
                table="destination", into="channel_id, lane_id", kept=columns["destination"], of="id"
            )
            given = (guild, channel, f"discord:{guild}", home)
            copied = db.execute(to.replace("VALUES", "?, ?"), given).lastrowid
            to = COPY.format(
                table="subscription", into="destination_id", kept=columns["subscription"], of="destination_id"
            )
            db.execute(to.replace("VALUES", "?"), (guild, copied, home))
    bot.due_now()


def _kept(made: World, table: str) -> list[str]:
    """What a copy has as its model has it."""
    return [name for _, name, *_ in made.bot.ask(f"PRAGMA table_info({table})") if name not in OWN]


LANE = "INSERT OR IGNORE INTO lane (id, workspace_id, platform, token_ref, paused, paused_reason) VALUES (?, ?, 'discord', '', 0, '')"
COPY = (
    "INSERT INTO {table} (workspace_id, {into}, {kept}) SELECT ?, VALUES, {kept} FROM {table} WHERE {of} = ?"
)
OWN = frozenset({"id", "workspace_id", "channel_id", "lane_id", "destination_id"})
