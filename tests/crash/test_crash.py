"""Killed at write points and at random, on disks that fail: all that was acknowledged is there."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catchlight.files import sha256
from catchlight.output import clear_crash

from ..studio.running import START, portraits

ROOT = Path(__file__).parents[2]


def tried(work: str, *asked: str) -> dict[str, Any]:
    """Run trials in a process that has no threads, for they fork."""
    command = [sys.executable, "-m", "tests.crash.trial", work, *asked]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("work", ["files", "delivery", "store", "rebuilt", "consents"])
def test_what_was_acknowledged_is_there_after_a_crash(work: str) -> None:
    found = tried(work, "--points", "8", "--faults", "6", "--random", "3", "--seed", "1")
    assert found["points"] > 100
    assert found["kills"] + found["faults"] + found["random_kills"] == 17
    assert found["broken"] == []


@pytest.mark.slow
@pytest.mark.parametrize("work", ["files", "delivery", "store", "rebuilt", "consents"])
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
    "consents": "works.consent_book.clear_leftovers = lambda folder: []",
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


@pytest.mark.slow
def test_a_headshot_made_over_another_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    """`catchlight make` killed at random: originals as they were, one whole result, none beside."""
    photos = portraits(tmp_path / "photos")
    originals = {path: sha256(path) for path in photos}
    out = tmp_path / "headshot"

    def make(look: str, kill_after: float | None = None) -> float:
        command = [sys.executable, "-c", START, "make", str(tmp_path / "photos"), "--out", str(out)]
        start = time.perf_counter()
        with subprocess.Popen([*command, "--look", look, "--for", "linkedin", "-q"],
                              stdout=subprocess.DEVNULL) as process:  # fmt: skip
            try:
                process.wait(kill_after)
            except subprocess.TimeoutExpired:
                process.kill()
        return time.perf_counter() - start

    def pictures() -> dict[str, str]:
        files = [*out.rglob("*.jpg"), *out.rglob("*.png"), *out.rglob("recipe.toml")]
        return {path.relative_to(out).as_posix(): sha256(path) for path in files}

    make("legal")
    (out / "mine.txt").write_text("my own")
    known = {"legal": pictures()}
    lasts = make("founder")
    known["founder"] = pictures()
    assert known["founder"] != known["legal"]
    rng = random.Random(1)
    for number in range(5):
        look = ("legal", "founder")[number % 2]
        make(look, rng.uniform(0.5, 1.0) * lasts)
        clear_crash(out)
        data = json.loads((out / "session.json").read_text("utf-8"))
        assert pictures() == known[data["look"]["name"]]
        assert (out / "mine.txt").read_text() == "my own"
        assert {path.name for path in tmp_path.iterdir()} == {"photos", "headshot"}
        assert {path: sha256(path) for path in photos} == originals
