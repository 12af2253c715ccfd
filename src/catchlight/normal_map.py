"""Normals of a face at every pixel of its view, for edits that light it anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .face_mesh_normals import paint_normals, vertex_normals
from .faces import Face
from .mirrored_light import turn_of
from .skin import FaceView

__all__ = ["normal_map"]


def normal_map(view: FaceView, face: Face) -> NDArray[np.float32]:
    """Return the unit normals of the skin, (440, 400, 3) float32, in the face's axes.

    x to the subject's left, y up, z out of the face, as `Lighting.direction`; zero where there is
    no skin of the face mesh (outside the face, in the eyes and the open mouth). The shape is the
    landmarks' own, so it follows this person and expression. Takes about 2 ms.

    Parameters
    ----------
    view : the face upright at normal size.
    face : the same face in photo pixels, for depth and pose.
    """
    depth = face.landmarks[:468, 2].astype(np.float64) * view.scale
    plane = view.points[:468].astype(np.float64)
    points = np.column_stack([plane[:, 0], -plane[:, 1], -depth])
    normals = vertex_normals(points) @ turn_of(face)
    height, width = view.clipped.shape
    return paint_normals(plane, -depth, normals, (height, width))
