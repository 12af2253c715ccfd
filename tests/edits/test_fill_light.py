"""Invariants: strength 0, crops, previews, edges, bytes; a reflector adds light and only light."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.edits import Scene

from ..filled_face import fill_for, found, half_lit, lit, scene_of


def encoded(scene: Scene) -> np.ndarray:
    return to_encoded(scene.linear, np.uint8)


def test_strength_0_and_no_landmarks_are_the_identity() -> None:
    pictures, face = lit()
    scene = scene_of(pictures.before, face, pictures.person)
    fill = fill_for(pictures, face)
    assert fill.model_copy(update={"strength": 0.0}).apply(scene) is scene
    bare = replace(scene, landmarks=None)
    assert fill.apply(bare) is bare


def test_the_background_is_not_touched_and_the_bytes_repeat() -> None:
    pictures, face = lit()
    soft = cv2.GaussianBlur(pictures.person.astype(np.float32), (0, 0), 1.5)
    scene = scene_of(pictures.before, face, soft)
    fill = fill_for(pictures, face)
    before = scene.linear.copy()
    first = fill.apply(scene)
    np.testing.assert_array_equal(scene.linear, before)
    np.testing.assert_array_equal(first.linear[soft == 0], before[soft == 0])
    assert (first.linear >= before).all()
    np.testing.assert_array_equal(fill.apply(scene).linear, first.linear)
    given = replace(scene, linear=before.copy())
    assert fill.apply(given, in_place=True).linear is given.linear
    np.testing.assert_array_equal(given.linear, first.linear)


def test_a_bright_background_does_not_shine_through_the_edge() -> None:
    """αF + (1 - α)B becomes αF' + (1 - α)B: B gets no light, whatever α is."""
    pictures, face = lit()
    inner = cv2.erode(pictures.person.astype(np.uint8), np.ones((19, 19), np.uint8))
    alpha = cv2.GaussianBlur(inner.astype(np.float32), (0, 0), 3)[..., None]
    linear = to_linear(pictures.before)
    dark = replace(
        scene_of(pictures.before, face, alpha[..., 0]),
        linear=(alpha * linear).astype(np.float32),
    )
    bright = replace(dark, linear=(alpha * linear + (1 - alpha) * 0.9).astype(np.float32))
    fill = fill_for(pictures, face)
    added = [fill.apply(scene).linear - scene.linear for scene in (dark, bright)]
    edge = (alpha[..., 0] > 0.2) & (alpha[..., 0] < 0.8)
    simply = added[0] / np.maximum(dark.linear, 1e-6) * (bright.linear - dark.linear)
    assert (added[1] - added[0])[edge].mean() < 0.05 * simply[edge].mean()


def test_crop_and_fill_commute() -> None:
    pictures, face = lit()
    scene = scene_of(pictures.before, face, pictures.person)
    fill = fill_for(pictures, face)
    whole = encoded(fill.apply(scene))
    x, y = 31, 17
    assert scene.landmarks is not None
    assert scene.alpha is not None
    cut = Scene(
        scene.linear[y:, x:-20],
        scene.alpha[y:, x:-20],
        (scene.eyes[0] - x, scene.eyes[1] - y),
        scene.eye_distance,
        origin=(x, y),
        landmarks=scene.landmarks - np.array([x, y, 0], np.float32),
    )
    difference = np.abs(encoded(fill.apply(cut)).astype(int) - whole[y:, x:-20])
    assert difference.max() <= 1


def test_a_preview_is_the_finished_picture_made_small() -> None:
    settings = {"size": (800, 1000), "eye_distance_px": 180.0}
    pictures = half_lit(55, 30, 4.0, 2.0, noise=0.002, **settings)
    face = found(pictures.before)
    fill = fill_for(pictures, face)
    full = fill.apply(scene_of(pictures.before, face, pictures.person)).linear
    for shrink in (2, 4):
        size = (800 // shrink, 1000 // shrink)
        small = scene_of(pictures.before, face, pictures.person)
        assert small.landmarks is not None
        assert small.alpha is not None
        small = Scene(
            np.asarray(cv2.resize(small.linear, size, interpolation=cv2.INTER_AREA)),
            np.asarray(cv2.resize(small.alpha, size, interpolation=cv2.INTER_AREA)),
            (small.eyes[0] / shrink, small.eyes[1] / shrink),
            small.eye_distance / shrink,
            scale=1 / shrink,
            landmarks=small.landmarks / np.float32(shrink),
        )
        shown = fill.apply(small).linear
        wanted = np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA))
        assert float(delta_e00(lab(shown), lab(wanted)).mean()) < 0.5
        assert float(np.quantile(delta_e00(lab(shown), lab(wanted)), 0.99)) < 2


def test_it_says_which_side_was_raised() -> None:
    pictures, face = lit(55, 30)
    sentence = fill_for(pictures, face).describe()
    assert "right cheek" in sentence  # the subject's, for the key comes from the picture's right
    assert "reflector" in sentence


def test_marks_and_texture_are_light_s_own_matter() -> None:
    """A mole is not taken for shade, and pores keep their contrast."""
    pictures, face = lit()
    fill = fill_for(pictures, face)
    scene = scene_of(pictures.before, face, pictures.person)
    marked = scene.linear.copy()
    for index in (50, 280, 205, 425, 151):  # both cheeks, forehead
        x, y = face.landmarks[index, :2]
        cv2.circle(marked, (round(float(x)), round(float(y))), 2, (0.02, 0.01, 0.008), -1)
    gains = []
    for linear in (scene.linear, marked):
        after = fill.apply(replace(scene, linear=linear)).linear
        gains.append(np.log2((after[..., 1] + 1e-6) / (linear[..., 1] + 1e-6)))
    assert np.abs(gains[0] - gains[1])[pictures.person].max() < 0.15
