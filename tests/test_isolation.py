"""What a child process may use, and what it is not shown."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bot.isolation import limit_self, start_child

Limits = dict[int, tuple[int, int]]
MIB = 2**20


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """The limits of a process that is not this one; without hard ones unless a test sets them."""
    there: Limits = {}
    nothing = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda name: there.get(name, nothing))
    monkeypatch.setattr(resource, "setrlimit", there.__setitem__)
    return there


def test_a_child_is_limited_in_memory_files_and_time(limits: Limits) -> None:
    limit_self(memory=64 * MIB, cpu_seconds=2)
    assert limits == {
        resource.RLIMIT_CPU: (2, 2),
        resource.RLIMIT_AS: (64 * MIB, 64 * MIB),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }


def test_a_lower_hard_limit_of_the_machine_stands(limits: Limits) -> None:
    limits[resource.RLIMIT_AS] = (8 * MIB, 32 * MIB)
    limit_self(memory=64 * MIB)
    assert limits[resource.RLIMIT_AS] == (32 * MIB, 32 * MIB)


def test_a_system_that_refuses_one_limit_still_gets_the_others(
    limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_macos(name: int, pair: tuple[int, int]) -> None:
        if name == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        limits[name] = pair

    monkeypatch.setattr(resource, "setrlimit", as_macos)
    limit_self(memory=64 * MIB)
    assert set(limits) == {resource.RLIMIT_FSIZE, resource.RLIMIT_CORE}


async def test_a_child_sees_our_modules_and_none_of_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "telltale.py").write_text("import os\ndef main(): print(sorted(os.environ), flush=True)\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PAPERROUND_SECRET", "hush")
    child = await start_child("telltale")
    told, _ = await child.communicate()
    assert b"PATH" in told
    assert b"PAPERROUND_SECRET" not in told
