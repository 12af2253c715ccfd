"""Head pose against known rotations of the canonical face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight.head_pose import canonical_face, frontal, head_pose


def posed(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """The canonical face in this pose, as landmarks in a photo: x right, y down, z away."""
    a, b, c = np.radians([pitch, yaw, roll])
    about_x = [[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]]
    about_y = [[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]]
    about_z = [[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]]
    turned = canonical_face()[0] @ (np.array(about_z) @ about_y @ about_x).T
    return turned * [1, -1, -1] * 37.0 + [800, 600, 12]


@pytest.mark.parametrize(
    "pose", [(0, 0, 0), (30, 0, 0), (0, -20, 0), (0, 0, 15), (25, -10, 40), (-40, 15, 180 - 5)]
)
def test_a_known_pose_is_found(pose: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(head_pose(posed(*pose)), pose, atol=1e-6)


def test_signs_are_those_of_the_standard() -> None:
    straight = posed(0, 0, 0)
    nose, crown = 4, 10
    # Positive yaw: to the subject's left, the right of the picture; pitch: down; roll: the crown
    # goes to the left of the picture, towards the subject's right shoulder.
    assert posed(20, 0, 0)[nose, 0] > straight[nose, 0]
    assert posed(0, 20, 0)[nose, 1] > straight[nose, 1]
    assert posed(0, 0, 20)[crown, 0] < straight[crown, 0]


def test_turning_the_picture_changes_roll_alone() -> None:
    face = posed(25, -10, 5)
    quarter = np.column_stack([face[:, 1], -face[:, 0], face[:, 2]])  # counter-clockwise as seen
    np.testing.assert_allclose(head_pose(quarter), (25, -10, 95), atol=1e-6)


def test_the_frontal_face_is_that_before_turning() -> None:
    vertices, weights = canonical_face()
    middle = (vertices * weights[:, None]).sum(axis=0) / weights.sum()
    np.testing.assert_allclose(frontal(posed(25, -10, 40)), vertices - middle, atol=1e-9)
