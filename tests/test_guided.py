"""Upsampling against the matte at full size."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.guided import upsample

from .painted_person import body, oval_face, painting

TRUTH = body((600, 600), oval_face(300, 260, 80), strands=80)
PHOTO = painting(TRUTH, (60, 40, 30), (190, 190, 200))


def small(factor: int) -> tuple[np.ndarray, np.ndarray]:
    size = (600 // factor, 600 // factor)
    return (
        cv2.resize(PHOTO, size, interpolation=cv2.INTER_AREA),
        cv2.resize(TRUTH, size, interpolation=cv2.INTER_AREA),
    )


def test_it_beats_plain_enlarging() -> None:
    image, alpha = small(4)
    plain = cv2.resize(alpha, (600, 600), interpolation=cv2.INTER_LINEAR)
    ours = upsample(PHOTO, image, alpha)
    assert ((ours - TRUTH) ** 2).mean() < 0.3 * ((plain - TRUTH) ** 2).mean()


def test_certain_areas_stay_certain() -> None:
    ours = upsample(PHOTO, *small(4))
    sure = cv2.erode((TRUTH == 1).astype(np.uint8), np.ones((61, 61))) > 0
    empty = cv2.dilate((TRUTH > 0).astype(np.uint8), np.ones((61, 61))) == 0
    assert sure.any()
    assert empty.any()
    assert np.array_equal(ours[sure], np.ones(sure.sum()))
    assert np.array_equal(ours[empty], np.zeros(empty.sum()))


def test_a_part_of_a_larger_matte_can_be_written() -> None:
    whole = np.zeros((700, 700), np.float32)
    image, alpha = small(3)
    upsample(PHOTO, image, alpha, out=whole[50:650, 60:660])
    assert np.array_equal(whole[50:650, 60:660], upsample(PHOTO, image, alpha))
    assert not whole[:50].any()
