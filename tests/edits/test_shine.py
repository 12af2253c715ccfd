"""Oracles: mirrored light of known amount added to known skin; the invariants of edits."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.color import delta_e00, lab
from catchlight.edits import Scene, Shine
from catchlight.edits.skin_area import LUMA, skin_area

from ..painted_skin import EYES, HEIGHT, SKIN, WIDTH, at, landmarks, skin

OWN = tuple((SKIN / (SKIN @ LUMA)).tolist())
EDIT = Shine(amount=0.5, skin=OWN, light=(1.0, 1.0, 1.0))
SPOTS = (at(151, 0.0, -0.1), at(4), at(50))


def glare(most: float = 0.35) -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    blobs = [np.exp(-((x - p[0]) ** 2 + (y - p[1]) ** 2) / (2 * (0.09 * EYES) ** 2)) for p in SPOTS]
    return (most * np.max(blobs, axis=0)).astype(np.float32)


def scene(linear: np.ndarray, size: float = 1.0) -> Scene:
    points = landmarks(size)
    return Scene(linear.astype(np.float32), None, (0, 0), EYES * size, landmarks=points)


def shiny() -> np.ndarray:
    return skin() + glare()[..., None]


def test_brings_down_half_of_the_excess_and_no_more() -> None:
    out = EDIT.apply(scene(shiny())).linear
    where = glare() > 0.25
    left = (out - skin())[where] @ LUMA
    share = left.mean() / (glare()[where]).mean()
    assert 0.4 < share < 0.75


def test_is_as_if_the_light_were_mirrored_half_as_much() -> None:
    weak = glare(0.2)
    source, wanted = skin() + weak[..., None], skin() + 0.5 * weak[..., None]
    out = EDIT.apply(scene(source)).linear
    where = weak > 0.12
    assert delta_e00(lab(source[where]), lab(wanted[where])).mean() > 4.5
    assert delta_e00(lab(out[where]), lab(wanted[where])).mean() < 2


def test_skin_that_does_not_shine_stays() -> None:
    source = skin()
    out = EDIT.apply(scene(source)).linear
    area = skin_area(source, landmarks(), EYES) > 0.5
    assert delta_e00(lab(out[area]), lab(source[area])).mean() < 0.3


def test_a_broad_bright_side_is_light_and_no_shine() -> None:
    """The same mirrored light over half of the face, with a soft edge: a lamp, not grease."""
    x = np.arange(WIDTH) + 0.5 - at(1)[0]
    half = (0.35 / (1 + np.exp(-x / (0.08 * EYES))))[None, :, None].astype(np.float32)
    source = skin() + half
    out = EDIT.apply(scene(source)).linear
    lit = (skin_area(source, landmarks(), EYES) > 0.5) & (half[..., 0] > 0.3)
    taken = ((source - out) @ LUMA)[lit] / 0.35
    assert lit.sum() > 1000
    assert np.median(taken) < 0.03
    assert taken.mean() < 0.08


def test_keeps_the_texture() -> None:
    def detail(linear: np.ndarray) -> np.ndarray:
        light = np.log2(linear @ LUMA)
        return light - cv2.GaussianBlur(light, (0, 0), 4)

    out, where = EDIT.apply(scene(shiny())).linear, glare() > 0.1
    ratio = detail(out)[where].std() / detail(shiny())[where].std()
    assert 0.95 < ratio < 1.05


def test_burnt_out_skin_does_not_turn_grey() -> None:
    burnt = np.clip(skin() + glare(3.0)[..., None], 0, 1)
    out = EDIT.apply(scene(burnt)).linear
    middle = glare(3.0) > 2
    light = (out @ LUMA)[middle]
    assert light.min() > 0.6  # the middle stays bright
    assert (out[..., 0] / out[..., 2])[middle].mean() > 1.02  # and a little of the skin's colour


def test_the_identity_without_strength_or_landmarks() -> None:
    source = scene(shiny())
    for edit in (EDIT.model_copy(update={"strength": 0.0}), EDIT.model_copy(update={"amount": 0})):
        np.testing.assert_array_equal(edit.apply(source).linear, shiny())
    bare = Scene(shiny(), None, (0, 0), EYES)
    np.testing.assert_array_equal(EDIT.apply(bare).linear, shiny())
    EDIT.apply(source)
    np.testing.assert_array_equal(source.linear, shiny())


def test_commutes_with_a_crop() -> None:
    whole = EDIT.apply(scene(shiny())).linear
    x0, y0, x1, y1 = 20, 40, 740, 860
    points = landmarks() - np.array([x0, y0, 0], np.float32)
    part = Scene(shiny()[y0:y1, x0:x1].copy(), None, (0, 0), EYES, landmarks=points)
    np.testing.assert_allclose(EDIT.apply(part).linear, whole[y0:y1, x0:x1], atol=2e-4)


def test_a_preview_is_the_shrunk_full_picture() -> None:
    size, area = (WIDTH // 2, HEIGHT // 2), cv2.INTER_AREA
    preview = EDIT.apply(scene(cv2.resize(shiny(), size, interpolation=area), 0.5)).linear
    full = cv2.resize(EDIT.apply(scene(shiny())).linear, size, interpolation=area)
    assert delta_e00(lab(preview), lab(full)).mean() < 0.2


def test_says_how_much() -> None:
    assert "50%" in EDIT.describe()
    assert "as shot" in EDIT.model_copy(update={"strength": 0.0}).describe()


def test_the_same_bytes_with_one_thread() -> None:
    many = EDIT.apply(scene(shiny())).linear.tobytes()
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    alone = EDIT.apply(scene(shiny())).linear.tobytes()
    cv2.setNumThreads(threads)
    assert many == alone
