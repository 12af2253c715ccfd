"""Names of landmarks: against the canonical face they are names for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight import landmarks as lm
from catchlight.head_pose import canonical_face, mirror

PAIRS = [
    name.removesuffix("_RIGHT")
    for name in lm.__all__
    if name.endswith("_RIGHT") and not name.startswith("IRIS")
]


def place(index: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Positions on the canonical face in cm, x towards the subject's left, y up."""
    return canonical_face()[0][np.asarray(index)]


@pytest.mark.parametrize("name", PAIRS)
def test_left_and_right_are_mirrored_and_in_the_same_order(name: str) -> None:
    right, left = place(getattr(lm, f"{name}_RIGHT")), place(getattr(lm, f"{name}_LEFT"))
    np.testing.assert_allclose(left, right * [-1, 1, 1], atol=0.02)
    assert np.mean(np.atleast_2d(right)[:, 0]) < 0


@pytest.mark.parametrize(
    "name",
    [
        # Not the inner lips: the canonical mouth is closed, their edges lie on each other.
        *("FACE_OVAL", "EYE_RIGHT", "EYE_LEFT", "BROW_RIGHT", "BROW_LEFT", "LIPS_OUTER"),
        *("FOREHEAD", "CHEEK_RIGHT", "CHEEK_LEFT"),
    ],
)
def test_outlines_do_not_cross_themselves(name: str) -> None:
    ring = place(getattr(lm, name))[:, :2]
    edges = list(zip(ring, np.roll(ring, -1, axis=0), strict=True))

    def side(a: NDArray[np.float64], b: NDArray[np.float64], p: NDArray[np.float64]) -> float:
        return float((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))

    for (i, (a, b)), (j, (c, d)) in itertools.combinations(enumerate(edges), 2):
        if j - i in (1, len(edges) - 1):
            continue
        crossing = side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        assert not crossing, (name, i, j)


def test_points_lie_where_their_names_say() -> None:
    for index in (lm.NOSE_TIP, lm.NOSE_BASE, lm.NOSE_BRIDGE, lm.CHIN, lm.FOREHEAD_TOP):
        assert abs(place(index)[0]) < 0.01
    heights = [
        place(index)[1]
        for index in (lm.FOREHEAD_TOP, lm.FOREHEAD_CENTRE, lm.NOSE_BRIDGE, lm.NOSE_TIP)
    ]
    heights += [place(lm.NOSE_BASE)[1], place(lm.LIPS_OUTER)[:, 1].max(), place(lm.CHIN)[1]]
    assert heights == sorted(heights, reverse=True)
    # The tip of the nose is nearest to the camera.
    assert place(lm.NOSE_TIP)[2] > np.delete(canonical_face()[0][:, 2], [1, 4, 5]).max()


def test_the_mirror_pairs_every_landmark_with_its_image() -> None:
    index = mirror()
    assert len(index) == 478
    np.testing.assert_array_equal(index[index], np.arange(478))
    assert index[lm.EYE_OUTER_RIGHT] == lm.EYE_OUTER_LEFT
    assert index[lm.IRIS_RIGHT] == lm.IRIS_LEFT


def test_the_blendshape_lists_have_the_models_length() -> None:
    assert len(lm.BLENDSHAPE_LANDMARKS) == len(set(lm.BLENDSHAPE_LANDMARKS)) == 146
    assert list(lm.BLENDSHAPE_LANDMARKS) == sorted(lm.BLENDSHAPE_LANDMARKS)
    assert len(lm.BLENDSHAPE_NAMES) == len(set(lm.BLENDSHAPE_NAMES)) == 52
