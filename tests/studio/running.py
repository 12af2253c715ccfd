"""A studio as the user starts it, and a session's photographs from a public-domain portrait."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

START = "from catchlight.cli import main; main()"


@contextmanager
def studio(folder: Path, port: int = 0, *options: str) -> Iterator[str]:
    """Run `catchlight studio` on a folder, with more options; the link that it prints."""
    command = [sys.executable, "-c", START, "studio", "--no-browser", "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"https?://\S+", line)
            if found:
                break
        else:
            raise AssertionError("the studio did not start")
        yield found.group(0)
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


def portraits(folder: Path) -> list[Path]:
    """Write four photographs of one person, among them a dim one and a tilted one."""
    data = pytest.importorskip("skimage.data", reason="scikit-image has the portrait")
    portrait = data.astronaut()[:, :, ::-1]
    turned = cv2.getRotationMatrix2D((225, 180), 15, 1.0)
    dim = (portrait.astype(np.float32) * 0.4).astype(np.uint8)
    session = {
        "IMG_0001.jpg": portrait,
        "IMG_0002.jpg": cv2.warpAffine(portrait, turned, (512, 512), borderMode=cv2.BORDER_REFLECT),
        "IMG_0003.jpg": dim,
        "IMG_0004.jpg": cv2.GaussianBlur(portrait, (0, 0), 2.5),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in session.items():
        cv2.imwrite(str(folder / name), image, [cv2.IMWRITE_JPEG_QUALITY, 93])
    return [folder / name for name in session]
