"""Trials: a work in a child process is killed or its disk fails; what is there afterwards?

    python -m tests.crash.trial store --points --random 50

prints what was tried and found as JSON. What must hold: after a fresh start everything that was
acknowledged is there, the step in hand is done or not begun, and nothing else is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from catchlight.errors import CatchlightError

from .points import FAULTS, KILLS, Points
from .works import WORKS, Snapshot

_SHM = Path("/dev/shm")
MEMORY = _SHM if os.access(_SHM, os.W_OK) else None
"""A disk in memory: a killed process loses nothing that a system call has taken."""


@dataclass
class Tally:
    """What the trials of one work came to."""

    work: str
    points: int = 0
    kills: int = 0
    random_kills: int = 0
    faults: int = 0
    slowest_start: float = 0.0
    broken: list[str] = field(default_factory=list)
    stopped_at: Counter[str] = field(default_factory=Counter)


def child(work: str, folder: Path, acknowledge: int, points: Points) -> None:
    """Do a work, and write a byte for every step that is done; faults are met once more."""
    doing = WORKS[work]()
    points.wrap()
    failed = 0
    begun = number = 0
    while number < doing.steps:
        try:
            if not begun:
                doing.begin(folder)
                begun = 1
            doing.step(number)
        except CatchlightError:
            failed += 1
            if failed > 1:  # the disk stays as it is
                os.write(acknowledge, b"e")
                os._exit(0)
            continue
        os.write(acknowledge, b"a")
        number += 1
    doing.end()
    os.write(acknowledge, b"d" + json.dumps(points.names).encode())


def run(
    work: str, folder: Path, points: Points, kill_after: float | None = None
) -> tuple[int, bytes]:
    """Run a work in a child; how many steps it acknowledged, and what it said last."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            child(work, folder, writing, points)
        except BaseException as error:
            os.write(writing, b"x" + f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writing)
    said = b""
    until = None if kill_after is None else time.monotonic() + kill_after
    while True:
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select([reading], [], [], left)
        if not ready:
            os.kill(pid, signal.SIGKILL)
            until = None
            continue
        block = os.read(reading, 1 << 16)
        if not block:
            break
        said += block
    os.close(reading)
    os.waitpid(pid, 0)
    steps = len(said) - len(said.lstrip(b"a"))
    return steps, said[steps:]


def references(work: str, room: Path) -> list[Snapshot]:
    """What is there after 0, 1, 2 … steps that nobody disturbed, and nobody had to rebuild."""
    doing = WORKS["store" if work == "rebuilt" else work]()
    folder = room / "reference"
    folder.mkdir()
    copies = [room / f"reference-{steps}" for steps in range(doing.steps + 1)]
    pid = os.fork()
    if pid == 0:
        shutil.copytree(folder, copies[0])
        doing.begin(folder)
        for number in range(doing.steps):
            doing.step(number)
            shutil.copytree(folder, copies[number + 1])
        doing.end()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"the undisturbed run of {work} failed"
    return [doing.snapshot(copy) for copy in copies]


def judge(tally: Tally, known: list[Snapshot], folder: Path, steps: int, about: str) -> None:
    """Start afresh and compare with what must be there."""
    start = time.perf_counter()
    try:
        found = WORKS[tally.work]().snapshot(folder)
    except Exception as error:
        tally.broken.append(f"{about}: the fresh start failed, {type(error).__name__}: {error}")
        return
    tally.slowest_start = max(tally.slowest_start, time.perf_counter() - start)
    allowed = known[steps : steps + 2]
    if found not in allowed:
        near = allowed[0]
        odd = sorted(
            f"{'-' if name not in found else '+' if name not in near else '~'}{name}"
            for name in found.keys() | near.keys()
            if found.get(name) != near.get(name)
        )
        tally.broken.append(f"{about}, {steps} steps acknowledged: {odd[:6]}")


def try_all(
    work: str,
    *,
    points: int | None,
    randomly: int,
    faults: int | None,
    seed: int = 0,
    place: Path | None = MEMORY,
) -> Tally:
    """Kill a work at write points and at random moments, and let its disk fail.

    Parameters
    ----------
    points, faults : how many points are tried for either, drawn by the seed; None: every one.
    randomly : how many random moments.
    place : where the folders are; None: the usual place for temporary files.
    """
    tally = Tally(work)
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="crash-", dir=place) as name:
        room = Path(name)
        known = references(work, room)

        def trial(number: int, stop: Points, kill_after: float | None = None) -> None:
            folder = room / f"trial-{number}"
            folder.mkdir()
            steps, said = run(work, folder, stop, kill_after)
            about = f"{stop.how} point {stop.stop}" if stop.stop is not None else "random"
            if stop.stop is not None:
                about += f" ({names[stop.stop]})"
                tally.stopped_at[names[stop.stop]] += 1
            if said.startswith(b"x"):
                tally.broken.append(f"{about}: {said[1:].decode()}")
            judge(tally, known, folder, steps, about)

        folder = room / "counted"
        folder.mkdir()
        start = time.perf_counter()
        _, said = run(work, folder, Points())
        lasts = time.perf_counter() - start
        assert said.startswith(b"d"), said
        names = json.loads(said[1:])
        tally.points = len(names)
        kills = [(n, how) for n in range(len(names)) for how in KILLS]
        fails = [(n, how) for n in range(len(names)) for how in FAULTS]
        kills = kills if points is None else rng.sample(kills, min(points, len(kills)))
        fails = fails if faults is None else rng.sample(fails, min(faults, len(fails)))
        number = 0
        for point, how in [*kills, *fails]:
            trial(number, Points(point, how))
            number += 1
        tally.kills, tally.faults = len(kills), len(fails)
        for _ in range(randomly):
            trial(number, Points(), rng.uniform(0, 1.05 * lasts))
            number += 1
        tally.random_kills = randomly
    return tally


def main() -> None:
    """Try and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=sorted(WORKS))
    parser.add_argument("--points", type=int, help="so many write points; else every one")
    parser.add_argument("--faults", type=int, help="so many failing ones; else every one")
    parser.add_argument("--random", type=int, default=0, help="so many random moments")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--in", dest="place", type=Path, default=MEMORY)
    asked = parser.parse_args()
    tally = try_all(
        asked.work,
        points=asked.points,
        randomly=asked.random,
        faults=asked.faults,
        seed=asked.seed,
        place=asked.place,
    )
    json.dump(vars(tally) | {"stopped_at": len(tally.stopped_at)}, sys.stdout)


if __name__ == "__main__":
    main()
