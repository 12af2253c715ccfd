"""Compiling of pixel loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def compiled(function: FunctionT) -> FunctionT:
    """Compile a loop with Numba: one thread, interpreter lock released, cached on disk.

    In a read-only installation without a home folder there is no place for the cache; then every
    process compiles anew. The cache sees changes of the function's own file, not of one that it
    calls in another file: after such a change remove `__pycache__`.
    """
    try:
        return cast(FunctionT, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(FunctionT, njit(nogil=True)(function))
