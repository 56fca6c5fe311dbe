"""Child processes that read what strangers wrote: they see our modules and nothing of our secrets, within limits.

POSIX only (`resource`). Sources and imports both use it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys

# The child sees the modules its parent sees, and nothing of the environment, where the tokens are.
_BEGINNING = "import sys; sys.path[:] = sys.argv[1:]; from {module} import main; main()"
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


async def start_child(module: str) -> asyncio.subprocess.Process:
    """Start a Python process that runs `main()` of a module, with its standard streams as pipes.

    Raises `OSError` when the machine is out of memory or processes.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-IB",
        "-c",
        _BEGINNING.format(module=module),
        *sys.path,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
    )


def limit_self(*, memory: int, cpu_seconds: int | None = None) -> None:
    """Have the kernel end this process beyond these (bytes, seconds); it may also write no file and leave no core."""
    if cpu_seconds is not None:
        _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(name: int, most: int) -> None:
    _, hard = resource.getrlimit(name)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    # macOS knows RLIMIT_AS and refuses to set it; the parent's clock still ends the process.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(name, (most, most))
