"""What the backdrop benchmarks put before a wall: photographs, and the paper behind a face."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from photographs import DATA

SHARED = DATA / "studio"


def photographs(count: int) -> list[np.ndarray]:
    """The astronaut, and studio portraits where they are."""
    from skimage import data

    from catchlight import photo

    paths = sorted((SHARED / "london_neutral").glob("*.jpg"))[:: max(1, 41 // max(1, count))]
    return [np.ascontiguousarray(data.astronaut())] + [photo.read(p).pixels for p in paths[:count]]


def as_photo(pixels: np.ndarray) -> Any:
    """A photograph of these pixels."""
    from catchlight.photo import Capture, Photo

    size = (pixels.shape[1], pixels.shape[0])
    return Photo(Path("a.png"), "0" * 64, pixels, size, Capture(), "PNG")


def outline(pixels: np.ndarray, face: Any) -> np.ndarray:
    """A rough cover of head and shoulders, for what is measured on the person."""
    import cv2

    alpha = np.zeros(pixels.shape[:2], np.uint8)
    x, y = (face.iris_left + face.iris_right) / 2
    e = face.eye_distance
    axes = (round(1.15 * e), round(1.6 * e))
    cv2.ellipse(alpha, (round(x), round(y + 0.35 * e)), axes, 0, 0, 360, 255, -1)
    return alpha


def paper_behind(pixels: np.ndarray, face: Any, light: Any) -> tuple[Any, np.ndarray]:
    """The edit for this picture, and its paper, linear, without grain."""
    from catchlight.backdrops import BackdropChoice, choose_backdrop
    from catchlight.edits import Scene
    from catchlight.looks import load_look
    from catchlight.skin import face_view

    shot = as_photo(pixels)
    look = load_look("corporate")
    view, alpha = face_view(pixels, face), outline(pixels, face)
    edits = choose_backdrop(shot, face, view, alpha, look, BackdropChoice("studio"), light)
    edit = edits[0]
    blank = np.zeros((300, 240, 3), np.float32)
    scene = Scene(blank, blank[..., 0], (120.0, 110.0), 30.0, blank)
    return edit, edit.paper_behind(scene)
