"""Oracle: the same face rendered from near and from afar; and the invariants of every edit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.edits import Perspective, Scene

from ..filled_face import found, scene_of
from ..rendered_face import Rendered, render_face

GROUND = (120, 160, 120)


@cache
def seen_from(distance_cm: float, yaw: float = 0.0) -> tuple[Rendered, Scene]:
    picture = render_face(
        distance_cm=distance_cm,
        yaw=yaw,
        size=(500, 620),
        eye_distance_px=110,
        noise=0.0,
        background=GROUND,
    )
    person = np.abs(picture.pixels.astype(int) - GROUND).max(axis=2) > 3
    return picture, scene_of(picture.pixels, found(picture.pixels), person)


def misfit(points: np.ndarray, truth: np.ndarray) -> float:
    """Root mean square distance in % of the eyes' after the best similarity."""
    a, b = (p[:, 0] + 1j * p[:, 1] for p in (points.astype(float), truth.astype(float)))
    a, b = a - a.mean(), b - b.mean()
    rest = np.vdot(a, b) / np.vdot(a, a) * a - b
    return float(100 * np.sqrt((np.abs(rest) ** 2).mean()) / abs(b[33] - b[263]))


def encoded(scene: Scene) -> np.ndarray:
    return to_encoded(np.clip(scene.linear, 0, 1), np.uint8)


def landmarks(pixels: np.ndarray) -> np.ndarray:
    return found(pixels).landmarks[:468, :2]


@pytest.mark.parametrize(("distance_cm", "yaw"), [(40, 0), (40, 15), (60, 0), (60, 15)])
def test_a_near_face_comes_to_look_as_from_afar(distance_cm: float, yaw: float) -> None:
    near, scene = seen_from(distance_cm, yaw)
    far, _ = seen_from(150.0, yaw)
    edit = Perspective(distance_cm=distance_cm)
    after = encoded(edit.apply(scene))
    before, now, truth = (landmarks(p) for p in (near.pixels, after, far.pixels))
    assert misfit(now, truth) < 0.4 * misfit(before, truth)
    # and the pixels themselves
    wrong = [
        delta_e00(lab(to_linear(p)), lab(to_linear(far.pixels))).mean()
        for p in (near.pixels, after)
    ]
    assert wrong[1] < 0.6 * wrong[0]


@pytest.mark.parametrize("distance_cm", [22, 30, 45, 70])
def test_nothing_folds(distance_cm: float) -> None:
    _, scene = seen_from(40.0, 15)
    assert Perspective(distance_cm=distance_cm).reprojection(scene).area > 0.2


def test_strength_0_afar_and_no_landmarks_are_the_identity() -> None:
    _, scene = seen_from(40.0)
    assert Perspective(distance_cm=40, strength=0).apply(scene) is scene
    assert Perspective(distance_cm=150).apply(scene) is scene
    bare = replace(scene, landmarks=None)
    assert Perspective(distance_cm=40).apply(bare) is bare


def test_the_background_stays_straight_and_the_bytes_repeat() -> None:
    _, scene = seen_from(40.0)
    striped = scene.linear.copy()
    striped[:, ::20] = 0.9
    scene = replace(scene, linear=striped)
    edit = Perspective(distance_cm=40)
    before = striped.copy()
    first = edit.apply(scene)
    np.testing.assert_array_equal(scene.linear, before)
    np.testing.assert_array_equal(edit.apply(scene).linear, first.linear)
    # beside the head, to its very edge, the wall is the one as shot
    assert first.alpha is not None
    assert scene.alpha is not None
    beside = (first.alpha == 0) & (scene.alpha == 0)
    beside[int(scene.eyes[1]) :] = False
    assert beside.sum() > 4 * scene.eye_distance**2
    np.testing.assert_array_equal(first.linear[beside], before[beside])


def test_what_shoulders_hid_is_wall_from_above_them_and_never_the_person_twice() -> None:
    # Oracle: a wall that grows brighter downwards and a person who is black.
    _, scene = seen_from(30.0)
    assert scene.alpha is not None
    rows = np.mgrid[: scene.linear.shape[0], : scene.linear.shape[1]][0]
    drawn = np.repeat((0.3 + rows / 2000.0)[..., None], 3, axis=2).astype(np.float32)
    drawn[cv2.dilate(scene.alpha, np.ones((3, 3))) > 0] = 0
    after = Perspective(distance_cm=30).apply(replace(scene, linear=drawn))
    assert after.alpha is not None
    shown = (scene.alpha == 1) & (after.alpha == 0)
    assert shown.sum() > 0.05 * scene.eye_distance**2
    wall = after.linear[..., 0][shown]
    assert np.quantile(wall, 0.02) > 0.25
    above = 0.3 + (rows[shown] - 0.5 * scene.eye_distance) / 2000.0
    assert np.quantile(wall - above, 0.05) > 0
    assert np.quantile(wall - 0.3 - rows[shown] / 2000.0, 0.95) < 0


def test_a_strand_that_stands_off_is_moved_and_not_doubled() -> None:
    _, scene = seen_from(30.0)
    assert scene.alpha is not None
    alpha, picture = scene.alpha.copy(), np.full_like(scene.linear, 0.4)
    column = int(scene.eyes[0] + 0.6 * scene.eye_distance)
    top = int(np.argmax(alpha[:, column] > 0))
    strand = (slice(top - 30, top), slice(column, column + 1))
    alpha[strand], picture[strand] = 0.8, (0.9, 0.1, 0.1)
    after = Perspective(distance_cm=30).apply(replace(scene, linear=picture, alpha=alpha))
    red = [np.clip(p[..., 0] - p[..., 1], 0, None) for p in (picture, after.linear)]
    _, columns = np.nonzero(red[1] > 0.1)
    assert np.ptp(columns) < 5  # one line, longer and broader
    assert columns.min() > column + 2
    assert 1 < red[1].sum() / red[0].sum() < 2.2
    assert red[1][strand].max() == 0


def test_matte_and_landmarks_go_with_the_pixels() -> None:
    _, scene = seen_from(40.0)
    marked = scene.linear.copy()
    assert scene.landmarks is not None
    assert scene.alpha is not None
    dots = [4, 50, 280, 152]
    for x, y in scene.landmarks[dots, :2]:
        cv2.circle(marked, (round(float(x) - 0.5), round(float(y) - 0.5)), 2, (0, 0, 1), -1)
    after = Perspective(distance_cm=40).apply(replace(scene, linear=marked))
    assert after.landmarks is not None
    assert after.alpha is not None
    blue = after.linear[..., 2] - after.linear[..., :2].max(axis=2)
    for x, y in after.landmarks[dots, :2]:
        spot = blue[int(y) - 6 : int(y) + 7, int(x) - 6 : int(x) + 7]
        rows, columns = np.nonzero(spot > 0.3)
        assert columns.mean() + int(x) - 6 + 0.5 == pytest.approx(float(x), abs=1.0)
        assert rows.mean() + int(y) - 6 + 0.5 == pytest.approx(float(y), abs=1.0)
    assert after.alpha.sum() > 1.02 * scene.alpha.sum()  # ears and hair come out


@pytest.mark.parametrize(("frequency", "least"), [(0.1, 0.995), (0.25, 0.95)])
def test_a_drawing_of_waves_keeps_its_places_and_contrast(frequency: float, least: float) -> None:
    # Oracle: waves whose value is known between the pixels too.
    _, scene = seen_from(40.0)
    edit = Perspective(distance_cm=40)
    found = edit.reprojection(scene)
    rows, columns = np.mgrid[: scene.linear.shape[0], : scene.linear.shape[1]].astype(np.float64)
    places = [
        (columns + 0.5 - found.corner[0]) / found.cell - 0.5,
        (rows + 0.5 - found.corner[1]) / found.cell - 0.5,
    ]
    x, y = (
        here + found.cell * map_coordinates(found.sources[..., k], places[::-1], order=1)
        for k, here in enumerate((columns, rows))
    )

    def waves(x: Any, y: Any) -> Any:
        angles = np.radians([10, 50, 100, 140])
        parts = [np.sin(6.2832 * frequency * (x * np.cos(a) + y * np.sin(a)) + a) for a in angles]
        return 0.5 + 0.1 * sum(parts)

    drawn = np.repeat(waves(columns, rows)[..., None], 3, axis=2).astype(np.float32)
    after = edit.apply(replace(scene, linear=drawn))
    shown, wanted = after.linear, waves(x, y)
    assert after.alpha is not None
    inner = np.zeros(wanted.shape, np.bool_)
    inner[8:-8, 8:-8] = cv2.erode(after.alpha, np.ones((9, 9)))[8:-8, 8:-8] == 1
    assert shown[inner].std() > least * wanted[inner].std()
    wrong = (shown - wanted[..., None])[inner]
    assert float(np.sqrt((wrong**2).mean())) < (1.05 - least) * float(wanted[inner].std())


def test_a_preview_is_the_finished_picture_made_small() -> None:
    _, scene = seen_from(40.0)
    edit = Perspective(distance_cm=40)
    assert scene.landmarks is not None
    assert scene.alpha is not None
    size = (250, 310)
    small = Scene(
        _reduced(scene.linear, size),
        _reduced(scene.alpha, size),
        (scene.eyes[0] / 2, scene.eyes[1] / 2),
        scene.eye_distance / 2,
        scale=0.5,
        landmarks=scene.landmarks / np.float32(2),
    )
    shown, wanted = edit.apply(small).linear, _reduced(edit.apply(scene).linear, size)
    assert float(delta_e00(lab(np.clip(shown, 0, 1)), lab(np.clip(wanted, 0, 1))).mean()) < 1


def _reduced(image: Any, size: tuple[int, int]) -> Any:
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def test_crop_and_move_commute() -> None:
    _, scene = seen_from(60.0)
    edit = Perspective(distance_cm=60)
    assert scene.landmarks is not None
    assert scene.alpha is not None
    x, y = 40, 30
    cut = Scene(
        scene.linear[y:, x:-x],
        scene.alpha[y:, x:-x],
        (scene.eyes[0] - x, scene.eyes[1] - y),
        scene.eye_distance,
        origin=(x, y),
        landmarks=scene.landmarks - np.array([x, y, 0], np.float32),
    )
    one, other = encoded(edit.apply(cut)), encoded(edit.apply(scene))[y:, x:-x]
    inner = (slice(20, -60), slice(20, -20))
    assert np.abs(one.astype(int) - other)[inner].mean() < 0.5


def test_it_is_declared() -> None:
    said = Perspective(distance_cm=38, strength=0.5).describe()
    assert "38 cm" in said
    assert "50 %" in said
    assert "moved" in said
