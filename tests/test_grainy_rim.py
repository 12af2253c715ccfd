"""A rim whose alpha is read from noisy colours, dark on dark and in good light; and strands."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.grainy_rim import calm_rim
from catchlight.grid import Grid

from .painted_person import oval_face

FACE = oval_face(260, 250, 60)
SIZE = 520
GRID = Grid((0.0, 0.0, float(SIZE), float(SIZE)), (SIZE, SIZE))
SOLID, LOOSE = np.ones((65, 65), np.float32), np.zeros((65, 65), np.float32)
CAP, WOOD, BRIGHT = (14, 22, 24), (50, 40, 22), (190, 188, 180)

Alpha = NDArray[np.float32]
Photo = NDArray[np.uint8]


def painted(person: tuple[int, ...], wall: tuple[int, ...]) -> tuple[Alpha, Alpha, Photo]:
    """Return the true matte of a disc, the one read from a noisy photo's colours, and the photo."""
    true = np.zeros((SIZE, SIZE), np.float32)
    cv2.circle(true, (260, 260), 190, 1.0, -1, cv2.LINE_AA)
    true = cv2.GaussianBlur(true, (0, 0), 1.0)
    front, back = np.array(person, np.float32), np.array(wall, np.float32)
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 6, (SIZE, SIZE)), (0, 0), 0.7)
    colours = true[..., None] * front + (1 - true[..., None]) * back + grain[..., None]
    photo = np.clip(np.round(colours), 0, 255).astype(np.uint8)
    way = front - back
    read = ((photo - back) @ way / (way @ way)).astype(np.float32)
    # Matting pushes what is nearly decided to the ends.
    read = np.clip((read - 0.5) * 1.6 + 0.5, 0, 1)
    rim = (true > 0.001) & (true < 0.999)
    return true, np.where(rim, read, true).astype(np.float32), photo


def frayed(alpha: Alpha) -> float:
    """Deviation of the outline from its circle, in pixels."""
    around = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    radius = np.arange(180, 200, 0.1)
    x = (260 + np.cos(around)[:, None] * radius).astype(np.float32)
    y = (260 + np.sin(around)[:, None] * radius).astype(np.float32)
    lines = cv2.remap(alpha, x, y, cv2.INTER_LINEAR)
    return float((lines.sum(axis=1) * 0.1).std())


def calmed(alpha: Alpha, photo: Photo, solid: Alpha = SOLID) -> Alpha:
    out = alpha.copy()
    calm_rim(out, photo, solid, FACE, GRID)
    return out


def test_a_frayed_rim_of_dark_on_dark_becomes_a_line() -> None:
    true, read, photo = painted(CAP, WOOD)
    after = calmed(read, photo)
    # the pixels' own raster is in both
    assert frayed(after) - frayed(true) < 0.4 * (frayed(read) - frayed(true))
    assert ((after - true) ** 2).sum() < 0.4 * ((read - true) ** 2).sum()


def test_the_edge_stays_as_narrow_as_it_was() -> None:
    true, read, photo = painted(CAP, WOOD)
    after = calmed(read, photo)
    soft = [float((4 * a * (1 - a)).sum()) for a in (true, after)]
    assert soft[1] < 1.1 * soft[0]


def test_in_good_light_nothing_is_touched() -> None:
    _, read, photo = painted(CAP, BRIGHT)
    assert np.array_equal(calmed(read, photo), read)


def test_loose_hair_is_smoothed_by_half() -> None:
    _, read, photo = painted(CAP, WOOD)
    solid, loose = (calmed(read, photo, where) for where in (SOLID, LOOSE))
    np.testing.assert_allclose(loose - read, (solid - read) / 2, atol=1e-5)


def test_a_wide_slope_is_not_made_steep() -> None:
    true, _, photo = painted(CAP, WOOD)
    slope = cv2.GaussianBlur(true, (0, 0), 12.0)
    assert np.abs(calmed(slope, photo) - slope).max() < 0.08


def test_tiles_leave_no_seam_and_nothing_of_one_person_gives_nothing_to_do() -> None:
    _, read, photo = painted(CAP, WOOD)
    moved = Grid((0.0, 0.0, float(SIZE - 37), float(SIZE - 37)), (SIZE - 37, SIZE - 37))
    part = np.ascontiguousarray(read[37:, 37:])
    face = oval_face(260 - 37, 250 - 37, 60)
    calm_rim(part, np.ascontiguousarray(photo[37:, 37:]), SOLID, face, moved)
    # the reduced grid falls elsewhere, so a little differs; a seam would differ by much more
    assert np.abs(part - calmed(read, photo)[37:, 37:]).max() < 0.12
    everywhere = np.ones_like(read)
    assert np.array_equal(calmed(everywhere, photo), everywhere)
