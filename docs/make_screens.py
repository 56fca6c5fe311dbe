"""Draws the pictures of docs/screens: `.venv/bin/python docs/make_screens.py`."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from adapters.chat.console import HERE, PLACE, ConsoleAdapter
from bot.ports import ChatContext
from bot.sample import sample_edition
from bot.testing.clock import FakeClock

SCREENS = Path(__file__).parent / "screens"
WIDTH = 96


def main() -> None:
    """Draw the sample edition as `paperround run` shows it."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    terminal = ConsoleAdapter(ChatContext(clock=FakeClock(), settings={}), console=console)
    moment = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    digest = sample_edition(HERE, PLACE, day=date(2026, 6, 1), tz="Europe/Berlin", now=moment)
    terminal.print_part(terminal.render(digest)[0])
    picture = console.export_svg(title="paperround run", unique_id="digest")
    # The picture stands alone: no font is fetched from anywhere.
    (SCREENS / "digest.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL))


if __name__ == "__main__":
    main()
