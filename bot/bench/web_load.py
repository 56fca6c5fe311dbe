"""Readers for `bench web`: a few at once, each asking for one page after another; and what a process took meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

from bot.errors import ConfigError

READERS = 2
SECONDS = 60  # after which a page is given up
OK = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A server under measurement."""

    name: str
    port: int
    pid: int
    pages: dict[str, tuple[str, ...]]  # the addresses of each kind of page


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """What pages took: how many a second, the slowest but one in twenty, and the server's own CPU for each."""

    a_second: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float


def asked(server: Served, paths: Sequence[str]) -> Took:
    """Ask for every address once, by a few readers at a time."""
    waiting, seconds, sizes = iter(paths), list[float](), list[int]()
    faults: list[Exception] = []

    def read() -> None:
        try:
            _read_on(server.port, waiting, seconds, sizes)
        except Exception as error:  # noqa: BLE001 - told to whoever measures, by the thread that does
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    began, cpu = perf_counter(), cpu_seconds(server.pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    wall, cpu = perf_counter() - began, cpu_seconds(server.pid) - cpu
    return Took(
        a_second=len(paths) / wall,
        p95_ms=1000 * sorted(seconds)[int(0.95 * len(seconds))],
        cpu_ms=1000 * cpu / len(paths),
        kilobytes=sum(sizes) / len(sizes) / 1000,
    )


def check_measurable() -> None:
    """Refuse where nobody can say what another process took."""
    if not Path("/proc/self/stat").exists():
        raise ConfigError(
            "`bench web` reads what the servers took from /proc, which is not here.", fix="Run it on Linux."
        )


def cpu_seconds(pid: int) -> float:
    """What a process has computed so far, in all its threads, in hundredths of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid: int) -> float:
    """The most memory a process has held so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1000


def _read_on(port: int, waiting: Iterator[str], seconds: list[float], sizes: list[int]) -> None:
    """Take addresses as long as there are any; the line is kept where the server keeps it."""
    line = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    while (
        path := next(waiting, None)
    ) is not None:  # one step of a tuple's iterator: no other thread comes between
        began = perf_counter()
        line.request("GET", path, headers={"accept-encoding": "gzip"})  # as every browser says
        answer = line.getresponse()
        sizes.append(len(answer.read()))
        seconds.append(perf_counter() - began)
        if answer.status != OK:
            raise ConfigError(f"{path} on port {port} answered {answer.status}.", fix="See its log.")
    line.close()
