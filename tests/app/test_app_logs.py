"""What is logged says when it was."""

from __future__ import annotations

import re
import subprocess
import sys

SCRIPT = """
import logging, structlog
from bot.app.logs import start_logging
start_logging("warning")
logging.getLogger("a.library").warning("hello")
structlog.get_logger().warning("hello")
logging.getLogger("a.library").info("too quiet")
"""


def test_every_line_of_the_log_begins_with_its_time_whoever_wrote_it() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.* \[.*warning", one, re.IGNORECASE) for one in lines)
