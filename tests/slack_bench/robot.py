"""The real bot process, in a folder of its own, pointed at the bench."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAPERROUND = ROOT / ".venv" / "bin" / "paperround"
PYTHON = ROOT / ".venv" / "bin" / "python"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class Bot:
    """`transport` is "socket" or "http"; `tenancy` "token" or "oauth"."""

    def __init__(
        self,
        folder: Path,
        state: dict[str, Any],
        press: str,
        *,
        transport: str,
        tenancy: str,
        port: int,
        **extra: str,
    ) -> None:
        self.folder, self.transport, self.port = folder, transport, port
        folder.mkdir(parents=True, exist_ok=True)
        self.database = folder / "paperround.db"
        ours = {
            "PAPERROUND_CHAT": "slack",
            "PAPERROUND_SOURCES": "huggingface",
            "PAPERROUND_HUGGINGFACE_URL": press,
            "PAPERROUND_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
            "PAPERROUND_DATABASE_URL": f"sqlite:///{self.database}",
            "PAPERROUND_SECRET_KEY": KEY,
            "PAPERROUND_SETTLE_SECONDS": "3",
            "PAPERROUND_BACKFILL_DAYS": "3",
            "SLACK_API_URL": state["base_url"],
        }
        if transport == "socket":
            ours["SLACK_APP_TOKEN"] = state["app_token"]
        else:
            ours["SLACK_SIGNING_SECRET"] = state["signing_secret"]
        if tenancy == "oauth":
            ours |= {"SLACK_CLIENT_ID": state["client_id"], "SLACK_CLIENT_SECRET": state["client_secret"]}
        else:
            ours["SLACK_BOT_TOKEN"] = state["teams"][0]["bot_token"]
        if transport == "http" or tenancy == "oauth":
            ours |= {"PAPERROUND_WEB_PORT": str(port), "PAPERROUND_WEB_URL": f"http://127.0.0.1:{port}"}
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SLACK_", "PAPERROUND_"))
        }
        self.environment = kept | ours | extra
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
