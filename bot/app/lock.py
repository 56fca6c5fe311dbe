"""One `paperround run` for one SQLite file; every other verb works beside it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError

SUFFIX = ".lock.pid"
BRIEF = "digest"  # written behind the process id by one who holds the lock for a moment only
PATIENCE = 1.0  # seconds: longer than anybody looks whether the lock is taken
BRIEF_PATIENCE = 90.0  # seconds: longer than one digest is being sent
STEP = 0.05


@contextmanager
def run_lock(database: Path | None) -> Iterator[None]:
    """Hold the lock beside the database while the block runs; a `ConfigError` when another bot holds it.

    The kernel lets go of it when the process ends, however it ends; a left-over file means nothing. One who sends a
    single digest is waited for.
    """
    with _held(database, "") as taken_by:
        if taken_by and database is not None:
            raise ConfigError(
                f"Paper Round runs already on {database.name} (process {taken_by}); two would post twice.",
                fix="Stop that one, or point PAPERROUND_DATABASE_URL at another file.",
            )
        yield


@contextmanager
def sending_lock(database: Path | None) -> Iterator[bool]:
    """Hold the same lock while one digest is sent, so that no bot starts meanwhile; False when one is running."""
    with _held(database, BRIEF) as taken_by:
        yield not taken_by


def is_running(database: Path | None) -> bool:
    """Whether a `paperround run` holds the lock now."""
    if database is None or not lock_path(database).exists():
        return False
    descriptor = _opened(lock_path(database))
    try:
        return not _locked(descriptor, fcntl.LOCK_SH) and BRIEF not in _holder(descriptor)
    finally:
        os.close(descriptor)


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


@contextmanager
def _held(database: Path | None, purpose: str) -> Iterator[str]:
    """Take the lock and say so in its file; who has it instead, empty when it is ours."""
    if database is None:
        yield ""
        return
    descriptor = _opened(lock_path(database))
    try:
        taken_by = _waited_for(descriptor)
        if not taken_by:
            os.truncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()} {purpose}".strip().encode() + b"\n")
        yield taken_by
    finally:
        os.close(descriptor)


def _waited_for(descriptor: int) -> str:
    """Take the lock, if need be after a moment; who has it instead."""
    started = time.monotonic()
    while not _locked(descriptor, fcntl.LOCK_EX):
        holder = _holder(descriptor)
        patience = BRIEF_PATIENCE if BRIEF in holder else PATIENCE
        if time.monotonic() - started > patience:
            return holder or "unknown"
        time.sleep(STEP)
    return ""


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 40, 0).decode(errors="replace").strip()
