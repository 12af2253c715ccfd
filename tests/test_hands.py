"""Oracles: boxes put into made-up answers of the network, patches painted beside a painted face."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces, hands
from catchlight.faces import Face
from catchlight.hands import SKIN_BESIDE, Palm, hands_at_head, palm_boxes, skin_beside
from catchlight.person import person_mask
from catchlight.photo import read
from catchlight.survey import ANALYSIS_SIDE, eight_bit

from .faces_of_data import astronaut
from .painted_person import oval_face

SKINS = [(230, 190, 170), (160, 110, 85), (75, 50, 38)]
BACKDROP = (90, 120, 110)
D = 80.0


def answer(*boxes: tuple[int, float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The network's outputs with boxes: anchor, logit, centre off the anchor and size in pixels."""
    values = np.zeros((2016, 18), np.float32)
    logits = np.full(2016, -200, np.float32)
    for anchor, logit, aside, down, size in boxes:
        values[anchor, :4] = (aside, down, size, 0.8 * size)
        logits[anchor] = logit
    return values, logits


# Anchors by hand: two a cell of 24 x 24 cells of 8 pixels, then six a cell of 12 x 12 of 16.
@pytest.mark.parametrize(
    ("anchor", "centre"),
    [
        (0, (4, 4)),
        (1, (4, 4)),
        (2, (12, 4)),
        (48, (4, 12)),
        (2 * 24 * 24, (8, 8)),
        (2 * 24 * 24 + 6, (24, 8)),
        (2015, (184, 184)),
    ],
)
def test_a_box_is_read_from_its_anchor(anchor: int, centre: tuple[int, int]) -> None:
    (palm,) = palm_boxes(*answer((anchor, 2.0, 3.0, -5.0, 24.0)))
    assert palm.score == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert (palm.aside * 192, palm.down * 192) == pytest.approx((centre[0] + 3, centre[1] - 5))
    assert palm.size * 192 == pytest.approx(24)


@pytest.mark.parametrize(("x", "y", "turn"), [(0, -30, 0), (30, 0, 90), (-30, 0, -90), (5, 5, 135)])
def test_a_palm_turns_from_the_wrist_to_the_middle_finger(x: float, y: float, turn: float) -> None:
    values, logits = answer((0, 2.0, 3.0, -5.0, 24.0))
    values[0, 4:6], values[0, 8:10] = (7.0, 9.0), (7.0 + x, 9.0 + y)
    (palm,) = palm_boxes(values, logits)
    assert palm.turn == pytest.approx(turn)


def test_each_palm_once_and_the_surest_first() -> None:
    found = palm_boxes(*answer((0, 1.0, 2, 2, 30), (1, 3.0, 4, 4, 30), (600, 2.0, 0, 0, 30)))
    assert [round(palm.score, 2) for palm in found] == [0.95, 0.88]
    assert palm_boxes(*answer((0, -2.0, 0, 0, 30))) == []


def painted(
    skin: tuple[int, int, int], *, beside: tuple[float, float] | None = None, tilt: float = 0.0
) -> tuple[np.ndarray, Face]:
    """An oval face of one colour before a backdrop, with a fist of 0.9 eye distances beside it.

    `beside` is the fist's centre from the middle of the face, in eye distances.
    """
    pixels = np.empty((700, 700, 3), np.uint8)
    pixels[:] = BACKDROP
    face = oval_face(350, 350, D)
    cv2.ellipse(pixels, (350, 350), (round(1.15 * D), round(1.45 * D)), 0, 0, 360, skin, -1)
    if beside is not None:
        at = (round(350 + beside[0] * D), round(350 + beside[1] * D))
        cv2.circle(pixels, at, round(0.45 * D), skin, -1)
    noise = np.random.default_rng(0).normal(0, 3, pixels.shape)
    pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    matrix = cv2.getRotationMatrix2D((350, 350), tilt, 1)
    pixels = cv2.warpAffine(pixels, matrix, (700, 700), borderMode=cv2.BORDER_REPLICATE)
    points = face.landmarks.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return pixels, Face(points.astype(np.float32), face.blendshapes, 0, 0, -tilt, 1.0, 1.0)


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("tilt", [0.0, 25.0])
def test_a_fist_beside_the_face_shows_its_area(skin: tuple[int, int, int], tilt: float) -> None:
    assert skin_beside(*painted(skin, tilt=tilt)) < 0.05
    for beside in [(2.1, -0.3), (-2.1, 0.3), (0.5, -2.4)]:
        area = skin_beside(*painted(skin, beside=beside, tilt=tilt))
        assert area == pytest.approx(np.pi * 0.45**2, rel=0.2)
        assert area > SKIN_BESIDE


def test_what_is_no_skin_at_the_head() -> None:
    skin = SKINS[1]
    assert skin_beside(*painted(skin, beside=(0.5, 1.9))) < 0.05  # the neck
    assert skin_beside(*painted(skin, beside=(1.0, 2.8))) < 0.05  # the chest
    assert skin_beside(*painted(skin, beside=(1.8, 1.5))) > SKIN_BESIDE  # a hand at the jaw
    assert skin_beside(*painted(skin, beside=(1.0, 0.2))) < SKIN_BESIDE  # an ear, a cheek
    pixels, face = painted(skin, beside=(2.1, -0.3))
    nobody = np.zeros((70, 70), np.float32)
    assert skin_beside(pixels, face, nobody) == 0
    there = nobody.copy()
    there[25:40, 50:62] = 1
    assert skin_beside(pixels, face, there) > SKIN_BESIDE


def test_the_same_area_at_any_size_and_mirrored() -> None:
    pixels, face = painted(SKINS[0], beside=(2.1, -0.3))
    area = skin_beside(pixels, face)
    half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert skin_beside(np.asarray(half, np.uint8), face.scaled(0.5)) == pytest.approx(area, rel=0.1)
    mirrored, face = painted(SKINS[0], beside=(-2.1, -0.3))
    assert skin_beside(mirrored, face) == pytest.approx(area, rel=0.1)


class Networks:
    """Stands in for both networks: one palm, then how sure each look is that it is a hand."""

    def __init__(self, palm: Palm | None = None, *sure: float) -> None:
        self.palm, self.sure = palm, sure
        self.asked: list[str] = []

    def __call__(self, name: str) -> Callable[[np.ndarray], list[np.ndarray]]:
        def network(tensor: np.ndarray) -> list[np.ndarray]:
            assert tensor.dtype == np.float32
            assert 0 <= tensor.min() <= tensor.max() <= 1
            self.asked.append(name)
            if name.startswith("hand"):
                assert tensor.shape == (1, 224, 224, 3)
                sure = self.sure[self.asked.count(name) - 1]
                points = np.zeros((1, 63), np.float32)
                return [points, np.float32([[sure]]), np.float32([[0.9]]), points]
            assert tensor.shape == (1, 192, 192, 3)
            if self.palm is None:
                values, logits = answer()
            else:
                logit = float(np.log(self.palm.score / (1 - self.palm.score)))
                at = ((self.palm.aside / 9 + 0.5) * 192, ((self.palm.down - 0.5) / 9 + 0.5) * 192)
                values, logits = answer((0, logit, at[0] - 4, at[1] - 4, self.palm.size / 9 * 192))
            return [values[None], logits[None, :, None]]

        return network


@pytest.mark.parametrize("aside", [-2.0, 2.0])
@pytest.mark.parametrize(
    ("score", "down", "sure", "asked", "found"),
    [
        (0.9, -0.3, (0.9, 0.8), 3, 0.8),
        (0.5, 1.5, (0.7, 0.9), 3, 0.7),  # at the jaw
        (0.9, 1.5, (0.1, 0.9), 3, None),  # a collar, in one of two looks like a hand
        (0.35, -0.3, (0.9, 0.9), 1, None),  # hardly a palm
        (0.9, 2.6, (0.9, 0.9), 1, None),  # before the chest
    ],
)
def test_what_is_called_a_palm_must_be_a_hand(
    monkeypatch: pytest.MonkeyPatch,
    aside: float,
    score: float,
    down: float,
    sure: tuple[float, float],
    asked: int,
    found: float | None,
) -> None:
    # The network is shown the skin beside the face on the left, whichever side it is on.
    networks = Networks(Palm(score, -abs(aside), down, 0.9), *sure)
    monkeypatch.setattr(hands.models, "litert", networks)
    palms = hands_at_head(*painted(SKINS[1], beside=(aside, -0.3)))
    assert len(networks.asked) == asked
    if found is None:
        assert palms == ()
    else:
        (palm,) = palms
        assert palm.score == pytest.approx(found)
        assert (palm.aside, palm.down, palm.size) == pytest.approx((aside, down, 0.9))


def test_without_skin_beside_the_face_the_network_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    networks = Networks()
    monkeypatch.setattr(hands.models, "litert", networks)
    assert hands_at_head(*painted(SKINS[0])) == ()
    assert networks.asked == []


def test_a_real_face_without_hands() -> None:
    pixels, face = astronaut()
    assert hands_at_head(pixels, face, person_mask(pixels, face)) == ()


def test_a_painted_fist_is_no_palm() -> None:
    assert hands_at_head(*painted(SKINS[0], beside=(2.1, -0.3))) == ()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("people/human_emotions_a/stock-emotions-a-1.jpg", [(-1.3, -0.7), (1.3, -0.7)]),
        ("matting/ppm100/image/33417724542_f25ee4ced7_o.jpg", [(1.4, 0.5)]),
        ("matting/ppm100/image/17876927642_a73799528c_o.jpg", [(1.2, 1.5)]),  # at the jaw
    ],
)
def test_hands_in_photographs(shared: Path, name: str, places: list[tuple[float, float]]) -> None:
    pixels = eight_bit(read(shared / name, max_side=ANALYSIS_SIDE).pixels)
    face = faces.find(pixels)[0]
    found = hands_at_head(pixels, face, person_mask(pixels, face))
    assert sorted((p.aside, p.down) for p in found) == [pytest.approx(p, abs=0.3) for p in places]
