"""One `paperround run` for one SQLite file; every other verb works beside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError

SUFFIX = ".lock.pid"


@contextmanager
def run_lock(database: Path | None) -> Iterator[None]:
    """Hold the lock beside the database while the block runs; a `ConfigError` when another process holds it.

    The kernel lets go of it when the process ends, however it ends; a left-over file means nothing.
    """
    if database is None:
        yield
        return
    path = lock_path(database)
    descriptor = _opened(path)
    try:
        _take(descriptor, path)
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def is_running(database: Path | None) -> bool:
    """Whether a `paperround run` holds the lock now."""
    if database is None or not lock_path(database).exists():
        return False
    descriptor = _opened(lock_path(database))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def lock_path(database: Path) -> Path:
    """The lock file of a database."""
    return database.with_name(database.name + SUFFIX)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}).", fix="Choose a folder this user may write to."
        ) from error


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        raise ConfigError(
            f"Paper Round runs already on {path.name.removesuffix(SUFFIX)} (process {who}); two would post twice.",
            fix="Stop that one, or point PAPERROUND_DATABASE_URL at another file.",
        ) from error
