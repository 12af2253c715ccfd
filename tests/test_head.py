"""Head and cut edges measured on drawn mattes of known shape."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight.framing import plan_crop, wish
from catchlight.head import CROWN, CutEdge, cut_edges, measure_head
from catchlight.landmarks import CHIN, FACE_OVAL, IRIS_LEFT, IRIS_RIGHT
from catchlight.looks import load_look

FRAME = (800.0, 1000.0)
UNIT = 120.0


def landmarks(eyes=(400.0, 450.0), roll=0.0):
    """Landmarks of a face whose chin is 120 px below eyes that are 64 px apart."""
    points = np.zeros((478, 3), np.float32)
    angle = np.linspace(0, 2 * math.pi, len(FACE_OVAL), endpoint=False)
    points[list(FACE_OVAL), 0] = 75 * np.sin(angle)
    points[list(FACE_OVAL), 1] = 33 - 87 * np.cos(angle)
    points[IRIS_RIGHT, 0], points[IRIS_LEFT, 0] = -32, 32
    points[CHIN, :2] = 0, UNIT
    a = math.radians(roll)
    turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    points[:, :2] = points[:, :2] @ turn + eyes
    return points


def matte(top=300, left=280, right=520, scale=1.0):
    """A block of head from row `top` on, and shoulders from 620 on down to the border."""
    alpha = np.zeros((round(1000 * scale), round(800 * scale)), np.float32)
    s = scale
    alpha[round(top * s) : round(700 * s), round(left * s) : round(right * s)] = 1
    alpha[round(620 * s) :, round(200 * s) : round(600 * s)] = 1
    return alpha


def test_plain_head():
    head = measure_head(landmarks(), 12.0, FRAME, matte(top=300))
    assert head.eyes == pytest.approx((400, 450))
    assert head.unit == pytest.approx(120)
    assert (head.roll, head.turn) == (pytest.approx(0), 12.0)
    assert head.outline[:, 1].min() == pytest.approx(300, abs=0.0125 * UNIT + 1)
    assert not head.crown_cut


@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0])
def test_matte_of_any_size(scale):
    head = measure_head(landmarks(), 0.0, FRAME, matte(top=300, scale=scale))
    assert head.outline[:, 1].min() == pytest.approx(300, abs=0.0125 * UNIT + 1 / scale)


def test_hand_above_the_head_is_not_hair():
    alpha = matte(top=300)
    alpha[200:280, 350:450] = 1
    head = measure_head(landmarks(), 0.0, FRAME, alpha)
    assert head.outline[:, 1].min() == pytest.approx(300, abs=3)


@pytest.mark.parametrize("roll", [0.0, 20.0])
def test_in_a_doubted_matte_hair_ends_where_most_peoples_does(roll):
    """Wall above the head that passes for hair must not push the chin out of the picture."""
    points = landmarks(roll=roll)
    trusted = measure_head(points, 0.0, FRAME, matte(top=240))
    doubted = measure_head(points, 0.0, FRAME, matte(top=240), doubted=True)
    down = np.array([-math.sin(math.radians(roll)), math.cos(math.radians(roll))])

    def height(head):
        return float(((head.eyes - head.outline) @ down).max()) / head.unit

    assert height(trusted) > 1.5
    assert height(doubted) == pytest.approx(CROWN, abs=0.01)
    low = measure_head(points, 0.0, FRAME, matte(top=350), doubted=True)
    assert height(low) == pytest.approx(height(measure_head(points, 0.0, FRAME, matte(top=350))))


def test_tilted_head_is_followed_along_its_own_axis():
    head = measure_head(landmarks(roll=20.0), 0.0, FRAME, matte(top=300))
    assert head.roll == pytest.approx(20, abs=1e-4)
    assert head.unit == pytest.approx(120, abs=1e-3)
    assert head.outline[:, 1].min() == pytest.approx(300, abs=4)


def test_hair_cut_by_the_top():
    points = landmarks(eyes=(400.0, 150.0))
    head = measure_head(points, 0.0, FRAME, matte(top=0))
    assert head.crown_cut
    almost = measure_head(points, 0.0, FRAME, matte(top=6))
    assert not almost.crown_cut
    assert almost.outline[:, 1].min() == pytest.approx(6, abs=3)


@pytest.mark.parametrize("alpha", [None, np.zeros((1000, 800), np.float32)])
def test_without_a_matte_the_crown_is_estimated(alpha):
    head = measure_head(landmarks(), 0.0, FRAME, alpha)
    assert head.outline[:, 1].min() == pytest.approx(450 - CROWN * UNIT)
    assert not head.crown_cut
    assert measure_head(landmarks(eyes=(400.0, 90.0)), 0.0, FRAME, alpha).crown_cut


def test_bowed_head_keeps_its_size():
    points = landmarks()
    points[CHIN, 1] = 450 + 60  # the chin comes up in the picture when the head bows
    assert measure_head(points, 0.0, FRAME).unit == pytest.approx(1.6 * 64)


def test_eyes_in_one_place_are_refused():
    with pytest.raises(ValueError, match="apart"):
        measure_head(np.zeros((478, 3)), 0.0, FRAME)


def test_scales_with_the_photo():
    one = measure_head(landmarks(), 0.0, FRAME, matte())
    two = measure_head(3 * landmarks(), 0.0, (2400.0, 3000.0), matte())
    assert two.unit == pytest.approx(3 * one.unit)
    assert two.outline == pytest.approx(3 * one.outline, abs=1e-3)


def test_cut_edges_of_a_bust():
    assert cut_edges(matte(), FRAME) == (CutEdge("bottom", (200.0, 1000.0), (600.0, 1000.0)),)
    assert cut_edges(np.zeros((100, 80), np.float32), FRAME) == ()


def test_a_single_strand_that_leaves_the_photo_cuts_nothing():
    alpha = np.zeros((400, 400), np.float32)
    alpha[0, 200:202] = 0.25
    assert cut_edges(alpha, (400.0, 400.0)) == ()
    alpha[0, 200:206] = 0.25
    assert cut_edges(alpha, (400.0, 400.0))[0].side == "top"


def test_cut_edges_on_every_side():
    alpha = np.zeros((100, 80), np.float32)
    alpha[0, 10:20] = alpha[60:, 0] = alpha[70:90, -1] = 1
    assert cut_edges(alpha, FRAME) == (
        CutEdge("top", (100.0, 0.0), (200.0, 0.0)),
        CutEdge("left", (0.0, 600.0), (0.0, 1000.0)),
        CutEdge("right", (800.0, 700.0), (800.0, 900.0)),
        CutEdge("bottom", (0.0, 1000.0), (10.0, 1000.0)),
    )


def test_cut_edges_ignores_a_trace_and_joins_what_is_close():
    alpha = np.zeros((400, 400), np.float32)
    alpha[-1, 100:] = 0.04
    alpha[-1, 50:60] = alpha[-1, 64:90] = 0.5
    alpha[-1, 200:210] = 0.09
    assert [(e.start[0], e.end[0]) for e in cut_edges(alpha, (400.0, 400.0))] == [
        (50, 90),
        (200, 210),
    ]


PPM = Path(__file__).parents[2] / "shared" / "data" / "matting" / "ppm100"


@pytest.mark.shared
@pytest.mark.skipif(not PPM.is_dir(), reason="../shared/data is absent")
@pytest.mark.parametrize(
    "name", ["2597446670_7603493d92_o", "32552705987_fbc78cd29e_o", "4065842143_71bd1d0b2f_o"]
)
def test_on_portraits_with_mattes_made_by_hand(name):
    from catchlight import faces

    picture = cv2.imread(str(PPM / "image" / f"{name}.jpg"))
    k = 900 / max(picture.shape)
    picture = cv2.resize(picture, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    alpha = cv2.imread(str(PPM / "alpha" / f"{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    alpha = cv2.resize(alpha, picture.shape[1::-1], interpolation=cv2.INTER_AREA) / np.float32(255)
    frame = (float(picture.shape[1]), float(picture.shape[0]))
    face = faces.find(np.ascontiguousarray(picture[..., ::-1]))[0]
    head = measure_head(face.landmarks, face.yaw, frame, alpha)
    # upright heads with nothing above them: the highest row of the matte is the top of the hair
    highest = np.flatnonzero((alpha > 0.5).any(axis=1))[0]
    assert head.outline[:, 1].min() == pytest.approx(highest, abs=0.08 * head.unit)
    cut = cut_edges(alpha, frame)
    crop = plan_crop(frame, head, wish(load_look("corporate").framing), "studio", cut)
    assert 0.8 < crop.tightness < 1.6
    for edge in cut:
        line = np.linspace(edge.start, edge.end, 500)
        inner = crop.to_crop(line)
        assert np.minimum(inner, (crop.width, crop.height) - inner).min(axis=1).max() <= 1e-3
