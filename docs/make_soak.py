"""Print the tables of docs/soak.md from what `make soak` wrote: `python docs/make_soak.py FOLDER/kills.jsonl`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The rows as a Markdown table; the last of each database and adapter counts."""
    latest = {(row["database"], row["adapter"]): row for row in rows}
    lines = [
        f"| {' | '.join(f'{value:,}' if isinstance(value, int) else str(value) for value in row.values())} |"
        for row in latest.values()
    ]
    return "\n".join(lines)


def main(path: Path) -> None:
    """Both tables, kills and stops."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for what in ("kills", "stops"):
        sys.stdout.write(f"{what}\n{table(row for row in rows if what in row)}\n\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
