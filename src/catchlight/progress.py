"""Progress: one callback through which every use case reports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["Progress", "Stages", "silent"]


class Progress(Protocol):
    """What a surface gives to be told of progress."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` steps of the named stage are done."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


class Stages:
    """Tells progress and adds up the seconds of each stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    def report(self, stage: str, done: int, total: int) -> None:
        """Pass progress on."""
        self._progress(stage, done, total)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent
