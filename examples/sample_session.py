"""Make a small sample session from the public-domain portrait of Eileen Collins in scikit-image.

Four ordinary ways in which photographs go wrong, and one that is right, so that picking has work to
do: the full frame, tilted, dim under warm light, blurred, and the same moment again.

    python examples/sample_session.py demo/photos
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from skimage import data


def darker(image: np.ndarray, stops: float, warmth: float) -> np.ndarray:
    """Under-expose and warm an sRGB picture, in linear light."""
    linear = np.where(image <= 10, image / 255 / 12.92, ((image / 255 + 0.055) / 1.055) ** 2.4)
    linear = linear * 2.0**-stops * np.exp2([warmth / 2, 0, -warmth])
    noise = np.random.default_rng(1).normal(0, 0.002, linear.shape)
    linear = np.clip(linear + noise, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(encoded * 255).astype(np.uint8)


def tilted(image: np.ndarray, degrees: float) -> np.ndarray:
    """Turn the camera."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width * 0.44, height * 0.36), degrees, 1.0)
    return cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )


def main(folder: Path) -> None:
    """Write the sample session into `folder`."""
    portrait = data.astronaut()
    session = {
        "IMG_0001.jpg": portrait,
        "IMG_0002.jpg": tilted(portrait, 17),
        "IMG_0003.jpg": darker(portrait, 2.5, 0.8),
        "IMG_0004.jpg": cv2.GaussianBlur(portrait, (0, 0), 2.5),
        "IMG_0005.jpg": np.clip(portrait.astype(int) + 3, 0, 255).astype(np.uint8),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in session.items():
        cv2.imwrite(str(folder / name), image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 93])
    print(f"{len(session)} sample photos in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
