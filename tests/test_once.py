"""Computed once, by whichever thread comes first; failures are not kept."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from catchlight.once import once


def test_threads_that_ask_together_get_one_value_computed_once() -> None:
    calls = []
    together = threading.Barrier(8)

    @once
    def value() -> object:
        calls.append(threading.get_ident())
        time.sleep(0.02)  # long enough for the others to come
        return object()

    def ask(_: int) -> object:
        together.wait()
        return value()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(8)))
    assert len(found) == len(calls) == 1


def test_a_failure_is_told_and_tried_again() -> None:
    outcomes = iter([ValueError("not yet"), "done"])

    @once
    def value() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, ValueError):
            raise outcome
        return outcome

    with pytest.raises(ValueError, match="not yet"):
        value()
    assert value() == value() == "done"


def test_none_is_a_value() -> None:
    calls = []

    @once
    def value() -> None:
        calls.append(1)

    value()
    value()
    assert calls == [1]
