"""Oracles: copies with known scale, turn and crop; pictures that are no copies."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.evidence.original import laid_together

from ..audited import cropped, portrait, seen, slimmed
from ..rendered_face import render_face


def test_a_copy_is_found_where_it_lies() -> None:
    original = portrait()
    height, width = original.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 4.0, 0.8)
    turned = cv2.warpAffine(original.pixels, matrix, (width, height), flags=cv2.INTER_AREA)
    laid = laid_together(seen(turned), original)
    assert laid is not None
    assert not laid.mirrored
    assert laid.share > 0.8
    assert laid.shrunk == pytest.approx(0.8, rel=0.01)
    rest = np.abs(laid.pair.before - laid.pair.after)[laid.pair.shown]
    assert float(np.median(rest)) < 0.02


@pytest.mark.parametrize("scale", [1.0, 0.6])
def test_a_cropped_smaller_copy_is_found(scale: float) -> None:
    pixels = cropped(portrait().pixels)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert laid_together(seen(small, quality=75), portrait()) is not None


def test_a_mirrored_copy_is_found_as_such() -> None:
    laid = laid_together(seen(portrait().pixels[:, ::-1]), portrait())
    assert laid is not None
    assert laid.mirrored


def test_a_slimmed_copy_is_still_a_copy() -> None:
    assert laid_together(seen(slimmed(portrait(), 0.03)), portrait()) is not None


def test_another_picture_is_no_copy() -> None:
    other = seen(render_face(yaw=3.0, key_azimuth=30.0, key_elevation=30.0).pixels)
    assert laid_together(other, portrait()) is None
    assert laid_together(portrait(), other) is None


def test_places_lead_back_into_the_picture() -> None:
    picture = seen(cropped(portrait().pixels))
    laid = laid_together(picture, portrait())
    assert laid is not None
    nose = laid.pair.points[4]
    assert laid.place(*nose) == pytest.approx(picture.face.landmarks[4, :2].tolist(), abs=0.5)
