"""Rows shared between two threads: for loops that write each row by itself, lock released."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

__all__ = ["in_strips"]

_THREADS = 2
_WORTH = 64  # rows: fewer are done sooner than a thread is begun


def in_strips(height: int, work: Callable[[int, int], None], strip: int | None = None) -> None:
    """Call `work(first, last)` on strips that cover rows 0 to `height`, in two threads.

    Each row has to come out the same whatever strip it is in, so threads change nothing.

    Parameters
    ----------
    height : rows in all.
    work : writes rows `first` to `last` (not included).
    strip : rows of each strip; None: two strips. Small ones share work of uneven rows better.
    """
    size = strip or max(_WORTH, -(-height // _THREADS))
    if height <= size:
        work(0, height)
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        begun = [pool.submit(work, top, min(top + size, height)) for top in range(0, height, size)]
        for one in begun:
            one.result()
