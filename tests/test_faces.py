"""Faces against the mediapipe oracle, at every size and tilt, and where there are none."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from catchlight import faces
from catchlight.face_detector import Pyramid, Window
from catchlight.faces import Face
from catchlight.head_pose import mirror

ORACLE = json.loads((Path(__file__).parent / "data" / "astronaut_oracle.json").read_text())


@cache
def astronaut() -> tuple[NDArray[np.uint8], Face]:
    """scikit-image's public-domain portrait of Eileen Collins, and her face."""
    pixels = np.ascontiguousarray(skimage.data.astronaut())
    (face,) = faces.find(pixels)
    return pixels, face


def error(face: Face, truth: NDArray[np.floating]) -> float:
    """Mean landmark error in eye distances."""
    offsets = face.landmarks[:, :2] - truth[:, :2]
    return float(np.linalg.norm(offsets, axis=1).mean()) / face.eye_distance


def backdrop(width: int, height: int) -> NDArray[np.uint8]:
    """A frame without a face: a gradient with noise."""
    ramp = np.linspace(60, 190, width)[None, :, None] * np.linspace(1, 0.6, height)[:, None, None]
    noise = np.random.default_rng(3).normal(0, 12, (height, width, 3))
    return np.clip(ramp + noise, 0, 255).astype(np.uint8)


def put(
    frame: NDArray[np.uint8], share: float, turn: float, at: tuple[float, float] = (0.5, 0.5)
) -> NDArray[np.float64]:
    """Put the portrait into `frame` and return where its landmarks are then.

    `share` : size of the face over the frame's shorter side. `turn` : degrees, clockwise as seen.
    `at` : centre of the face over the frame's size.
    """
    pixels, face = astronaut()
    scale = share * min(frame.shape[:2]) / face.size
    small = pixels
    if scale < 1:
        side = round(512 * scale)
        small = np.asarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA))
        scale = side / 512
    inner = small.shape[0] / 512
    x0, y0, x1, y1 = face.box
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    rotation = scale * np.array([[c, -s], [s, c]])
    shift = np.array(at) * frame.shape[1::-1] - rotation @ centre
    # cv2 counts from pixel centres.
    to_index = np.column_stack([rotation / inner, shift + rotation / inner @ [0.5, 0.5] - 0.5])
    size = (frame.shape[1], frame.shape[0])
    flags, border = cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
    cv2.warpAffine(small, to_index, size, dst=frame, flags=flags, borderMode=border)
    return face.landmarks[:, :2].astype(np.float64) @ rotation.T + shift


def test_landmarks_agree_with_the_oracle() -> None:
    _, face = astronaut()
    assert error(face, np.array(ORACLE["landmarks"])) < 0.015


def test_blendshapes_agree_with_the_oracle() -> None:
    _, face = astronaut()
    theirs = np.array(ORACLE["blendshapes"])
    assert face.blendshapes.shape == (52,)
    assert np.abs(face.blendshapes - theirs).max() < 0.25
    assert np.abs(face.blendshapes - theirs).mean() < 0.03
    assert face.blendshape("mouthSmileLeft") > 0.5
    assert face.blendshape("eyeBlinkLeft") < 0.3


def test_head_pose_agrees_with_the_oracle() -> None:
    _, face = astronaut()
    for name in ("yaw", "pitch", "roll"):
        assert getattr(face, name) == pytest.approx(ORACLE["pose"][name], abs=3)


@pytest.mark.parametrize("share", [0.04, 0.08, 0.2, 0.6, 0.95])
@pytest.mark.parametrize("turn", [0, -15, 15, -30, 30, -45, 45, 90, 180, 270])
def test_a_face_of_any_size_and_tilt_is_found(share: float, turn: float) -> None:
    _, upright = astronaut()
    frame = backdrop(1200, 900)
    inside = 0.5 if share > 0.5 else 0.62
    truth = put(frame, share, turn, at=(inside, 1 - inside))
    found = faces.find(frame)
    assert len(found) == 1
    # A face of 4 % has its eyes 14 px apart: 8 % of that is a pixel.
    assert error(found[0], truth) < (0.03 if share > 0.1 else 0.08)
    expected = upright.roll - turn
    assert abs((found[0].roll - expected + 180) % 360 - 180) < 3
    if share > 0.1:
        assert found[0].yaw == pytest.approx(upright.yaw, abs=3)
        assert found[0].pitch == pytest.approx(upright.pitch, abs=3)


@pytest.mark.parametrize(("width", "height"), [(2400, 600), (500, 2000)])
def test_a_small_face_in_a_long_frame_is_found(width: int, height: int) -> None:
    frame = backdrop(width, height)
    truth = put(frame, 0.06, 10, at=(0.9, 0.85))
    (found,) = faces.find(frame)
    assert error(found, truth) < 0.08


def test_everyone_is_found_once_largest_first() -> None:
    frame = backdrop(1800, 1200)
    large = put(frame, 0.3, 0, at=(0.3, 0.4))
    frame[:, 1100:] = backdrop(700, 1200)
    small = put(frame, 0.09, 12, at=(0.85, 0.3))
    found = faces.find(frame)
    assert len(found) == 2
    assert error(found[0], large) < 0.02
    assert error(found[1], small) < 0.08
    assert found[0].size > found[1].size


def test_a_face_is_found_again_at_another_size() -> None:
    pixels, face = astronaut()
    large = np.asarray(cv2.resize(pixels, (1536, 1536), interpolation=cv2.INTER_CUBIC))
    again = faces.find_again(large, face.scaled(3).moved(15, -10))
    assert again is not None
    assert error(again, face.scaled(3).landmarks) < 0.02
    assert faces.find_again(backdrop(1536, 1536), face.scaled(3)) is None


@pytest.mark.parametrize(
    "name", ["brick", "grass", "gravel", "coffee", "rocket", "hubble_deep_field", "moon", "clock"]
)
def test_where_there_is_no_face_none_is_found(name: str) -> None:
    try:
        picture = getattr(skimage.data, name)()
    except Exception:  # not shipped with this release, and nothing is downloaded in a test
        pytest.skip(f"{name} is not shipped with scikit-image")
    pixels = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    assert faces.find(np.ascontiguousarray(pixels[:, :, :3])) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (700, 2), (16, 16), (300, 4000)])
def test_odd_frames_do_no_harm(shape: tuple[int, int]) -> None:
    assert faces.find(np.full((*shape, 3), 128, np.uint8)) == ()


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3), np.float32), np.zeros((0, 9, 3), np.uint8)],
)
def test_other_arrays_are_refused(pixels: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="uint8"):
        faces.find(pixels)


def test_a_face_scales_and_moves_with_its_photo() -> None:
    _, face = astronaut()
    double = face.scaled(2)
    assert double.eye_distance == pytest.approx(2 * face.eye_distance, rel=1e-5)
    assert double.landmarks.dtype == np.float32
    assert (double.yaw, double.roll) == (face.yaw, face.roll)
    moved = face.moved(5, -3)
    np.testing.assert_allclose(moved.iris_left - face.iris_left, [5, -3], atol=1e-3)
    assert moved.box[0] == pytest.approx(face.box[0] + 5, abs=1e-3)


def test_a_window_shows_what_lies_in_it() -> None:
    pixels, _ = astronaut()
    part = Pyramid(pixels).sample(Window(200, 100, 128), 128)
    np.testing.assert_array_equal(part, pixels[36:164, 136:264])
    turned = Pyramid(pixels).sample(Window(200, 100, 128, 90), 128)
    np.testing.assert_array_equal(turned, np.rot90(pixels[36:164, 136:264]))
    half = Pyramid(pixels).sample(Window(256, 256, 512), 256)
    mean = pixels.reshape(256, 2, 256, 2, 3).mean(axis=(1, 3))
    assert np.abs(half - mean).max() <= 1


@pytest.mark.shared
def test_every_portrait_has_one_face_whichever_way_it_lies(shared: Path) -> None:
    for name in ("people/lisa/lisa3.jpg", "studio/canada/129m.jpg", "people/obama/obama1.jpg"):
        pixels = cv2.imread(str(shared / name))[:, :, ::-1]
        rolls = []
        for quarter in range(4):
            (face,) = faces.find(np.ascontiguousarray(np.rot90(pixels, quarter)))
            rolls.append((face.roll - 90 * quarter + 180) % 360 - 180)
        assert np.ptp(rolls) < 2


@pytest.mark.shared
def test_backdrops_have_no_face(shared: Path) -> None:
    for path in sorted((shared / "backgrounds" / "line").glob("*"))[:3]:
        pixels = cv2.imread(str(path))
        if pixels is not None:
            assert faces.find(np.ascontiguousarray(pixels[:, :, ::-1])) == ()


@pytest.mark.parametrize("part", [(512, 512), (470, 397)])
def test_the_mirror_image_has_the_mirrored_face(part: tuple[int, int]) -> None:
    """What the networks see does not depend on which of the two they are given."""
    pixels = np.ascontiguousarray(astronaut()[0][: part[0], : part[1]])
    (face,) = faces.find(pixels)
    (other,) = faces.find(np.ascontiguousarray(pixels[:, ::-1]))
    across = other.landmarks[mirror()]
    across[:, 0] = pixels.shape[1] - across[:, 0]
    apart = np.linalg.norm((across - face.landmarks)[:, :2], axis=1) / face.eye_distance
    assert apart.max() < 0.002  # 0.015 without
    assert (other.yaw, other.pitch, other.roll) == pytest.approx(
        (-face.yaw, face.pitch, -face.roll), abs=0.1
    )
    assert other.blendshape("mouthSmileLeft") == pytest.approx(
        face.blendshape("mouthSmileRight"), abs=0.01
    )
    assert other.detection == pytest.approx(face.detection, abs=0.002)
