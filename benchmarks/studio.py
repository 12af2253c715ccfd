"""The studio: how long until a page can be used, a photo is open, and a slider shows its effect.

Measured in a headless Chromium on this machine, against the studio as `catchlight studio` runs it.
The photograph is scikit-image's public-domain portrait of Eileen Collins, enlarged to 12
megapixels, or the one that is named.

    python benchmarks/studio.py [--photo me.jpg] [--json benchmarks/results/studio.json]

With `--newcomer DIR` a first visit is gone through with the photos of a folder: every press is
counted and timed, and the time added that people take to read all that is new on the screen (240
words a minute) and to press: 2.65 seconds after the keystroke-level model of Card, Moran and Newell
(1980), 1.35 to make up one's mind, 1.1 to point, 0.2 to click.
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
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.chromium import page
from tests.studio.filmed import camera, film, sitter
from tests.studio.running import studio

MOVES = 24
FRAMES = 200
LAPTOP = {"width": 1440, "height": 900}

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


def until(tab: Page, script: str) -> None:
    """Wait until an expression is true in the page."""
    tab.wait_for_function(script, timeout=300_000)


def press(tab: Page, selector: str) -> None:
    """Press what a selector names first, once the page is connected."""
    until(tab, "window.did_handshake")
    tab.locator(selector).first.click()


def opened(tab: Page, address: str, ready: str) -> float:
    """Open a page and return the seconds until what makes it usable is there."""
    start = time.perf_counter()
    tab.goto(address)
    until(tab, ready)
    return time.perf_counter() - start


def measure(tab: Page, link: str, photo: Path) -> dict[str, Any]:
    """Go the way and measure."""
    found: dict[str, Any] = {}
    address = link.split("/enter")[0]
    found["first page, s"] = opened(tab, link, "!!document.querySelector('.hero .primary')")
    press(tab, ".hero .primary")
    until(tab, "!!document.querySelector('.card')")
    session = tab.evaluate("location.pathname.split('/')[2]")
    base = f"{address}/s/{session}"
    cards = "document.querySelectorAll('.card').length === 8"
    found["brief, s"] = opened(tab, f"{base}/brief", cards)
    found["photos, s"] = opened(tab, f"{base}/photos", "!!document.querySelector('.drop-area')")
    start = time.perf_counter()
    tab.locator("input[type=file]").first.set_input_files(photo)
    until(tab, "document.querySelectorAll('.tile.ready').length === 1")
    found["a photo sent and read, s"] = time.perf_counter() - start
    press(tab, ".foot .check input")
    until(tab, "!!document.querySelector('.foot .agreed')")
    start = time.perf_counter()
    press(tab, ".foot .primary")
    until(tab, "!!document.querySelector('.proof.first .primary')")
    found["photo to proofs, s"] = time.perf_counter() - start
    start = time.perf_counter()
    press(tab, ".proof.first .primary")
    until(tab, "!!document.querySelector('.loupe img')")
    found["proof to developed picture, s"] = time.perf_counter() - start
    until(tab, "document.querySelectorAll('.loupe img').length === 2")
    time.sleep(2)
    for name in ("exposure", "contrast", "saturation", "key_to_fill", "head_height"):
        took = tab.evaluate(SLIDE % (name, MOVES))
        found[f"{name}, ms"] = statistics.median(took)
        found[f"{name}, slowest ms"] = max(took)
        time.sleep(1.5)
    return found


READING = 240 / 60
"""Words a second."""
PRESSING = 2.65
"""Seconds to think of a press and to make it."""

# What is to be read where a page has come to: what is seen without scrolling, once.
LINES = """[...document.querySelectorAll('h1, h2, p, label, button, legend, a, li')]
  .filter((e) => !e.querySelector('h1, h2, p, label, button, legend, a, li'))
  .filter((e) => { const r = e.getBoundingClientRect();
    return r.width > 1 && r.top < innerHeight && r.bottom > 0; })
  .map((e) => e.textContent.trim()).filter(Boolean)"""


def newcomer(tab: Page, link: str, photos: list[Path]) -> list[dict[str, Any]]:
    """Go from the link to the files as somebody who is here for the first time; the steps."""
    steps: list[dict[str, Any]] = []
    read: set[str] = set()

    def step(name: str, selector: str, ready: str) -> None:
        """Read, press, and wait for what comes of it."""
        new = set(tab.evaluate(LINES)) - read
        read.update(new)
        words = sum(len(line.split()) for line in new)
        start = time.perf_counter()
        if selector == "files":
            tab.locator("input[type=file]").first.set_input_files(photos)
        else:
            press(tab, selector)
        until(tab, ready)
        took = time.perf_counter() - start
        person = words / READING + PRESSING * (3 if selector == "files" else 1)
        steps.append({"step": name, "words": words, "person, s": person, "machine, s": took})

    tab.goto(link)
    until(tab, "!!document.querySelector('.hero .primary')")
    step("Make a headshot", ".hero .primary", "document.querySelectorAll('.card').length === 8")
    step("Law, finance", ".card:nth-child(3) input",
         "document.querySelector('.suggestion h2').textContent.startsWith('Legal')")  # fmt: skip
    step("Continue to photos", ".suggestion .primary", "!!document.querySelector('.drop-area')")
    sent = f"document.querySelectorAll('.tile.ready, .tile.refused').length === {len(photos)}"
    step("Choose files", "files", sent)
    agreed = "document.querySelector('.foot .agreed')"
    step("Agree", ".foot .check input", agreed)
    step(
        "Find my best photos", ".foot .primary", "!!document.querySelector('.proof.first .primary')"
    )
    step("Develop the first", ".proof.first .primary",
         "document.querySelectorAll('.loupe img').length === 2")  # fmt: skip
    step("Deliver this picture", ".panel-foot .primary",
         "document.querySelectorAll('.place img').length > 3")  # fmt: skip
    step("Make the files", ".handover .primary", "!!document.querySelector('.files')")
    return steps


def tell_newcomer(folder: Path) -> dict[str, Any]:
    """Measure a first visit, print its steps, and return them with the sum."""
    kinds = {".jpg", ".jpeg", ".png", ".webp", ".heic"}
    photos = sorted(path for path in folder.iterdir() if path.suffix.lower() in kinds)
    with tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        with studio(Path(scratch) / "studio") as link, page(viewport=LAPTOP) as (tab, _):
            ready = time.perf_counter() - start
            steps = newcomer(tab, link, photos)
    steps.insert(
        0, {"step": "catchlight studio", "words": 0, "person, s": PRESSING, "machine, s": ready}
    )
    for row in steps:
        print(f"{row['step']:<24} {row['words']:4d} words  {row['person, s']:6.1f} s "
              f"{row['machine, s']:6.1f} s")  # fmt: skip
    total = sum(row["person, s"] + row["machine, s"] for row in steps)
    machine = sum(row["machine, s"] for row in steps)
    print(f"{len(photos)} photos, {len(steps)} steps: {total:.0f} s, the machine's {machine:.0f}")
    return {"photos": len(photos), "steps": steps, "all, s": total, "machine, s": machine}


# Waits for so many instructions; from the frame's being taken from the camera to its instruction.
COACHED = """new Promise((done) => {
  const part = document.querySelector('.camera'), took = [];
  let began = 0;
  new MutationObserver((all) => {
    for (const _ of all) {
      if (began) took.push(+part.dataset.ms); else began = performance.now();
      if (took.length === %d) done([took, performance.now() - began]);
    }
  }).observe(part, { attributeFilter: ['data-ms'] });
})"""


def coached(link: str, tab: Page) -> dict[str, float]:
    """Sit down before the camera and measure the coach; somebody far away, so it never shoots."""
    tab.goto(link)
    press(tab, ".hero .primary")
    until(tab, "!!document.querySelector('.card')")
    tab.goto(tab.url.replace("/brief", "/photos"))
    until(tab, "window.did_handshake && !!document.querySelector('.camera-invite button')")
    start = time.perf_counter()
    press(tab, ".camera-invite button")
    until(tab, "!!document.querySelector('.camera-view .oval')")
    first = time.perf_counter() - start
    took, lasted = tab.evaluate(COACHED % FRAMES)
    return {
        "camera to first instruction, s": first,
        "instructions a second": FRAMES / lasted * 1000,
        "frame to instruction, ms": statistics.median(took),
        "frame to instruction, slowest in 20, ms": statistics.quantiles(took, n=20)[-1],
    }


def main() -> None:
    """Print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--newcomer", type=Path, metavar="DIR")
    parser.add_argument("--camera", action="store_true", help="measure the camera only")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.newcomer is not None:
        write(asked.json, tell_newcomer(asked.newcomer))
        return
    with tempfile.TemporaryDirectory() as scratch:
        found: dict[str, float] = {}
        clip = film(Path(scratch) / "clip.mjpeg", [sitter(eyes=44)] * 10)
        if not asked.camera:
            photo = photograph(asked.photo, Path(scratch))
            start = time.perf_counter()
            with studio(Path(scratch) / "studio") as link, page(viewport=LAPTOP) as (tab, _):
                ready = time.perf_counter() - start
                found = {"program to link, s": ready, **measure(tab, link, photo)}
        sitting = page(*camera(clip), viewport=LAPTOP)
        with studio(Path(scratch) / "sitting") as link, sitting as (tab, _):
            found |= coached(link, tab)
    for name, value in found.items():
        print(f"{name:<42} {value:8.2f}" if name.endswith(" s") else f"{name:<42} {value:8.0f}")
    write(asked.json, found)


def write(path: Path | None, found: dict[str, Any]) -> None:
    """Write what was found as JSON, where a file is named."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
