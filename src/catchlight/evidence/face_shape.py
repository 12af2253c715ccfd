"""How much the shape of one person's face varies from photo to photo.

Landmarks that expression moves little (corners of the eyes, bridge, tip and wings of the nose, root
of the brows, temples and jaw) are freed of the head's pose (`head_pose.frontal`) and split into the
half that both sides share and the signed half that is their difference. The covariance of each
within people, and how near the camera was (which makes nose and jaw grow and shrink together), is
learnt from pairs of portraits by `benchmarks/audit.py` and kept in `data/face_shape.npz`; no
picture is in it. Distances by that covariance (Mahalanobis 1936) count what is rare in one person's
photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..head_pose import canonical_face, frontal, mirror
from .facts import Facts

__all__ = ["STABLE", "Half", "away", "fitted", "half"]

Float64 = NDArray[np.float64]
Half = Literal["shared", "signed"]

# Vertices of the middle line and of the subject's left; `mirror` has their partners.
STABLE = (
    *(168, 6, 197, 195, 5, 4, 1, 2, 9, 8, 152),
    *(362, 263, 327, 358, 285, 356, 454, 361, 397, 288, 323, 379),
)
_SHRINK = 0.15  # of the covariance towards an even one: there are fewer people than numbers


def half(facts: Facts, which: Half, *, mirrored: bool = False) -> Float64:
    """Return one half of a face's shape, (2 n,) float64, in cm on the canonical face's scale."""
    shape = facts.shape
    other = shape[mirror()[:468]] * [-1.0, 1.0, 1.0]
    joined = shape + other if which == "shared" else shape - other
    sign = -1.0 if mirrored and which == "signed" else 1.0
    return np.asarray(sign * joined[list(STABLE), :2].ravel() / 2)


def fitted(people: Sequence[Sequence[Float64]], which: Half) -> dict[str, Float64]:
    """Learn the inverse covariance within people, and the mean over them.

    Parameters
    ----------
    people : for each person the halves of their photographs, two or more.
    """
    size = len(people[0][0])
    within = np.zeros((size, size))
    for photos in people:
        rows = np.array(photos)
        rest = rows - rows.mean(axis=0)
        within += rest.T @ rest / (len(rows) - 1)
    within /= len(people)
    even = np.eye(size) * np.trace(within) / size
    within = (1 - _SHRINK) * within + _SHRINK * even
    if which == "shared":
        for near, far in ((40.0, 1000.0), (25.0, 40.0)):
            step = _perspective(near) - _perspective(far)
            within += np.outer(step, step)
    mean = np.mean([np.mean(photos, axis=0) for photos in people], axis=0)
    return {f"{which}_inverse": np.linalg.inv(within), f"{which}_mean": mean}


def _perspective(cm: float) -> Float64:
    """The shared half of the canonical face as a camera sees it from a distance."""
    vertices = canonical_face()[0]
    depth = vertices[:, 2] - vertices[[33, 263], 2].mean()
    seen = vertices * [1.0, -1.0, -1.0]
    seen[:, :2] *= (cm / (cm - depth))[:, None]
    shape = frontal(seen)
    shape = (shape + shape[mirror()[:468]] * [-1.0, 1.0, 1.0]) / 2
    return np.asarray(shape[list(STABLE), :2].ravel())


def away(found: Float64, usual: Float64, count: int, which: Half) -> float:
    """Distance of a half from the mean of `count` others, 1 being usual within one person."""
    rest = found - usual
    square = float(rest @ _model()[f"{which}_inverse"] @ rest)
    return float(np.sqrt(square / (1 + 1 / max(count, 1)) / len(found)))


@cache
def _model() -> dict[str, Float64]:
    """The covariances from `data/face_shape.npz`."""
    with (
        resources.files("catchlight").joinpath("data/face_shape.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        return {name: np.asarray(data[name], np.float64) for name in data.files}
