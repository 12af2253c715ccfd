"""The studio: how long until a page can be used, a photo is open, and a slider shows its effect.

Measured in a headless Chromium on this machine, against the studio as `catchlight studio` runs it.
The photograph is scikit-image's public-domain portrait of Eileen Collins, enlarged to 12
megapixels, or the one that is named.

    python benchmarks/studio.py [--photo me.jpg] [--json benchmarks/results/studio.json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.chromium import Tab, browser
from tests.studio.running import studio

MOVES = 24

# Moves a slider step by step; each time waits until the new picture is decoded.
SLIDE = """new Promise(async (done) => {
  const slider = document.querySelector('#s-%s'), took = [];
  const last = () => [...document.querySelectorAll('.loupe .pane img')].pop();
  const low = +slider.min, high = +slider.max;
  for (let i = 0; i < %d; i += 1) {
    const old = last().src, start = performance.now();
    slider.value = low + (high - low) * ((i * 7) %% 11 + 0.5) / 12;
    slider.dispatchEvent(new Event('input'));
    while (last().src === old) await new Promise((next) => setTimeout(next, 1));
    await last().decode().catch(() => 0);
    took.push(performance.now() - start);
  }
  slider.dispatchEvent(new Event('change'));
  done(took);
})"""


def photograph(named: Path | None, folder: Path) -> Path:
    """Return the named photograph, or the enlarged portrait."""
    if named is not None:
        return named
    from skimage import data

    large = cv2.resize(data.astronaut(), (3464, 3464), interpolation=cv2.INTER_CUBIC)
    path = folder / "portrait.jpg"
    cv2.imwrite(str(path), large[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def opened(tab: Tab, address: str, ready: str) -> float:
    """Open a page and return the seconds until what makes it usable is there."""
    start = time.perf_counter()
    tab.open(address)
    tab.until(ready)
    return time.perf_counter() - start


def measure(tab: Tab, link: str, photo: Path) -> dict[str, Any]:
    """Go the way and measure."""
    found: dict[str, Any] = {}
    address = link.split("/enter")[0]
    found["first page, s"] = opened(tab, link, "!!document.querySelector('.hero .primary')")
    tab.run("document.querySelector('.hero .primary').click()")
    tab.until("!!document.querySelector('.card')")
    session = tab.run("location.pathname.split('/')[2]")
    base = f"{address}/s/{session}"
    cards = "document.querySelectorAll('.card').length === 8"
    found["brief, s"] = opened(tab, f"{base}/brief", cards)
    found["photos, s"] = opened(tab, f"{base}/photos", "!!document.querySelector('.drop-area')")
    start = time.perf_counter()
    tab.files("input[type=file]", [photo])
    tab.until("document.querySelectorAll('.tile.ready').length === 1")
    found["a photo sent and read, s"] = time.perf_counter() - start
    tab.run("document.querySelector('.foot input').click()")
    tab.until("document.querySelector('.foot input').disabled")
    start = time.perf_counter()
    tab.run("document.querySelector('.foot .primary').click()")
    tab.until("!!document.querySelector('.proof.first .primary')", 60)
    found["photo to proofs, s"] = time.perf_counter() - start
    start = time.perf_counter()
    tab.run("document.querySelector('.proof.first .primary').click()")
    tab.until("!!document.querySelector('.loupe img')", 60)
    found["proof to developed picture, s"] = time.perf_counter() - start
    tab.until("document.querySelectorAll('.loupe img').length === 2", 60)
    time.sleep(2)
    for name in ("exposure", "contrast", "saturation", "key_to_fill", "head_height"):
        took = tab.run(SLIDE % (name, MOVES))
        found[f"{name}, ms"] = statistics.median(took)
        found[f"{name}, slowest ms"] = max(took)
        time.sleep(1.5)
    return found


def main() -> None:
    """Print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        photo = photograph(asked.photo, Path(scratch))
        start = time.perf_counter()
        with studio(Path(scratch) / "studio") as link, browser() as tab:
            ready = time.perf_counter() - start
            tab.size(1440, 900)
            found = {"program to link, s": ready, **measure(tab, link, photo)}
    for name, value in found.items():
        print(f"{name:<32} {value:8.2f}" if name.endswith(" s") else f"{name:<32} {value:8.0f}")
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
