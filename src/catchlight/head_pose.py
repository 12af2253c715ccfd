"""Head pose in degrees from the face landmarks.

The canonical face (468 vertices in centimetres, x to the subject's left, y up, z out of the face)
is laid over the landmarks by the one rotation, scale and shift that leave the least weighted square
error (Umeyama 1991, IEEE TPAMI 13(4), 376-380), with the weights of the bundle's own Procrustes
basis, which favour what the skull carries over what expression moves. The landmark model's z is
that of a weak perspective, so this is the head's pose to the line of sight, as the face looks in
the picture: cropping or shifting the picture does not change it. From near, perspective makes a
level head look nodding, by 5° at 35 cm; `perspective.pitch_error` tells how much.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import models
from .errors import ModelError
from .once import once

__all__ = [
    "GEOMETRY_FILE",
    "Pose",
    "canonical_face",
    "frontal",
    "head_pose",
    "laid_over",
    "message_fields",
    "mirror",
]

GEOMETRY_FILE = "geometry_pipeline_metadata_landmarks.binarypb"


class Pose(NamedTuple):
    """Head pose in degrees, signs as in ISO/IEC 19794-5 and 39794-5; (0, 0, 0) faces the camera.

    Attributes
    ----------
    yaw : positive when the subject is turned to their left (towards the right of the picture).
    pitch : positive when the subject looks down.
    roll : positive when the head tilts towards the subject's right shoulder (the crown moves
        towards the left of the picture, counter-clockwise as seen).

    The head first pitches about its own ear-to-ear axis, then yaws, then rolls in the plane of the
    picture (rotation = Rz(roll) Ry(yaw) Rx(pitch)). So turning the picture changes roll alone; for
    roll = 0 these are the angles of the standard, which rolls first.
    """

    yaw: float
    pitch: float
    roll: float


def head_pose(landmarks: NDArray[np.floating]) -> Pose:
    """Return the head pose of landmarks (478 or 468, 3): x right, y down, z away from the camera.

    Raises
    ------
    ModelError : the canonical face is missing or damaged.
    """
    rotation, _, _ = laid_over(landmarks)
    yaw = math.asin(max(-1.0, min(1.0, -rotation[2, 0])))
    pitch = math.atan2(rotation[2, 1], rotation[2, 2])
    roll = math.atan2(rotation[1, 0], rotation[0, 0])
    return Pose(math.degrees(yaw), math.degrees(pitch), math.degrees(roll))


def frontal(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return landmarks (478 or 468, 3) as the face shows them from the front at its usual size.

    Returns
    -------
    (468, 3) float64 in the canonical face's axes and, as near as its size fits, in cm; about the
    weighted mean of the landmarks.

    Raises
    ------
    ModelError : the canonical face is missing or damaged.
    """
    rotation, scale, points = laid_over(landmarks)
    return np.asarray(points @ rotation / scale)


def laid_over(
    landmarks: NDArray[np.floating],
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Return rotation and scale from the canonical face to landmarks, and these about their mean.

    Axes are right-handed: x right, y up, z towards the camera.

    Parameters
    ----------
    landmarks : (478 or 468, 3): x right, y down, z away from the camera.

    Returns
    -------
    The rotation (3, 3), the scale in the landmarks' unit for each cm of the canonical face, and the
    468 landmarks about their weighted mean, (468, 3), in right-handed axes.

    Raises
    ------
    ModelError : the canonical face is missing or damaged.
    """
    vertices, weights = canonical_face()
    points = landmarks[: len(vertices)].astype(np.float64) * [1.0, -1.0, -1.0]
    share = weights[:, None] / weights.sum()
    model = vertices - (vertices * share).sum(axis=0)
    points = points - (points * share).sum(axis=0)
    u, singular, vt = np.linalg.svd((points * share).T @ model)
    proper = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    scale = float(singular @ proper / (model**2 * share).sum())
    return u @ np.diag(proper) @ vt, max(scale, 1e-12), points


@once
def canonical_face() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the canonical face's vertices (468, 3) in cm and their weights (468,) for pose.

    Raises
    ------
    ModelError : the file is missing or damaged.
    """
    data = models.path(GEOMETRY_FILE).read_bytes()
    vertices: list[float] = []
    weights = np.zeros(468)
    try:
        # GeometryPipelineMetadata: 1 canonical_mesh { 3 vertex_buffer: x y z u v },
        # 2 procrustes_landmark_basis { 1 landmark_id, 2 weight }.
        for field, value in message_fields(data):
            if field == 1 and isinstance(value, bytes):
                vertices += [v for f, v in message_fields(value) if f == 3 and isinstance(v, float)]
            elif field == 2 and isinstance(value, bytes):
                pair = dict(message_fields(value))
                weights[int(pair[1])] = float(pair[2])
        mesh = np.array(vertices).reshape(468, 5)[:, :3]
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise ModelError(
            f"{GEOMETRY_FILE} cannot be understood: install Catchlight again"
        ) from error
    return mesh, weights


@once
def mirror() -> NDArray[np.intp]:
    """Return, for each of the 478 landmarks, the index of its mirror image across the face.

    `landmarks[mirror()]` reflected left to right has the order of the face as seen in a mirror.
    """
    vertices, _ = canonical_face()
    distance = np.linalg.norm(vertices[:, None] * [-1.0, 1.0, 1.0] - vertices[None], axis=2)
    # In the iris rings the first point is towards the left of the picture in one, the right in
    # the other: 469/471 and 474/476 are the horizontal ends, 470/472 and 475/477 the vertical.
    irises = [473, 476, 475, 474, 477, 468, 471, 470, 469, 472]
    return np.array([*distance.argmin(axis=1), *irises])


def message_fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield (number, value) of each field of a protocol buffer message: varint, float or bytes."""
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(data):
        number, kind = divmod(varint(), 8)
        if kind == 0:
            yield number, varint()
        elif kind == 2:
            length = varint()
            yield number, data[position : position + length]
            position += length
        elif kind == 5:
            yield number, struct.unpack_from("<f", data, position)[0]
            position += 4
        else:
            raise ValueError(f"wire type {kind}")
