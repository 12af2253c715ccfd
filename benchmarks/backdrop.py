"""Do backdrops follow the light on the person? Side, white point, noise; time and memory.

Side: faces rendered under lights from known directions, some with the skin of photographs; the
paper as it is rendered has to be brighter on the key's side. White point: the same and studio
portraits under black-body light of known temperature, after the recipe's white balance; what is
left of it on the person against the paper's white, in kelvin, and along the daylight axis with its
sign, so that a bias can be told from spread. Some temperatures lie in between the others, and
the renderings stand before walls of four colours about grey, bluish to cream: what is around a face
is a witness, and one wall behind all would be one error in all. Noise: portraits reduced to half
size, with noise of known strength and correlation, some through JPEG; the same picture with other
noise tells what was planted, and the wall what the photograph had of its own. Time and memory: one
crop of 12 megapixels for each kind, each in a process of its own with its threads pinned.

    python benchmarks/backdrop.py [--few] [--threads 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from backdrop_scene import outline, paper_behind, photographs
from backdrop_white import whites

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

_TIMED = """
import json, resource, sys, time
import numpy as np, cv2
cv2.setNumThreads(int(sys.argv[2]))
from catchlight.edits import Grain, Lens, Match, PhotoBackdrop, Scene, SoftenBackdrop
from catchlight.edits import StudioBackdrop
from dataclasses import replace
height, width = 4000, 3000
rng = np.random.default_rng(0)
small = rng.uniform(0, 1, (200, 150, 3)).astype(np.float32)
linear = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
alpha = np.zeros((height, width), np.float32)
cv2.ellipse(alpha, (1500, 1500), (700, 950), 0, 0, 360, 1.0, -1)
cv2.rectangle(alpha, (400, 2600), (2600, height), 1.0, -1)
alpha = cv2.GaussianBlur(alpha, (0, 0), 6)
alpha[alpha > 0.99] = 1
alpha[alpha < 0.01] = 0
match = Match(grain=Grain())
paper = dict(paper="p", color="#6f6b55", gradient=0.7, key=0.5, falloff=0.5, match=match)
lens = Lens(blades=9)
plate = cv2.resize(rng.uniform(0, 1, (80, 120, 3)).astype(np.float32), (3000, 2000))
edits = {
    "paper": StudioBackdrop(**paper),
    "canvas": StudioBackdrop(**paper, mottle=0.16),
    "soften": SoftenBackdrop(lens=lens, match=match),
    "photo": PhotoBackdrop(path="p", sha256="0" * 64, lens=lens, height=14, match=match),
}
edit = edits[sys.argv[1]]
tiny = Scene(linear[:200, :200].copy(), alpha[:200, :200], (100, 80), 20, linear[:200, :200], plate)
edit.apply(tiny, in_place=True)  # loads what is compiled
person = linear.copy()
seconds, cpu = [], []
for _ in range(3):
    scene = Scene(linear.copy(), alpha, (1500, 1400), 400.0, person, plate)
    from catchlight.edits import paper as papers
    papers.canvas.cache_clear()
    begin, spent = time.perf_counter(), time.process_time()
    edit.apply(scene, in_place=True)
    seconds.append(time.perf_counter() - begin)
    cpu.append(time.process_time() - spent)
print(json.dumps({
    "seconds": min(seconds),
    "cpu_seconds": min(cpu),
    "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def timings(threads: int) -> list[dict[str, Any]]:
    """Time each kind on a crop of 12 megapixels, the compiled loops loaded."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    pinned = os.environ | dict.fromkeys(names, str(threads))
    pinned["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(ROOT / "src"), pinned.get("PYTHONPATH")))
    )
    rows = []
    for kind in ("paper", "canvas", "soften", "photo"):
        done = subprocess.run(
            [sys.executable, "-c", _TIMED, kind, str(threads)],
            env=pinned,
            capture_output=True,
            text=True,
            check=True,
        )
        rows.append({"kind": kind} | json.loads(done.stdout.splitlines()[-1]))
    return rows


def sides(few: bool) -> list[dict[str, float]]:
    """Render faces under lights from known sides and look which side of the paper is brighter."""
    from catchlight import faces
    from tests.rendered_face import render_face, texture_of

    textures = [
        texture_of(pixels, faces.find(pixels)[0].landmarks)
        for pixels in photographs(2 if few else 5)
    ]
    plain = [{"skin": code} for code in ((205, 158, 134), (150, 105, 82), (92, 62, 48))]
    kinds = plain + [{"texture": texture} for texture in textures]
    random = np.random.default_rng(3)
    rows = []
    for number in range(16 if few else 64):
        azimuth = (1 if number % 2 else -1) * float(random.uniform(20, 85))
        yaw = float(random.uniform(-15, 15))
        picture = render_face(
            key_azimuth=azimuth,
            key_elevation=float(random.uniform(-5, 50)),
            key_to_fill_stops=float(random.uniform(0.7, 2.5)),
            key_size_deg=float(random.choice([5, 15, 40])),
            yaw=yaw,
            seed=number,
            **kinds[number % len(kinds)],
        )
        found = faces.find(picture.pixels)
        if not found:
            continue
        edit, paper = paper_behind(picture.pixels, found[0], ())
        left, right = paper[:, :60].mean(), paper[:, -60:].mean()
        stops = math.log2(right / left)
        # The camera's side: where the head is turned, the light turned with it.
        side = math.sin(math.radians(azimuth + yaw))
        rows.append({"truth": side, "key": edit.key, "stops": stops})
    return rows


def noisy(base: np.ndarray, sigma: float, kind: str, seed: int) -> np.ndarray:
    """The picture with noise of a known kind."""
    import cv2
    from PIL import Image

    noise = np.random.default_rng(seed).normal(0, 1, base.shape).astype(np.float32)
    if kind != "white":  # as after demosaicing
        noise = cv2.GaussianBlur(noise, (0, 0), 0.6)
        noise /= noise.std()
    pixels = np.clip(np.round((base / 255 + sigma * noise) * 255), 0, 255).astype(np.uint8)
    if kind != "jpeg":
        return pixels
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=92)
    return np.asarray(Image.open(data))


def wall_noise(picture: np.ndarray, alpha: np.ndarray, most: float = 0.01) -> float:
    """Noise of brightness that a picture has on its plain wall; 0 where that has more than `most`.

    The median over blocks of 16 x 16 pixels of what a quadratic surface leaves, which on seamless
    paper is noise and nothing else.
    """
    import cv2

    v, u = np.mgrid[:16, :16].reshape(2, -1) / 15 - 0.5
    surface, _ = np.linalg.qr(np.column_stack([np.ones(256), u, v, u * v, u * u, v * v]))
    far = cv2.erode((alpha == 0).astype(np.uint8), np.ones((61, 61), np.uint8)) > 0
    brightness = picture @ np.array([0.299, 0.587, 0.114]) / 255
    found = []
    for y in range(0, far.shape[0] - 15, 16):
        for x in range(0, far.shape[1] - 15, 16):
            if far[y : y + 16, x : x + 16].all():
                block = brightness[y : y + 16, x : x + 16].ravel()
                rest = block - surface @ (surface.T @ block)
                found.append(float(np.sqrt((rest**2).sum() / 250)))
    plain = len(found) >= 50 and np.median(found) < most
    return float(np.median(found)) if plain else 0.0


def grains(few: bool) -> list[dict[str, Any]]:
    """Give pictures known noise; compare the subject's with the paper's."""
    import cv2

    from catchlight import faces
    from catchlight.color import to_encoded
    from catchlight.edits import Scene
    from catchlight.edits.light_wrap import composite

    luma = np.array([0.299, 0.587, 0.114])
    rows = []
    for number, pixels in enumerate(photographs(3 if few else 10)):
        base = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        face = faces.find(base)[0]
        alpha = outline(base, face)
        own = wall_noise(base, alpha)
        for sigma in (0.005, 0.01, 0.02, 0.03):
            for kind in ("white", "demosaiced", "jpeg"):
                first = noisy(base, sigma, kind, 2 * number)
                second = noisy(base, sigma, kind, 2 * number + 1)
                inside = (alpha == 255) & (base.min(axis=2) > 20) & (base.max(axis=2) < 235)
                apart = ((first.astype(float) - second) @ luma)[inside] / 255
                # what was planted, and what the photograph has of its own
                subject = math.hypot(float(apart.std()) / math.sqrt(2), own)
                edit, _ = paper_behind(first, face, ())
                blank = np.zeros((400, 400, 3), np.float32)
                scene = Scene(blank, blank[..., 0], (200.0, 200.0), 60.0, blank)
                out = np.empty_like(blank)
                grey = np.full_like(blank, 0.214)
                composite(scene, grey, grain=edit.match.grain, out=out)
                paper = float((to_encoded(out, np.uint8) @ luma).std()) / 255
                wall = wall_noise(first, alpha, 1.0) if own else 0.0
                row = {"sigma": sigma, "kind": kind, "subject": subject, "ratio": paper / subject}
                rows.append(row | {"of_the_wall": paper / wall if wall else None})
    return rows


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", action="store_true", help="a sample, in a fifth of the time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="side,white,noise,time")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks/results/backdrop.json")
    options = parser.parse_args()
    wanted = options.only.split(",")
    result: dict[str, Any] = {}
    if options.json.is_file() and set(wanted) != {"side", "white", "noise", "time"}:
        result = json.loads(options.json.read_text("utf-8"))  # the other parts stay
    if "side" in wanted:
        rows = sides(options.few)
        right = [row["stops"] * row["truth"] > 0 for row in rows]
        none = sum(row["key"] == 0 for row in rows)
        share = sum(right) / len(right)
        result["side"] = {"cases": len(rows), "right": share, "without_side": none}
        print(f"bright side right in {share:.1%} of {len(rows)} ({none} taken for even light)")
    if "white" in wanted:
        rows = whites(options.few)
        result["white"] = []
        print("\nwhite point left by the recipe's balance, error of the paper's")
        print(
            "kind       light K   median K   95th K   within 300 K   median stops   to warm"
            " | neutral paper"
        )
        for kind in ("portrait", "rendering"):
            for light in [*sorted({row["light"] for row in rows}), 0]:
                some = [r for r in rows if r["kind"] == kind and light in (0, r["light"])]
                errors = [row["error"] for row in some]
                plain = [row["neutral"] for row in some]
                row = {
                    "kind": kind,
                    "light": light,
                    "median": statistics.median(errors),
                    "p95": float(np.quantile(errors, 0.95)),
                    "within_300": float(np.mean(np.array(errors) < 300)),
                    "stops": statistics.median(r["stops"] for r in some),
                    "along": statistics.median(r["along"] for r in some),
                    "neutral_median": statistics.median(plain),
                    "neutral_within_300": float(np.mean(np.array(plain) < 300)),
                    "neutral_stops": statistics.median(r["neutral_stops"] for r in some),
                }
                result["white"].append(row)
                print(
                    f"{kind:10} {light or 'all':>7} {row['median']:10.0f} {row['p95']:8.0f}"
                    f" {row['within_300']:13.0%} {row['stops']:14.3f}"
                    f" {row['along']:+9.3f} |"
                    f" {row['neutral_median']:.0f} K, {row['neutral_within_300']:.0%},"
                    f" {row['neutral_stops']:.3f}"
                )
    if "noise" in wanted:
        rows = grains(options.few)
        result["noise"] = []
        print(
            "\nnoise of the paper over the subject's, and over the real wall's (JPEG rounds what is"
        )
        print("textured to and fro between two noises, which is no noise that a wall would show)")
        print(
            "sigma   kind         median   10th   90th   within 20 %   wall's: median   within 20 %"
        )
        for sigma in (0.005, 0.01, 0.02, 0.03):
            for kind in ("white", "demosaiced", "jpeg"):
                here = [r for r in rows if (r["sigma"], r["kind"]) == (sigma, kind)]
                ratios = [r["ratio"] for r in here]
                walls = [r["of_the_wall"] for r in here if r["of_the_wall"] is not None]
                row = {
                    "sigma": sigma,
                    "kind": kind,
                    "median": statistics.median(ratios),
                    "p10": float(np.quantile(ratios, 0.1)),
                    "p90": float(np.quantile(ratios, 0.9)),
                    "within_20": float(np.mean(np.abs(np.array(ratios) - 1) < 0.2)),
                    "wall_median": statistics.median(walls),
                    "wall_within_20": float(np.mean(np.abs(np.array(walls) - 1) < 0.2)),
                }
                result["noise"].append(row)
                print(
                    f"{sigma:5.3f}   {kind:10} {row['median']:8.2f} {row['p10']:6.2f}"
                    f" {row['p90']:6.2f} {row['within_20']:10.0%}"
                    f" {row['wall_median']:13.2f} {row['wall_within_20']:13.0%}"
                )
    if "time" in wanted:
        result["time"] = timings(options.threads)
        print(f"\n12 megapixels, {options.threads} threads")
        print("kind     seconds   of all cores   memory MB")
        for row in result["time"]:
            print(
                f"{row['kind']:8} {row['seconds']:7.2f} {row['cpu_seconds']:14.2f}"
                f" {row['memory_mb']:11.0f}"
            )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
