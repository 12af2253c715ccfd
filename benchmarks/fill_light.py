"""Fill light against renderings with known fill; on studio portraits; its time.

Renderings: faces of plain skin and with the skin of photographs, lit by a key from eight directions
at 3 and 4 stops over the fill, are filled to 2 stops and held against the true rendering: with more
of the even ambient light, and with a large lamp on the other side. Skin: the same by the individual
typology angle of the skin, dark (below 28 degrees), medium and light (above 41): mean colour and
lightness of the skin against the truth. Studio: evenly lit portraits, which should get no fill.
Time: one crop of 12 megapixels.

    python benchmarks/fill_light.py [--few] [--threads 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from photographs import DATA

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

Row = dict[str, Any]

_PLAIN = {"light": (232, 192, 172), "medium": (178, 128, 102), "dark": (92, 62, 46)}
_TEXTURES = ("001", "008", "017", "025", "037", "043")
_KEYS = ((55, 30), (-40, 35), (75, 15), (-60, 10), (35, 40), (-30, 25), (85, 5), (-50, 50))
_WANTED = 2.0
_LEVEL = 0.8  # of the key in `half_lit`


def skins(few: bool) -> dict[str, Row]:
    """Return the skins by name, as arguments of `render_face`."""
    from catchlight import faces, photo
    from tests.rendered_face import texture_of

    kinds: dict[str, Row] = {name: {"skin": code} for name, code in _PLAIN.items()}
    folder = DATA / "studio" / "london_neutral"
    if folder.is_dir() and not few:
        for name in _TEXTURES:
            pixels = photo.read(folder / f"{name}_03.jpg").pixels
            texture = texture_of(pixels, faces.find(pixels)[0].landmarks)
            kinds[f"portrait {name}"] = {"texture": texture}
    return kinds


def renderings(few: bool) -> list[Row]:
    """Fill rendered faces and compare them with the truth."""
    from catchlight.color import delta_e00, lab, to_encoded, to_linear, typology_angle
    from catchlight.filling import plan_fill
    from catchlight.lighting import lighting
    from catchlight.skin import face_view, skin_mask
    from tests.filled_face import found, half_lit, scene_of

    rows = []
    for kind, arguments in skins(few).items():
        for azimuth, elevation in _KEYS[: 2 if few else None]:
            for stops in (3.0, 4.0):
                pictures = half_lit(azimuth, elevation, stops, _WANTED, **arguments)
                face = found(pictures.before)
                fill = plan_fill(face_view(pictures.before, face), face, _WANTED)
                row: Row = {"skin": kind, "azimuth": azimuth, "elevation": elevation}
                row |= {"stops": stops, "planned": fill is not None}
                rows.append(row)
                if fill is None:
                    continue
                scene = scene_of(pictures.before, face, pictures.person)
                after = to_encoded(fill.apply(scene).linear, np.uint8)
                light = lighting(face_view(after, face), face)
                row["ratio"] = None if light is None else light.key_to_fill
                shown = lab(to_linear(after))
                for name in ("before", "even", "lamp"):
                    truth = lab(to_linear(getattr(pictures, name)))
                    row[name] = float(delta_e00(shown, truth)[pictures.person].mean())
                before = lab(to_linear(pictures.before))
                truth = lab(to_linear(pictures.lamp))
                row["unfilled"] = float(delta_e00(before, truth)[pictures.person].mean())
                # mean skin, as filled against the truth
                means = []
                for pixels in (after, pictures.lamp):
                    view = face_view(pixels, face)
                    means.append(lab(view.linear[skin_mask(view)].mean(axis=0)[None]))
                # the skin in the light it would have on a plain wall
                level = _LEVEL * (1 + 1 / (2.0**stops - 1))
                tone = lab(np.array([fill.skin], np.float32) / np.float32(level))
                row["angle"] = float(typology_angle(tone)[0])
                row["skin_delta"] = float(delta_e00(*means)[0])
                row["skin_lightness"] = float(means[0][0, 0] - means[1][0, 0])
    return rows


def studio(few: bool) -> list[Row]:
    """Ask what evenly lit portraits would get."""
    from catchlight import faces, photo
    from catchlight.filling import plan_fill
    from catchlight.looks import load_look
    from catchlight.skin import face_view

    wanted = load_look("corporate").key_to_fill_stops
    files = sorted((DATA / "studio").glob("*/*.jpg"))
    rows = []
    for path in files[:: 20 if few else 1]:
        pixels = photo.read(path).pixels
        face = faces.find(pixels)[0]
        fill = plan_fill(face_view(pixels, face), face, wanted)
        rows.append({"file": f"{path.parent.name}/{path.name}", "stops": fill and fill.stops})
    return rows


def timed(threads: int) -> Row:
    """Time one crop of 12 megapixels with an eye distance of 700 pixels, and its parts."""
    import cv2

    from catchlight.edits.light_grid import light_grid
    from tests.filled_face import fill_for, lit, scene_of

    cv2.setNumThreads(threads)
    pictures, face = lit()
    fill = fill_for(pictures, face)
    factor = 7.8
    big = cv2.resize(pictures.before, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    person = cv2.resize(pictures.person.astype(np.float32), None, fx=factor, fy=factor)
    alpha = cv2.GaussianBlur(person, (0, 0), 2)
    scene = scene_of(np.asarray(big, np.uint8), face.scaled(factor), np.asarray(alpha))
    grid = light_grid(scene)
    fill.apply(scene)
    parts: dict[str, list[float]] = {"whole": [], "grid": [], "maps": [], "cpu": []}
    for _ in range(9):
        copy = fill.apply(scene)  # fresh memory, which the renderer gives up in place
        start, used = time.perf_counter(), time.process_time()
        fill.apply(copy, in_place=True)
        parts["whole"].append(time.perf_counter() - start)
        parts["cpu"].append(time.process_time() - used)
        start = time.perf_counter()
        grid = light_grid(scene)
        parts["grid"].append(time.perf_counter() - start)
        start = time.perf_counter()
        fill.maps(grid)
        parts["maps"].append(time.perf_counter() - start)
    megapixels = big.shape[0] * big.shape[1] / 1e6
    return {"megapixels": megapixels} | {name: 1e3 * min(ms) for name, ms in parts.items()}


def _group(angle: float) -> str:
    return "dark" if angle < 28 else "medium" if angle <= 41 else "light"


def main() -> None:
    """Print tables and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "fill_light.json")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    rows = renderings(options.few)
    done = [row for row in rows if row["planned"]]
    print(f"filled to {_WANTED:g} stops: {len(done)} of {len(rows)} renderings")
    print("stops   ratio after: median   within 0.3   ΔE00 even   lamp   unfilled   worst")
    for stops in (3.0, 4.0):
        some = [row for row in done if row["stops"] == stops]
        ratios = [row["ratio"] for row in some if row["ratio"] is not None]
        near = float(np.mean(np.abs(np.array(ratios) - _WANTED) <= 0.3))
        print(
            f"{stops:5.1f} {statistics.median(ratios):22.2f} {near:12.0%}"
            f" {statistics.median(r['even'] for r in some):11.2f}"
            f" {statistics.median(r['lamp'] for r in some):6.2f}"
            f" {statistics.median(r['unfilled'] for r in some):10.2f}"
            f" {max(min(r['even'], r['lamp']) for r in some):7.2f}"
        )
    print("\nskin       n   mean ΔE00 to the truth   lightness")
    for group in ("dark", "medium", "light"):
        some = [row for row in done if _group(row["angle"]) == group]
        if some:
            print(
                f"{group:8} {len(some):3} {np.mean([r['skin_delta'] for r in some]):23.2f}"
                f" {np.mean([r['skin_lightness'] for r in some]):+11.2f}"
            )
    portraits = studio(options.few)
    filled = [row for row in portraits if row["stops"]]
    print(f"\nstudio portraits that would get fill: {len(filled)} of {len(portraits)}")
    for row in filled:
        print(f"  {row['file']}: {row['stops']:.2f} stops")
    cost = timed(options.threads)
    print(
        f"\n{cost['megapixels']:.0f} megapixels, {options.threads} threads:"
        f" {cost['whole']:.0f} ms ({cost['cpu']:.0f} ms of all cores;"
        f" reading {cost['grid']:.0f}, light {cost['maps']:.0f})"
    )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    result = {"renderings": rows, "studio": portraits, "time": cost}
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
