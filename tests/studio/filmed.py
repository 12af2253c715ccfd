"""What the browser's made-up camera shows: recorded frames of a public-domain portrait."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..test_face_track import scene

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def sitter(eyes: float = 90.0, at: tuple[float, float] = (640.0, 290.0)) -> np.ndarray:
    """A 1280 x 720 frame of someone at ease, so many pixels between the eyes; uint8 RGB."""
    return scene((*at, eyes))


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
