"""How far a picture lies from the nearest reference, and how far those lie from one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["each_against_the_rest", "nearest"]

_Seen = TypeVar("_Seen")
_Difference = TypeVar("_Difference")


def nearest(
    own: NDArray[np.float64], references: Sequence[NDArray[np.float64]]
) -> tuple[float, float | None]:
    """Distance to the nearest reference, and the references' own spread in the same measure.

    Parameters
    ----------
    own, references : points of the same space; at least one reference.

    Returns
    -------
    The Euclidean distance, and the largest distance of a reference to its nearest other (the
    directed Hausdorff distance of the references, each left out in turn); None for the spread with
    fewer than two.

    Examples
    --------
    >>> nearest(np.array([3.0, 0.0]), [np.array([0.0, 0.0]), np.array([1.0, 0.0])])
    (2.0, 1.0)
    """
    distance = min(float(np.linalg.norm(own - other)) for other in references)
    if len(references) < 2:
        return distance, None
    return distance, max(
        min(float(np.linalg.norm(one - other)) for other in references if other is not one)
        for one in references
    )


def each_against_the_rest(
    seen: Sequence[_Seen], difference: Callable[[_Seen, Sequence[_Seen]], _Difference | None]
) -> list[_Difference]:
    """Return how each of the references differs from the others, where that can be told.

    Examples
    --------
    >>> each_against_the_rest([1, 4, 9], lambda one, rest: min(abs(one - other) for other in rest))
    [3, 3, 5]
    """
    found = (
        difference(one, [other for j, other in enumerate(seen) if j != i])
        for i, one in enumerate(seen)
        if len(seen) > 1
    )
    return [each for each in found if each is not None]
