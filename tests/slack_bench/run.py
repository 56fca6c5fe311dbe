"""Drive the real bot through the Slack bench: `SLACK_BENCH/run.sh py tests/slack_bench/run.py WHAT`.

The bench plays Slack: an emulator nobody here wrote behind a proxy that adds faults, and four judges of every message. The
project does not need it; its own tests play the same against `bot.testing.slack`.

WHAT is `tour` (both transports, by OAuth and by token), `faults` (eleven kinds around a post), `kills N [blind]`, `slow` (a slow database) or `crowd`
(100,000 planned meanwhile).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "bench_kit"))

from acts import Acts
from drive import Drive
from press import Press
from report import told
from robot import Bot
from straining import crowd, slow
from striking import faults, kills
from tour import tour

WAYS = (("socket", "oauth"), ("http", "oauth"), ("socket", "token"), ("http", "token"))


async def tours(ways: tuple[tuple[str, str], ...]) -> bool:
    """One tour for each way."""
    good = True
    for transport, tenancy in ways:
        press = Press()
        async with Drive.load(transport=transport) as drive:
            await drive.fresh()
            await drive.config(rate="enforce")
            acts = Acts(drive)
            with tempfile.TemporaryDirectory() as folder:
                bot = Bot(
                    Path(folder),
                    drive.s,
                    press.url,
                    transport=transport,
                    tenancy=tenancy,
                    port=drive.s["bot_port"],
                )
                began = time.monotonic()
                try:
                    await tour(acts, bot, oauth=tenancy == "oauth")
                except Exception as error:
                    acts.wrong.append(f"ended early: {error!r}")
                    print(bot.log.read_text()[-3000:] if bot.log.exists() else "")
                finally:
                    bot.kill()
                acts.facts.append(f"{time.monotonic() - began:.0f} s")
        press.close()
        good = told(f"tour over {transport}, by {tenancy}", acts) and good
    return good


async def main() -> None:
    what, *rest = sys.argv[1:] or ["tour"]
    match what:
        case "tour":
            good = await tours(tuple(way for way in WAYS if not rest or set(rest) <= set(way)))
        case "faults":
            good = await faults()
        case "kills":
            good = await kills(int(rest[0]) if rest else 200, rest[1:])
        case "slow":
            good = all([await slow(one) for one in rest or ("socket", "http")])
        case "crowd":
            good = all([await crowd(one) for one in rest or ("socket", "http")])
        case _:
            sys.exit(__doc__)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    asyncio.run(main())
