"""Oracles: redness and shadows of known size painted on known skin; the invariants of edits."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.color import delta_e00, lab
from catchlight.edits import Evenness, Scene
from catchlight.edits.skin_area import LUMA, skin_area

from ..painted_skin import EYES, HEIGHT, WIDTH, at, landmarks, skin

EDIT = Evenness()
BLOOD = np.array([0.15, 1.0, 0.8])


def blob(place: tuple[float, float], reach: float) -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / (2 * (reach * EYES) ** 2))


def blotched() -> np.ndarray:
    red = blob(at(50), 0.16) + 0.8 * blob(at(199), 0.14)
    return skin(stops=-0.35 * red[..., None] * BLOOD)


def scene(linear: np.ndarray, size: float = 1.0) -> Scene:
    return Scene(linear.astype(np.float32), None, (0, 0), EYES * size, landmarks=landmarks(size))


def area() -> np.ndarray:
    return skin_area(skin(), landmarks(), EYES) > 0.5


def redness(linear: np.ndarray) -> np.ndarray:
    stops = np.log2(np.maximum(linear, 1e-4))
    return cv2.GaussianBlur(stops[..., 0] - stops[..., 1], (0, 0), 0.094 * EYES)


def test_blotches_are_reduced_by_a_quarter_at_least() -> None:
    where = area()
    before, after = redness(blotched()), redness(EDIT.apply(scene(blotched())).linear)
    assert after[where].std() < 0.75 * before[where].std()


def test_the_mean_colour_of_the_skin_stays() -> None:
    where = area()
    out = EDIT.apply(scene(blotched())).linear
    means = lab(np.stack([image[where].mean(axis=0) for image in (blotched(), out)]))
    assert delta_e00(means[:1], means[1:]).item() < 0.3


def test_texture_stays() -> None:
    def detail(linear: np.ndarray) -> np.ndarray:
        light = np.log2(linear @ LUMA)
        return light - cv2.GaussianBlur(light, (0, 0), 0.02 * EYES)

    out, where = EDIT.apply(scene(blotched())).linear, area()
    difference = detail(out)[where] - detail(blotched())[where]
    assert difference.std() < 0.02 * detail(blotched())[where].std()


def test_a_spot_is_no_blotch() -> None:
    marked = skin([(at(50), 0.03, (0.1, 0.7, 0.5))])
    plain = EDIT.apply(scene(skin())).linear
    change = EDIT.apply(scene(marked)).linear / marked
    assert np.abs(change / (plain / skin()) - 1).max() < 0.06


def test_the_light_on_a_face_stays() -> None:
    """A key from the side is shading: red over green is the same everywhere."""
    x = np.mgrid[:HEIGHT, :WIDTH][1] / EYES
    lit = skin(stops=(1.0 * x)[..., None] * np.ones(3))
    out = Evenness(eyes=0).apply(scene(lit)).linear
    assert delta_e00(lab(out[area()]), lab(lit[area()])).mean() < 0.3


def test_shadows_under_the_eyes_are_lifted_by_a_third_at_most() -> None:
    place = at(230, 0.0, 0.07)
    shadow = 0.5 * blob(place, 0.07)
    source = skin(stops=-shadow[..., None] * np.ones(3))
    out = Evenness(redness=0).apply(scene(source)).linear
    where = shadow > 0.35
    lifted = (np.log2(out @ LUMA) - np.log2(source @ LUMA))[where].mean() / shadow[where].mean()
    assert 0.12 < lifted <= 1 / 3


def test_the_identity_without_strength_or_landmarks() -> None:
    source = scene(blotched())
    off = Evenness(redness=0, eyes=0)
    for edit in (EDIT.model_copy(update={"strength": 0.0}), off):
        np.testing.assert_array_equal(edit.apply(source).linear, source.linear)
    bare = Scene(source.linear, None, (0, 0), EYES)
    np.testing.assert_array_equal(EDIT.apply(bare).linear, source.linear)


def test_commutes_with_a_crop() -> None:
    whole = EDIT.apply(scene(blotched())).linear
    x0, y0, x1, y1 = 20, 40, 740, 860
    points = landmarks() - np.array([x0, y0, 0], np.float32)
    part = Scene(blotched()[y0:y1, x0:x1].copy(), None, (0, 0), EYES, landmarks=points)
    np.testing.assert_allclose(EDIT.apply(part).linear, whole[y0:y1, x0:x1], rtol=2e-3, atol=1e-4)


def test_a_preview_is_the_shrunk_full_picture() -> None:
    size, shrunk = (WIDTH // 2, HEIGHT // 2), cv2.INTER_AREA
    preview = EDIT.apply(scene(cv2.resize(blotched(), size, interpolation=shrunk), 0.5)).linear
    full = cv2.resize(EDIT.apply(scene(blotched())).linear, size, interpolation=shrunk)
    assert delta_e00(lab(preview), lab(full)).mean() < 0.2


def test_says_what_was_evened() -> None:
    assert "redness by 50%" in EDIT.describe()
    assert "as shot" in EDIT.model_copy(update={"strength": 0.0}).describe()


def test_the_same_bytes_with_one_thread() -> None:
    many = EDIT.apply(scene(blotched())).linear.tobytes()
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    alone = EDIT.apply(scene(blotched())).linear.tobytes()
    cv2.setNumThreads(threads)
    assert many == alone
