"""What PostgreSQL's errors mean to the operator: who must act, what happened, what to try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.errors import ConfigError, PaperRoundError, SchemaError, StoreBusy

Fault: TypeAlias = tuple[tuple[str, ...], type[PaperRoundError], str, str]

IN_USE: Fault = (
    # lock_not_available, serialization_failure, deadlock_detected, query_canceled
    ("55P03", "40001", "40P01", "57014"),
    StoreBusy,
    "The database {where} is in use by another program and did not answer in time; nothing was changed.",
    "Try again in a moment.",
)
AWAY: Fault = (
    # connection_exception, the server is shutting down or starting, idle_in_transaction_session_timeout
    ("08", "57P", "25P03"),
    StoreBusy,
    "The server of the database {where} does not answer; what was not confirmed must be looked up again.",
    "Start the server or check the network; the bot goes on by itself.",
)
FULL: Fault = (
    ("53100",),
    StoreBusy,
    "There is no room left for {where}; nothing was changed and nothing is half-written.",
    "Free some space on the database server's disk; the next run goes on by itself.",
)
CROWDED: Fault = (
    ("53300",),
    StoreBusy,
    "The server of the database {where} takes no more connections; nothing was changed.",
    "Raise max_connections, or run fewer processes; one takes up to sixteen connections.",
)
SHORT: Fault = (
    ("53",),
    StoreBusy,
    "The server of the database {where} is short of memory or other resources; nothing was changed.",
    "Look into the server's log; the next run goes on by itself.",
)
BROKEN: Fault = (
    ("58",),
    StoreBusy,
    "The server of the database {where} could not read or write its files; nothing was changed.",
    "Check the disk the server is on, then try again.",
)
NO_ENTRY: Fault = (
    ("28",),
    ConfigError,
    "The server refused the user name or the password for the database {where}.",
    "Check PAPERROUND_DATABASE_URL, like postgresql://user:password@host/paperround, and the server's pg_hba.conf.",
)
NO_DATABASE: Fault = (
    ("3D000",),
    ConfigError,
    "There is no database {where}.",
    "Make it with `createdb --encoding UTF8 paperround`, or check PAPERROUND_DATABASE_URL.",
)
READ_ONLY: Fault = (
    ("25006", "42501"),
    ConfigError,
    "The database {where} cannot be opened for writing.",
    "Point PAPERROUND_DATABASE_URL at the primary server, and let its user own the database.",
)
DAMAGED: Fault = (
    ("XX001", "XX002"),
    SchemaError,
    "The database {where} is damaged.",
    "Put a backup in its place; the server's log says more.",
)

# By the beginning of the SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
FAULTS = (IN_USE, AWAY, FULL, CROWDED, SHORT, BROKEN, NO_ENTRY, NO_DATABASE, READ_ONLY, DAMAGED)

# A connection that never stood has no SQLSTATE, only the words of libpq (in English unless the server says otherwise).
SAID: tuple[tuple[str, Fault], ...] = (
    ("password authentication failed", NO_ENTRY),
    ("no password supplied", NO_ENTRY),
    ("no pg_hba.conf entry", NO_ENTRY),
    ("authentication failed", NO_ENTRY),
    ('role "', NO_ENTRY),
    ('database "', NO_DATABASE),
    ("too many clients", CROWDED),
    ("remaining connection slots", CROWDED),
)
AGAIN = frozenset({"40001", "40P01"})  # a transaction that met another's way; tried again it may get through


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn what PostgreSQL says into an error that says what happened and what to try; never a password."""
    try:
        yield
    except NoConnection as error:
        raise _told(IN_USE, where) from error
    except DBAPIError as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise _told(fault, where) from error


def fault_of(error: DBAPIError) -> Fault | None:
    """What an error means; None when it is a fault of ours."""
    state = sqlstate(error)
    if state:
        return next((fault for fault in FAULTS if state.startswith(fault[0])), None)
    said = str(error.orig)
    named = next((fault for words, fault in SAID if words in said), None)
    if named is not None:
        return named
    return AWAY if error.connection_invalidated or _is_operational(error) else None


def sqlstate(error: DBAPIError) -> str:
    """The five characters that name an error, "" when the server said none."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _is_operational(error: DBAPIError) -> bool:
    """Whether the driver, not the server, gave up: no answer, a broken or closed connection."""
    return any(kind.__name__ == "OperationalError" for kind in type(error.orig).__mro__)


def _told(fault: Fault, where: str) -> PaperRoundError:
    _, kind, what, fix = fault
    return kind(what.format(where=where), fix=fix)
