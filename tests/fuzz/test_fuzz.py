"""Damaged files and bombs through the reader: only errors of the tree, no crash, no hang."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..photo_files import drawing, encoded
from .bombs import bombs
from .mutations import FORMATS, mutated, seeds
from .trial import tried

ROOT = Path(__file__).parents[2]


def test_damaged_files_give_a_picture_or_an_error_of_the_tree() -> None:
    found = tried("mutations", 0, 300)
    assert found["faults"] == []
    assert sum(found["outcomes"].values()) == 300
    for kind in FORMATS:  # the damage is neither nothing nor everything
        assert 0 < found["outcomes"][f"{kind}: read"] < 40
        assert found["outcomes"][f"{kind}: UnreadablePhoto"] > 5
    assert found["growth_bytes"] < 200e6
    assert found["rise_bytes"] < 200e6


def test_the_damage_is_always_the_same() -> None:
    assert [mutated(n) for n in range(30)] == [mutated(n) for n in range(30)]
    assert len({mutated(n)[1] for n in range(600)}) > 590
    for n in range(30):
        assert mutated(n)[0] == FORMATS[n % 6]
        assert mutated(n)[1] not in seeds()[mutated(n)[0]]


@pytest.mark.slow
def test_a_reader_that_hangs_crashes_or_errs_is_seen() -> None:
    """The trials with a reader that fails in three ways; hangs are by processor time."""
    code = """
import os, sys
from catchlight import photo
def read(path, **limits):
    number = path.stat().st_size % 3
    if number == 0:
        os.abort()
    if number == 1:
        raise ZeroDivisionError
    while True:
        pass
whole = photo.read
calls = []
from tests.fuzz import mutations, trial
count = sum(map(len, mutations.seeds().values()))
photo.read = lambda path, **limits: read(path) if limits else whole(path)
trial.SECONDS = 0
trial.reader("mutations", int(sys.argv[1]), 1)
"""
    numbers = [next(n for n in range(99) if len(mutated(n)[1]) % 3 == kind) for kind in range(3)]
    ends = []
    for number in numbers:
        reading, writing = os.pipe()
        command = [sys.executable, "-c", code, str(number)]
        result = subprocess.run(
            command, cwd=ROOT, pass_fds=[writing], capture_output=True, check=False,
            env={**os.environ, "FUZZ_SAYS": str(writing)},
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as said:
            ends.append((result.returncode, "BROKEN: ZeroDivisionError" in said.read()))
    assert ends == [(-6, False), (0, True), (-24, False)]  # SIGABRT, an error, SIGXCPU


def test_pictures_that_cannot_be_are_refused_before_they_are_decoded(load: object) -> None:
    from catchlight.decoding import LONGEST_SIDE
    from catchlight.errors import PhotoTooLarge, UnreadablePhoto
    from catchlight.headers import jpeg_is_too_short

    found = bombs()
    assert len(found) == 25
    for name, error in (
        ("PNG, one column of 100 MP", PhotoTooLarge),
        ("JPEG that says 10000²", UnreadablePhoto),
        ("JPEG, progressive, says 10000²", UnreadablePhoto),
    ):
        with pytest.raises(error):
            load(found[name]())  # type: ignore[operator]
    assert LONGEST_SIDE == 2**16 - 1
    flat = drawing() * 0
    for progressive in (False, True):  # as few bits as there can be: one colour, optimal codes
        data = encoded(flat, "JPEG", quality=1, optimize=True, progressive=progressive)
        assert not jpeg_is_too_short(data, (128, 64))
    assert jpeg_is_too_short(data, (8000, 8000))


@pytest.mark.slow
def test_bombs() -> None:
    found = tried("bombs", 0, 25)
    assert found["faults"] == []
    assert sum(found["outcomes"].values()) == 25
    assert found["growth_bytes"] < 200e6
    assert found["rise_bytes"] < 200e6
