"""Clips made for tests, with a known best moment."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .faces_of_data import astronaut

CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".webm": "VP80"}


@cache
def scene() -> NDArray[np.uint8]:
    """The astronaut in a frame that is higher than wide, (512, 384, 3) uint8 RGB."""
    pixels, _ = astronaut()
    return np.ascontiguousarray(pixels[:, 30:414])


def closed_eyes(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The scene with skin painted over both eyes: lids that hide the irises."""
    painted = pixels.copy()
    _, face = astronaut()
    for iris in (face.iris_right, face.iris_left):
        x, y = round(float(iris[0]) - 30), round(float(iris[1]))
        skin = painted[y + 16 : y + 20, x - 4 : x + 4].reshape(-1, 3).mean(axis=0)
        cv2.ellipse(painted, (x, y), (16, 8), 0, 0, 360, skin.tolist(), -1)
        cv2.ellipse(painted, (x, y + 4), (14, 3), 0, 0, 180, (60, 30, 25), 2)
    return painted


def write(
    path: Path,
    frame: Callable[[int], NDArray[np.uint8]],
    count: int,
    rate: float = 30.0,
    *,
    shape: tuple[int, int] = (512, 384),
) -> Path:
    """Write a clip of frames in RGB; the ending decides the container."""
    code = cv2.VideoWriter_fourcc(*CODECS[path.suffix])
    level = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, rate, shape[::-1])
    cv2.utils.logging.setLogLevel(level)
    assert writer.isOpened()
    for number in range(count):
        writer.write(np.ascontiguousarray(frame(number)[..., ::-1]))
    writer.release()
    return path


def rotated(data: bytes, quarters: int) -> bytes:
    """The MP4 with a matrix in its track header that turns the picture clockwise."""
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters % 4]
    at = data.index(b"tkhd") + 4
    at += (20 if data[at] == 0 else 32) + 4 + 16  # to the matrix (ISO/IEC 14496-12, 8.3.2)
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    return data[:at] + matrix + data[at + 36 :]
