"""The real bot process, in a folder of its own, pointed at a bench."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAPERROUND = ROOT / ".venv" / "bin" / "paperround"
PYTHON = ROOT / ".venv" / "bin" / "python"
SLOW_MAIN = ROOT / "tests" / "processes" / "slow_main.py"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OURS = ("SLACK_", "DISCORD_", "PAPERROUND_")  # what the surroundings say of a bot is about another one


class BotProcess:
    """`chat` is what it is told of its chat: names and values of its environment."""

    def __init__(self, folder: Path, press: str, chat: Mapping[str, str]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.database = folder / "paperround.db"
        ours = {
            "PAPERROUND_SOURCES": "huggingface",
            "PAPERROUND_HUGGINGFACE_URL": press,
            "PAPERROUND_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
            "PAPERROUND_DATABASE_URL": f"sqlite:///{self.database}",
            "PAPERROUND_SECRET_KEY": KEY,
            "PAPERROUND_SETTLE_SECONDS": "3",
            "PAPERROUND_BACKFILL_DAYS": "3",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = kept | ours | dict(chat)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "bot.log"

    def start(self, *command: str) -> None:
        """Start it; what it says goes to bot.log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(command) or [str(PAPERROUND), "run"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        return self._ended(signal.SIGTERM)

    def kill(self) -> int:
        """End it at once, by kill -9."""
        return self._ended(signal.SIGKILL)

    def _ended(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.process = None
        return code

    def verb(self, *words: str) -> Any:
        """A verb of the command line beside it, as JSON."""
        done = subprocess.run(
            [str(PAPERROUND), *words, "--json"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return json.loads(done.stdout) if done.stdout.strip() else {"error": done.stderr.decode()}

    def ask(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        """Read its database, or write to it beside it."""
        with sqlite3.connect(self.database, timeout=30) as db:
            return db.execute(query, given).fetchall()

    def with_crowd(self, number: int) -> None:
        """Put so many destinations into its database, all due now, before it starts."""
        seed = [str(PYTHON), str(Path(__file__).with_name("seed_crowd.py"))]
        url = self.environment["PAPERROUND_DATABASE_URL"]
        subprocess.run([*seed, url, str(number)], cwd=ROOT, check=True)

    def due_now(self, where: str = "1") -> None:
        """Let the digest of every destination be due: what the clock would do."""
        self.ask(f"UPDATE destination SET next_due_at = ? WHERE {where}", int(time.time() * 1e6) - 1_000_000)
