"""Oracle: pictures saved at known JPEG qualities."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.compression import block_contrast, compression_artifacts

from ..degraded import saved
from ..faces_of_data import astronaut
from .portraits import subject


def ramp() -> np.ndarray:
    """A soft picture with a little grain, as a face before a wall is."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:320, :320].astype(np.float32)
    soft = 120 + 60 * np.sin(x / 70) * np.cos(y / 90) + 20 * np.sin((x + 2 * y) / 25)
    return np.repeat((soft + rng.normal(0, 1.5, soft.shape))[..., None], 3, 2).astype(np.uint8)


@pytest.mark.parametrize("offset", [(0, 0), (3, 5)])
def test_lower_quality_has_more_contrast_wherever_the_grid_lies(offset: tuple[int, int]) -> None:
    values = []
    for quality in (90, 40, 20, 10):
        gray = saved(ramp(), quality)[offset[0] :, offset[1] :, 0].astype(np.float32)
        values.append(block_contrast(gray, 8)[0])
    assert values == sorted(values)
    assert values[0] < 1.5
    assert values[-1] > 5


def test_a_picture_never_coded_has_no_blocks() -> None:
    assert block_contrast(ramp()[..., 0].astype(np.float32), 8, 4) == pytest.approx((0, 0), abs=0.2)


def test_stripes_of_one_direction_are_not_blocks() -> None:
    gray = ramp()[..., 0].astype(np.float32)
    gray[:, ::8] += 12
    assert block_contrast(gray, 8)[0] < 0.3


@pytest.mark.parametrize("quality", [95, 80])
def test_good_qualities_are_clean(quality: int) -> None:
    pixels, face = astronaut()
    assert compression_artifacts(subject(saved(pixels, quality), face)).verdict == "clean"


def test_heavy_compression_is_seen_at_half_size_too() -> None:
    _, face = astronaut()
    coded = np.zeros((512, 512, 3), np.uint8)
    coded[:] = 120
    coded[:320, 60:380] = ramp()
    coded = saved(coded, 8)
    whole = compression_artifacts(subject(coded, face))
    assert whole.verdict == "heavy"
    assert whole.score is not None
    assert whole.score < 75
    half = cv2.resize(coded, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert compression_artifacts(subject(half, face.scaled(0.5))).verdict in ("visible", "heavy")
    read_at_half = subject(half, face.scaled(0.5), shrink=2, kind="JPEG")
    assert compression_artifacts(read_at_half).verdict in ("visible", "heavy")


def test_what_hides_blocks_is_not_assessed() -> None:
    pixels, face = astronaut()
    for shrink, kind in ((4, "JPEG"), (1, "WebP")):
        measure = compression_artifacts(subject(pixels, face, shrink=shrink, kind=kind))
        assert measure.status == "could_not_assess"
