"""A value that is computed at the first call, once, however many threads ask for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

__all__ = ["once"]

ValueT = TypeVar("ValueT")


def once(compute: Callable[[], ValueT]) -> Callable[[], ValueT]:
    """Keep what `compute` returned first; threads that come meanwhile wait for it.

    `functools.cache` lets each of them compute it anew. An exception is not kept: the next call
    tries again.

    >>> @once
    ... def answer() -> list[int]:
    ...     return [42]
    >>> answer() is answer()
    True
    """
    lock = threading.Lock()
    kept: list[ValueT] = []

    @wraps(compute)
    def value() -> ValueT:
        if not kept:
            with lock:
                if not kept:
                    kept.append(compute())
        return kept[0]

    return value
