"""Every row once, whatever the strips; a failure is not lost in a thread."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.strips import in_strips


@pytest.mark.parametrize("height", [0, 1, 63, 64, 65, 129, 1000])
@pytest.mark.parametrize("strip", [None, 7, 100])
def test_every_row_is_done_once(height: int, strip: int | None) -> None:
    done = np.zeros(height, int)

    def work(first: int, last: int) -> None:
        done[first:last] += 1

    in_strips(height, work, strip)
    assert (done == 1).all()


def test_a_failure_is_raised() -> None:
    def work(first: int, _last: int) -> None:
        if first > 0:
            raise ValueError("row")

    with pytest.raises(ValueError, match="row"):
        in_strips(500, work)
