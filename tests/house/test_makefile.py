"""`make run` as a person ends it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make_run(folder: Path, code: int) -> subprocess.CompletedProcess[str]:
    """`make run` with a program that leaves with this code."""
    program = folder / "bin" / "paperround"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    return subprocess.run(
        ["make", "-C", str(ROOT), "-o", f"{folder}/.run-ready", f"VENV={folder}", "run"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize(("code", "fails"), [(0, False), (130, False), (1, True), (2, True)])
def test_ending_run_with_ctrl_c_is_no_error_and_a_failure_still_is(
    tmp_path: Path, code: int, fails: bool
) -> None:
    done = make_run(tmp_path, code)
    assert (done.returncode != 0) is fails
    assert ("Error" in done.stderr) is fails
