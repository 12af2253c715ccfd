"""Errors say the same wherever they were raised."""

from __future__ import annotations

import pickle

import pytest

from catchlight.errors import CatchlightError, NoUsablePhoto, UnusablePhoto, UsageError

ONE = UnusablePhoto("a/b.jpg", "the eyes are 20 px apart, need 30", "step closer")


@pytest.mark.parametrize(
    "error",
    [ONE, UnusablePhoto("c.jpg", "no face was found"), NoUsablePhoto([ONE]), UsageError("no")],
)
def test_an_error_survives_the_way_from_a_worker_process(error: CatchlightError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.exit_code == error.exit_code


def test_a_photo_error_names_the_file_the_number_and_the_next_step() -> None:
    assert str(ONE) == "b.jpg: the eyes are 20 px apart, need 30: step closer"
