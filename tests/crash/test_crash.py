"""Killed at write points and at random, on disks that fail: all that was acknowledged is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def tried(work: str, *asked: str) -> dict[str, Any]:
    """Run trials in a process that has no threads, for they fork."""
    command = [sys.executable, "-m", "tests.crash.trial", work, *asked]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("work", ["files", "delivery", "store", "rebuilt"])
def test_what_was_acknowledged_is_there_after_a_crash(work: str) -> None:
    found = tried(work, "--points", "8", "--faults", "6", "--random", "3", "--seed", "1")
    assert found["points"] > 100
    assert found["kills"] + found["faults"] + found["random_kills"] == 17
    assert found["broken"] == []


@pytest.mark.slow
@pytest.mark.parametrize("work", ["files", "delivery", "store", "rebuilt"])
def test_every_write_point(work: str) -> None:
    found = tried(work, "--random", "60")
    assert found["kills"] == 2 * found["points"]
    assert found["broken"] == []


_SPOILT = {
    "files": """
def in_place(path, data):
    with open(path, "wb") as file:
        file.write(data[: len(data) // 2])
        file.flush()
        os.fsync(file.fileno())
        file.write(data[len(data) // 2 :])
works.write_atomic = in_place
""",
    "delivery": "works.clear_crash = lambda out: []",
    "store": "Store._clear_session = lambda self, session: None",
    "rebuilt": "Records.write = lambda self, table, row: lambda: None",
}


@pytest.mark.parametrize(
    "work", ["files", "store", *(pytest.param(w, marks=pytest.mark.slow) for w in _SPOILT)]
)
def test_the_trials_find_what_is_broken(work: str) -> None:
    """Writing in place, never clearing, never recording: the same trials must say so."""
    code = f"""
import json, os
from catchlight.records import Records
from catchlight.store import Store
from tests.crash import trial, works
{_SPOILT[work]}
print(json.dumps(trial.try_all({work!r}, points=12, randomly=0, faults=0, seed=1).broken))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout)
