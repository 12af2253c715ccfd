"""The light probe: geometry of the canonical mesh, symmetry, shadows where they must fall."""

from __future__ import annotations

import numpy as np

from catchlight.face_mesh_normals import vertex_normals
from catchlight.face_surface import LIGHT_SIZES, probe
from catchlight.head_pose import canonical_face
from catchlight.normal_map import normal_map

from .lit_face import lit


def nearest(azimuth: float, elevation: float) -> int:
    """Index of the direction nearest to one."""
    a, e = np.radians([azimuth, elevation])
    wanted = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    return int((probe().directions @ wanted).argmax())


def light(azimuth: float, elevation: float, size: int, x: float, y: float) -> float:
    """Irradiance near a place of the canonical face, cm."""
    surface = probe()
    near = np.linalg.norm(surface.places[:, :2] - [x, y], axis=1) < 0.7
    return float(surface.irradiance[size, nearest(azimuth, elevation), near].mean())


def test_the_probe_is_its_own_mirror_image() -> None:
    surface = probe()
    flip = np.array([-1, 1, 1])
    np.testing.assert_allclose(surface.places[1::2], surface.places[::2] * flip, atol=1e-5)
    np.testing.assert_allclose(surface.openness[1::2], surface.openness[::2], atol=1e-5)
    for azimuth, elevation in ((30, 20), (75, -10), (5, 60)):
        right, left = nearest(azimuth, elevation), nearest(-azimuth, elevation)
        np.testing.assert_allclose(
            surface.irradiance[:, left, 1::2], surface.irradiance[:, right, ::2], atol=1e-5
        )


def test_normals_point_outwards() -> None:
    vertices = canonical_face()[0]
    normals = vertex_normals(vertices)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-9)
    assert normals[4, 2] > 0.9  # tip of the nose
    assert normals[234, 0] < -0.9  # right side
    assert normals[454, 0] > 0.9  # left side


def test_directions_are_alike_on_both_sides() -> None:
    directions = probe().directions
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=1e-5)
    mirrored = directions * [-1, 1, 1]
    assert (mirrored @ directions.T).max(axis=1).min() > 1 - 1e-5


def test_shadows_fall_where_photographers_see_them() -> None:
    small = 0
    assert light(0, 50, small, 0, -2.3) < 0.15  # butterfly: under the nose
    assert light(0, 0, small, 0, -2.3) > 0.5
    assert light(50, 35, small, 1.6, -1.0) > 0.4  # loop and Rembrandt: beside the nose,
    assert light(50, 35, small, -1.6, -1.5) < 0.1  # on the side away from the light
    assert light(90, 0, small, -4, 0) == 0  # split: the far cheek
    assert light(90, 0, small, 4, 0) > 0.3


def test_normals_of_a_view_are_those_of_the_face() -> None:
    subject = lit(key_azimuth=20, yaw=15)
    normals = normal_map(subject.view, subject.face)
    assert normals.shape == (440, 400, 3)
    lengths = np.linalg.norm(normals, axis=2)
    assert set(np.round(np.unique(lengths), 4)) <= {0.0, 1.0}
    assert 0.2 < (lengths > 0).mean() < 0.6
    canonical = vertex_normals(canonical_face()[0])
    for landmark in (151, 50, 280, 4, 199, 205, 425):  # turned back into the face's own axes
        x, y = subject.view.points[landmark].astype(int)
        cosine = float(normals[y, x] @ canonical[landmark])
        assert np.degrees(np.arccos(min(cosine, 1.0))) < 25
    x, y = subject.view.points[468].astype(int)
    assert not normals[y, x].any()  # an eye is no skin


def test_large_lights_soften_shadows_and_keep_their_sum() -> None:
    irradiance = probe().irradiance
    assert len(irradiance) == len(LIGHT_SIZES)
    edge = np.abs(irradiance - irradiance[0]).mean(axis=(1, 2))
    assert (np.diff(edge) > 0).all()
    assert irradiance.min() >= 0
    assert irradiance.max() <= 1.0001
