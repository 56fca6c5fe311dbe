"""The bot, which kills itself when it is at a crash point for the n-th time: `dying_main.py POINT N run`."""

from __future__ import annotations

import os
import signal
import sys

from bot.cli import main as paperround
from jobs.crash import CrashPoint
from jobs.deliver import Sender
from jobs.plan import plan_due


class DiesAt:
    def __init__(self, point: CrashPoint, visits: int) -> None:
        self._point, self._left = point, visits

    def __call__(self, point: CrashPoint) -> None:
        self._left -= point == self._point
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(point: str, visits: str) -> None:
    reached = DiesAt(CrashPoint(point), int(visits))
    for told in (Sender.__init__, plan_due):  # nobody tells them otherwise in earnest
        assert "reached" in told.__kwdefaults__
        told.__kwdefaults__["reached"] = reached
    paperround()


if __name__ == "__main__":
    main(sys.argv.pop(1), sys.argv.pop(1))
