"""Compose the README's picture from what `make demo` made.

Usage: python examples/readme_picture.py demo/photos demo/headshot docs/before-after.jpg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image

HEIGHT = 690


def main(photos: Path, result: Path, out: Path) -> None:
    """Write the picked photo and its headshot side by side."""
    session = json.loads((result / "session.json").read_text("utf-8"))
    pick = session["picks"][0]
    pair = [photos / pick["headline"], result / pick["directory"] / "headshot.jpg"]
    images = [Image.open(path).convert("RGB") for path in pair]
    scaled = [
        image.resize((round(image.width * HEIGHT / image.height), HEIGHT), Image.Resampling.LANCZOS)
        for image in images
    ]
    sheet = Image.new("RGB", (sum(image.width for image in scaled) + 12, HEIGHT), (38, 38, 38))
    sheet.paste(scaled[0], (0, 0))
    sheet.paste(scaled[1], (scaled[0].width + 12, 0))
    sheet.save(out, quality=88)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
