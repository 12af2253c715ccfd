"""Pictures for tests of the audit: the public-domain portrait, copied and tampered with."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from catchlight.auditing import look_at
from catchlight.evidence import Case, Facts
from catchlight.settings import Settings

from .consents import AGREED
from .faces_of_data import astronaut


@cache
def portrait() -> Facts:
    """The portrait at twice its size with grain of its own, its eyes about 100 pixels apart."""
    pixels, _ = astronaut()
    large = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(3).normal(0, 4, (*large.shape[:2], 1))
    grain = cv2.GaussianBlur(grain, (0, 0), 0.7)[..., None] * 2
    return seen(np.clip(large + grain, 0, 255).astype(np.uint8), "original.png")


def seen(pixels: np.ndarray, name: str = "picture.jpg", quality: int = 92) -> Facts:
    """A picture as it comes back from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        image = Image.fromarray(np.ascontiguousarray(pixels))
        image.save(path, **({"quality": quality} if name.endswith("jpg") else {}))
        return look_at(path, Settings(threads=1), AGREED, keep=True)[0]


def painted(pixels: np.ndarray) -> Facts:
    """The portrait painted over, with its own face: what is painted moves no landmark."""
    return replace(seen(pixels, "painted.png"), face=portrait().face)


def against_original(pixels: np.ndarray, original: Facts | None = None, **how: int) -> Case:
    """A changed picture with its original among the references."""
    return Case(seen(pixels, **how), (original or portrait(),))


def cropped(pixels: np.ndarray) -> np.ndarray:
    """Cropped on every side, unevenly."""
    height, width = pixels.shape[:2]
    return pixels[int(0.01 * height) : int(0.9 * height), int(0.06 * width) : int(0.97 * width)]


def grown_eyes(facts: Facts, share: float) -> np.ndarray:
    """Both eyes larger by a share, fading out over the sockets."""
    y, x = np.mgrid[: facts.size[1], : facts.size[0]].astype(float)
    mx, my = x.copy(), y.copy()
    for iris in (facts.face.iris_right, facts.face.iris_left):
        dx, dy = x - iris[0], y - iris[1]
        away = np.hypot(dx, dy) / facts.eye_distance
        fade = 0.5 + 0.5 * np.cos(np.pi * np.clip((away - 0.26) / 0.2, 0, 1))
        mx += dx * fade * (1 / (1 + share) - 1)
        my += dy * fade * (1 / (1 + share) - 1)
    return cv2.remap(facts.pixels, mx.astype(np.float32), my.astype(np.float32), cv2.INTER_CUBIC)


def slimmed(facts: Facts, share: float) -> np.ndarray:
    """Cheeks and jaw narrower by a share."""
    y, x = np.mgrid[: facts.size[1], : facts.size[0]].astype(float)
    nose = facts.face.landmarks[4, :2]
    dx, dy = x - nose[0], y - nose[1]
    fade = np.exp(-0.5 * ((dx / facts.eye_distance) ** 2 + (dy / facts.eye_distance) ** 2))
    mx = x + dx * fade * share
    return cv2.remap(facts.pixels, mx.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC)
