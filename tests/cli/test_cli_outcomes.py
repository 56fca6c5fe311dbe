"""What a command line says when a message did not get out, and where nothing can be posted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_digest_that_could_not_be_printed_says_so_and_fails(cli, folder: Path) -> None:
    cli("import", "feed.xml")
    command = [sys.executable, "-m", "bot", "digest", "knitting", "--since", "2026-01-01"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(os.environ),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "deliveries list" in done.stderr or "could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_terminal_cannot_move_where_nothing_is(cli) -> None:
    cli("subscribe", "knitting")
    done = cli("move", "somewhere")
    assert done.code == 2
    assert "The terminal is the only place here" in done.err
    assert cli("list", "--json").json["subscriptions"]
