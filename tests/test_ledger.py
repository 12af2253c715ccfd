"""Oracles: cheats of known size on a synthetic head, and honest light that must not count."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight.bounds import BOUNDS, Bound, Reading
from catchlight.edits import Scene, Tone, WhiteBalance
from catchlight.ledger import Comparison, geometry, identity, skin_color, skin_texture
from catchlight.skin import SKIN_ZONES

SIZE = (640, 520)
EYES = 220.0


def points() -> np.ndarray:
    """Landmarks spread over the face, the irises and the skin zones where they belong."""
    spots = np.full((478, 2), (260.0, 330.0), np.float32)
    spots[468], spots[473] = (150, 260), (150 + EYES, 260)
    places = {
        "forehead": (260, 170), "right cheek": (160, 380), "left cheek": (360, 380),
        "nose": (260, 340), "chin": (260, 520),
    }  # fmt: skip
    for zone, centres in SKIN_ZONES.items():
        for step, index in enumerate(centres):
            spots[index] = np.array(places[zone]) + 9 * (step - len(centres) / 2)
    return spots


def head() -> np.ndarray:
    """Skin with pores, surrounded by hair and cloth, (640, 520, 3) float32 linear."""
    rng = np.random.default_rng(2)
    texture = np.zeros(SIZE, np.float32)
    for sigma, weight in ((0.8, 0.05), (2, 0.06), (5, 0.08), (14, 0.10)):
        noise = cv2.GaussianBlur(rng.standard_normal(SIZE).astype(np.float32), (0, 0), sigma)
        texture += weight * noise / noise.std()
    skin = np.array([0.42, 0.25, 0.18], np.float32)
    hair = np.array([0.30, 0.24, 0.20], np.float32)
    oval = np.zeros(SIZE, np.float32)
    cv2.ellipse(oval, (260, 340), (190, 270), 0, 0, 360, 1, -1)
    base = oval[..., None] * skin + (1 - oval[..., None]) * hair
    return np.clip(base * np.exp2(texture)[..., None], 0, 1).astype(np.float32)


def pair(after: np.ndarray) -> Comparison:
    shown = np.ones(SIZE, bool)
    return Comparison(head(), after.astype(np.float32), shown, points(), EYES, False)


def scene(linear: np.ndarray) -> Scene:
    return Scene(linear, None, (260.0, 260.0), EYES)


def lit(linear: np.ndarray) -> np.ndarray:
    balanced = WhiteBalance(red_stops=-0.3, blue_stops=0.25).apply(scene(linear))
    return Tone(exposure_stops=0.5, contrast=1.05, pivot=0.3).apply(balanced).linear


def test_untouched_is_within_every_bound() -> None:
    readings = [f(pair(head())) for f in (geometry, skin_color, skin_texture)]
    assert [r.status for r in readings] == ["ok"] * 3
    assert readings[0].value == pytest.approx(0, abs=0.01)
    assert readings[1].value == pytest.approx(0, abs=0.01)
    assert readings[2].value == pytest.approx(1, abs=0.001)


def test_honest_light_is_within_every_bound() -> None:
    readings = [f(pair(lit(head()))) for f in (geometry, skin_color, skin_texture)]
    assert [r.status for r in readings] == ["ok"] * 3, [r.value for r in readings]


@pytest.mark.parametrize("percent", [0.5, 1.0, 2.0])
def test_a_move_of_known_size_is_measured(percent: float) -> None:
    shift = percent / 100 * EYES
    matrix = np.array([[1, 0, shift], [0, 1, 0]], np.float32)
    moved = cv2.warpAffine(
        lit(head()), matrix, SIZE[::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    reading = geometry(pair(moved))
    assert reading.status == "exceeded"
    assert reading.value == pytest.approx(percent, abs=0.15)


def test_a_slimmed_face_is_found() -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    squeeze = 1 + 0.03 * np.exp(-(((x - 260) / 160) ** 2))
    slim = cv2.remap(lit(head()), 260 + (x - 260) * squeeze, y, cv2.INTER_CUBIC)
    assert geometry(pair(slim)).status == "exceeded"


def test_smoothed_skin_is_found() -> None:
    reading = skin_texture(pair(cv2.bilateralFilter(head(), 15, 0.2, 6)))
    assert reading.status == "exceeded"
    assert reading.value is not None
    assert reading.value < 0.8


def test_sharpened_skin_is_found() -> None:
    soft = cv2.GaussianBlur(head(), (0, 0), 2)
    assert skin_texture(pair(np.clip(head() + 0.6 * (head() - soft), 0, 1))).status == "exceeded"


def test_where_the_crop_ends_beside_the_skin_is_no_texture() -> None:
    """The crop may end just below the chin, and a new backdrop begin beside the cheek."""
    whole = pair(lit(head()))
    shown = np.zeros(SIZE, bool)
    low = int(points()[list(SKIN_ZONES["chin"]), 1].max()) + 4
    left = int(points()[list(SKIN_ZONES["right cheek"]), 0].min()) - 4
    shown[:low, left:] = True
    ended = replace(whole, after=np.where(shown[..., None], whole.after, 0), shown=shown)
    assert skin_texture(ended).status == "ok"
    assert skin_texture(ended).value == pytest.approx(skin_texture(whole).value, abs=0.03)


def test_whitened_skin_is_found_and_a_brighter_picture_is_not() -> None:
    oval = np.zeros(SIZE, np.float32)
    cv2.ellipse(oval, (260, 340), (190, 270), 0, 0, 360, 1, -1)
    whitened = head() * (1 + 0.35 * oval[..., None])
    assert skin_color(pair(np.clip(whitened, 0, 1))).status == "exceeded"
    assert skin_color(pair(np.clip(head() * 1.35, 0, 1))).status == "ok"


def test_small_faces_cannot_be_assessed_and_say_why() -> None:
    small = Comparison(head(), head(), np.ones(SIZE, bool), points(), EYES, True)
    reading = skin_texture(small)
    assert (reading.status, reading.value) == ("could_not_assess", None)
    assert "small" in reading.sentence


def test_nothing_shown_cannot_be_assessed() -> None:
    nothing = Comparison(head(), head(), np.zeros(SIZE, bool), points(), EYES, False)
    for measure in (geometry, skin_color, skin_texture):
        assert measure(nothing).status == "could_not_assess"


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).standard_normal(128)
    return vector / np.linalg.norm(vector)


def test_identity_against_the_one_photo() -> None:
    source = unit(0)
    near, far = source + 0.05 * unit(1), source + 0.3 * unit(2)
    assert identity(near, source, []).status == "ok"
    assert identity(far, source, []).status == "exceeded"


def test_identity_against_the_own_spread() -> None:
    centre = unit(0)
    photos = [centre + 0.3 * unit(seed) for seed in range(1, 6)]
    source, references = photos[0], photos[1:]
    assert identity(source + 0.05 * unit(9), source, references).status == "ok"
    assert identity(centre + 0.9 * unit(20), source, references).status == "exceeded"


def test_a_reading_without_value_is_never_ok_or_zero() -> None:
    reading = Reading(BOUNDS["geometry"], None, 0.3, "why")
    assert reading.as_dict()["value"] is None
    assert reading.status == "could_not_assess"


def test_two_sided_bounds() -> None:
    bound = Bound("x", "X", "1", 1.1, 0.9)
    assert [Reading(bound, v, 1.1, "").status for v in (0.85, 1.0, 1.15)] == [
        "exceeded",
        "ok",
        "exceeded",
    ]
