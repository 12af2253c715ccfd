"""Does the noise reduction give back what noise took, and nothing else?

Noise as a sensor has it (Poisson and Gauss, Foi et al. 2008), planted on clean studio portraits in
linear light, white or as demosaicing leaves it; the plan is made from the noisy picture alone. PSNR
and SSIM (Wang et al. 2004) against the clean portrait; energy of the skin's texture in the worst
zone, by the ledger, against the clean one; and how much of the contrast of its finest strong edges
(hair, lashes) is left. Then every photograph whose plan has it, and the time for 12 megapixels.

    python benchmarks/denoise.py [--few] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from photographs import DATA
from portraits import STUDIO, Portrait, portrait
from skimage.metrics import structural_similarity

from catchlight import faces, photo
from catchlight.color import to_encoded, to_linear
from catchlight.denoise_plan import plan_denoise
from catchlight.edits import Denoise, Grain, Scene
from catchlight.errors import PhotoError
from catchlight.ledger import compare, skin_texture
from catchlight.photo import Capture, Photo
from catchlight.skin import face_view

STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
# Variance of linear light: of the dark, and for each unit of light; the second is ISO 6400 or so.
NOISES = {"some": (4e-6, 2e-4), "much": (1.6e-5, 8e-4)}


def luma(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float64) @ (0.299, 0.587, 0.114)


def noisy(clean: np.ndarray, kind: str, developed: bool, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    dark, shot = NOISES[kind]
    linear = to_linear(clean)
    noise = rng.standard_normal(linear.shape).astype(np.float32)
    if developed:  # neighbours share light, and then JPEG
        noise = cv2.GaussianBlur(noise, (0, 0), 0.5)
    linear = np.clip(linear + noise * np.sqrt(dark + shot * linear), 0, 1)
    pixels = to_encoded(linear, np.uint8)
    if developed:
        data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return pixels


def texture(before: np.ndarray, after: np.ndarray, shot: Portrait) -> float:
    value = skin_texture(compare(before, shot.face, None, after, STILL)).value
    return float("nan") if value is None else value


def edges_kept(clean: np.ndarray, other: np.ndarray) -> float:
    """Contrast that strong fine detail of the clean picture has in another."""
    fine = [luma(p) - cv2.GaussianBlur(luma(p), (0, 0), 1.0) for p in (clean, other)]
    strong = np.abs(fine[0]) > 12
    return float((fine[0] * fine[1])[strong].sum() / (fine[0] ** 2)[strong].sum())


def planted(shots: list[Portrait]) -> list[dict[str, Any]]:
    rows = []
    for kind in NOISES:
        for developed in (False, True):
            values: list[list[float]] = []
            for seed, shot in enumerate(shots):
                taken = noisy(shot.pixels, kind, developed, seed)
                size = (taken.shape[1], taken.shape[0])
                picture = Photo(Path("a.png"), "0" * 64, taken, size, Capture(), "PNG")
                alpha = np.full(taken.shape[:2], 255, np.uint8)
                edit = plan_denoise(picture, shot.face, face_view(taken, shot.face), alpha)
                done = taken if edit is None else denoised(taken, edit, shot.face.eye_distance)
                row = [0.0 if edit is None else edit.fine]
                for other in (taken, done):
                    a, b = luma(shot.pixels), luma(other)
                    row += [
                        10 * np.log10(255**2 / ((a - b) ** 2).mean()),
                        structural_similarity(a, b, data_range=255),
                        texture(shot.pixels, other, shot),
                        edges_kept(shot.pixels, other),
                    ]
                values.append([*row, texture(taken, done, shot)])
            mean = np.nanmean(np.array(values), axis=0).tolist()
            names = ("psnr", "ssim", "texture", "edges")
            rows.append(
                {
                    "noise": kind,
                    "developed": developed,
                    "portraits": len(values),
                    "planned": sum(value[0] > 0 for value in values),
                    "amount": mean[0],
                    "before": dict(zip(names, mean[1:5], strict=True)),
                    "after": dict(zip(names, mean[5:9], strict=True)),
                    "texture_of_source_least": float(np.nanmin(np.array(values)[:, 9])),
                }
            )
    return rows


def denoised(pixels: np.ndarray, edit: Denoise, unit: float) -> np.ndarray:
    done = edit.apply(Scene(to_linear(pixels), None, (0, 0), unit), in_place=True)
    return to_encoded(done.linear, np.uint8)


def photographs() -> dict[str, Any]:
    """Which photographs get it, and what the ledger reads of their skin's texture."""
    count, rows = 0, {}
    for path in sorted(DATA.rglob("*")):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".webp") or "alpha" in path.parts:
            continue
        try:
            picture = photo.read(path)
        except PhotoError:
            continue
        found = faces.find(picture.pixels)
        if not found:
            continue
        count += 1
        face, alpha = found[0], np.full(picture.pixels.shape[:2], 255, np.uint8)
        edit = plan_denoise(picture, face, face_view(picture.pixels, face), alpha)
        if edit is not None:
            done = denoised(picture.pixels, edit, face.eye_distance)
            shot = Portrait(path.stem, picture.pixels, face)
            rows[path.stem] = {"amount": edit.fine, "coarse": edit.coarse,
                               "eyes_px": face.eye_distance, "luma": edit.noise.luma,
                               "texture": texture(picture.pixels, done, shot)
                               / texture(picture.pixels, picture.pixels, shot)}  # fmt: skip
    return {"photographs": count, "reduced": rows}


def milliseconds() -> float:
    rng = np.random.default_rng(0)
    linear = (0.3 + 0.02 * rng.standard_normal((4000, 3000, 3))).astype(np.float32)
    edit, times = Denoise(noise=Grain(luma=(0.01,) * 5)), []
    for _ in range(6):
        scene = Scene(linear.copy(), None, (1500, 1700), 750.0)
        begin = time.perf_counter()
        edit.apply(scene, in_place=True)
        times.append(1000 * (time.perf_counter() - begin))
    return min(times)


def main() -> None:
    """Run everything, print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", action="store_true", help="planted noise on a few portraits only")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(2)
    result: dict[str, Any] = {"milliseconds": milliseconds()}
    print(f"12 megapixels: {result['milliseconds']:.0f} ms")
    paths = sorted((STUDIO / "canada").glob("*.jpg"))[: 3 if given.few else 13]
    shots = [half(shot) for path in paths if (shot := portrait(path)) is not None]
    if shots:
        result["planted"] = planted(shots)
        for row in result["planted"]:
            before, after = row["before"], row["after"]
            print(
                f"{row['noise']}, {'developed' if row['developed'] else 'white'}:"
                f" {row['planned']}/{row['portraits']} by {row['amount']:.2f};",
                ", ".join(f"{n} {before[n]:.3f} -> {after[n]:.3f}" for n in before),
                f"; texture of the noisy one, least {row['texture_of_source_least']:.2f}",
            )
    if not given.few:
        result["real"] = photographs()
        texture_left = [r["texture"] for r in result["real"]["reduced"].values()]
        print(f"{len(texture_left)} of {result['real']['photographs']} photographs")
        for name, row in result["real"]["reduced"].items():
            print(f"   {name}: {row}")
        known = [t for t in texture_left if t == t]
        if known:
            print(f"   texture kept, median {statistics.median(known):.2f}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def half(shot: Portrait) -> Portrait:
    """Head and shoulders alone, for speed."""
    x0, y0, x1, y1 = (int(v) for v in shot.face.box)
    by = x1 - x0
    left, top = max(0, x0 - by // 2), max(0, y0 - by // 2)
    pixels = np.ascontiguousarray(shot.pixels[top : y1 + by // 2, left : x1 + by // 2])
    points = shot.face.landmarks - np.array([left, top, 0], np.float32)
    return replace(shot, pixels=pixels, face=replace(shot.face, landmarks=points))


if __name__ == "__main__":
    main()
