"""Where the program's own events go: lines on stderr, quiet unless asked."""

from __future__ import annotations

import logging
import sys

import structlog

LINE, WHEN = "%(asctime)s [%(levelname)s] %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z"


def start_logging(level: str, *, for_good: bool = False) -> None:
    """Log events of this level and above to stderr; stdout stays for data.

    `for_good`: nothing in this process will ever log otherwise, so that each logger is put together once.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=number, stream=sys.stderr, format=LINE, datefmt=WHEN)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        cache_logger_on_first_use=for_good,
    )
