"""What the browser's made-up camera shows: recorded frames of a face that hardly moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from catchlight import faces

from ..test_face_track import scene

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def sitter(eyes: float = 90.0, at: tuple[float, float] = (640.0, 290.0)) -> np.ndarray:
    """A 1280 x 720 frame of the public-domain portrait, so many pixels between the eyes, RGB."""
    return scene((*at, eyes))


def photographed(path: Path, eyes: float = 88.0, frames: int = 20) -> Iterator[np.ndarray]:
    """Frames of 1280 x 720 of the one in a photograph, who sways by a pixel or two; uint8 RGB."""
    pixels = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
    face = faces.find(pixels)[0]
    scale = eyes / face.eye_distance
    middle = scale * (face.iris_left + face.iris_right) / 2
    for frame in range(frames):
        x, y = 640 + 1.5 * np.sin(2 * np.pi * frame / frames), 300.0
        affine = np.array([[scale, 0, x - middle[0]], [0, scale, y - middle[1]]])
        yield cv2.warpAffine(pixels, affine, (1280, 720), flags=cv2.INTER_AREA,
                             borderMode=cv2.BORDER_REPLICATE)  # fmt: skip


def filmed(frame: np.ndarray) -> bytes:
    """The frame as a JPEG."""
    return bytes(cv2.imencode(".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1])


def film(path: Path, frames: list[np.ndarray]) -> Path:
    """Write frames as motion JPEG, which Chromium plays round and round; its name ends so."""
    path.write_bytes(b"".join(filmed(frame) for frame in frames))
    return path


def camera(clip: Path) -> tuple[str, ...]:
    """The flags of a browser whose camera shows the clip."""
    return (*FAKE, f"--use-file-for-fake-video-capture={clip}")
