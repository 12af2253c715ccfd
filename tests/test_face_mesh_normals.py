"""The triangles are those of the face geometry that the model's makers publish."""

from __future__ import annotations

import numpy as np

from catchlight import models
from catchlight.face_mesh_normals import triangles
from catchlight.head_pose import GEOMETRY_FILE, message_fields
from catchlight.landmarks import EYE_LEFT, EYE_RIGHT, LIPS_INNER


def test_the_triangles_are_those_of_the_canonical_mesh() -> None:
    # GeometryPipelineMetadata: 1 canonical_mesh { 4 index_buffer }.
    index = [
        value
        for field, mesh in message_fields(models.path(GEOMETRY_FILE).read_bytes())
        if field == 1 and isinstance(mesh, bytes)
        for number, value in message_fields(mesh)
        if number == 4 and isinstance(value, int)
    ]
    every = np.array(index).reshape(898, 3)
    closing = np.zeros(len(every), bool)
    for ring in (EYE_RIGHT, EYE_LEFT, LIPS_INNER):
        closing |= np.isin(every, ring).all(axis=1)
    np.testing.assert_array_equal(triangles(), every[~closing])


def test_the_skin_has_holes_for_eyes_and_mouth() -> None:
    mesh = triangles()
    assert mesh.shape == (852, 3)
    edges = np.sort(np.concatenate([mesh[:, [0, 1]], mesh[:, [1, 2]], mesh[:, [2, 0]]]), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert set(counts) == {1, 2}
    assert (counts == 1).sum() == 36 + 16 + 16 + 20  # the outline and the three rims
