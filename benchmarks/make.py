"""Speed and memory of the main job against decoding and encoding alone, in the same run.

Twelve photographs of twelve megapixels (scikit-image's public-domain portrait, enlarged, each at
another exposure and place) go to one finished pick with every destination. The floor decodes those
photographs and encodes those files, and does nothing else. Both run in processes of their own with
their threads pinned; the numbers are the medians of the rounds.

    python benchmarks/make.py [--rounds 3] [--threads 2]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

PHOTOS = 12
SIZE = (4000, 3000)
DESTINATIONS = "linkedin,web,email,slack,github,x,zoom,press,print-8x10,avatar-circle"

AGREED = f"whoever runs the benchmarks, benchmarks, until {date.today():%Y-12-31}"

_MAKE = """
import json, resource, sys, time
start = time.perf_counter()
import catchlight
session = catchlight.make(
    sys.argv[1], sys.argv[2], destinations=sys.argv[3].split(","), consent=sys.argv[4]
)
print(json.dumps({
    "seconds": time.perf_counter() - start,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "timings": session.data["timings"],
}))
"""

_FLOOR = """
import io, json, pathlib, resource, sys, time
start = time.perf_counter()
from PIL import Image
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    Image.open(path).load()
decoded = time.perf_counter() - start
images = []
for path in sorted((pathlib.Path(sys.argv[2]) / "1").iterdir()):
    if path.suffix in (".jpg", ".png"):
        image = Image.open(path)
        image.load()
        images.append((path.suffix, image))
start = time.perf_counter()
for suffix, image in images:
    if suffix == ".jpg":
        image.save(io.BytesIO(), "JPEG", quality=95, subsampling=0)
    else:
        image.save(io.BytesIO(), "PNG", compress_level=1)
print(json.dumps({
    "seconds": decoded + time.perf_counter() - start,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def write_photos(folder: Path) -> None:
    """Write the twelve photographs."""
    import cv2
    import numpy as np
    from skimage import data

    portrait = data.astronaut()[:, :, ::-1]
    rng = np.random.default_rng(0)
    for number in range(PHOTOS):
        scale = 5.8 * (1 + 0.05 * number / PHOTOS)
        matrix = np.array(
            [[scale, 0, 500 + rng.uniform(-200, 200)], [0, scale, rng.uniform(-60, 60)]]
        )
        frame = cv2.warpAffine(
            portrait, matrix, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        frame = frame * float(rng.uniform(0.75, 1.05)) + rng.normal(0, 4, frame.shape)
        frame = np.clip(frame, 0, 255).astype(np.uint8)
        path = str(folder / f"{number:02}.jpg")
        cv2.imwrite(path, frame, [cv2.IMWRITE_JPEG_QUALITY, 92])


def run(code: str, *arguments: str, threads: int) -> dict[str, float]:
    """Run a piece of code in a process of its own, its threads pinned; return what it printed."""
    pinned = {
        name: str(threads)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    }
    command = ["taskset", "-c", f"0-{threads - 1}"] if sys.platform == "linux" else []
    result = subprocess.run(
        [*command, sys.executable, "-c", code, *arguments],
        env=os.environ | pinned,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/make.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        photos, out = Path(temporary) / "photos", Path(temporary) / "out"
        photos.mkdir()
        write_photos(photos)
        run(_MAKE, str(photos), str(out), DESTINATIONS, AGREED, threads=options.threads)  # compiles
        rounds = []
        for _ in range(options.rounds):
            ours = run(_MAKE, str(photos), str(out), DESTINATIONS, AGREED, threads=options.threads)
            floor = run(_FLOOR, str(photos), str(out), threads=options.threads)
            rounds.append((ours, floor))
    seconds = statistics.median(ours["seconds"] for ours, _ in rounds)
    floor_seconds = statistics.median(floor["seconds"] for _, floor in rounds)
    ratio = statistics.median(ours["seconds"] / floor["seconds"] for ours, floor in rounds)
    memory = max(ours["memory"] for ours, _ in rounds)
    print(
        f"{PHOTOS} photos of {SIZE[0]}×{SIZE[1]}, {options.threads} threads, {platform.machine()}"
    )
    print(f"{'make':<28}{seconds:8.2f} s")
    print(f"{'decode and encode alone':<28}{floor_seconds:8.2f} s")
    print(f"{'ratio (target ≤ 6)':<28}{ratio:8.2f}")
    print(f"{'peak memory (≤ 1.5 GB)':<28}{memory / 1e9:8.2f} GB")
    for stage, value in rounds[-1][0]["timings"].items():  # type: ignore[attr-defined]
        print(f"  {stage:<26}{value:8.2f} s")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    result = {
        "date": date.today().isoformat(),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "seconds": seconds,
        "floor_seconds": floor_seconds,
        "ratio": ratio,
        "memory_bytes": memory,
        "timings": rounds[-1][0]["timings"],
    }
    options.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
