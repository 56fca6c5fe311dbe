"""Opens the database at a URL and is killed, as by kill -9, after so many statements."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from bot.storage import Store


def main(url: str, last: int) -> None:
    numbers = count(1)

    def die(*_: Any) -> None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", die)
    Store.open_now(url).database.close_now()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
