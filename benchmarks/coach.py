"""The live coach: milliseconds a frame at 720p on one core, and what it says to a made-up sitter.

The frames are made from scikit-image's public-domain portrait of Eileen Collins: moved about before
a wall, nearer and farther, darkened, lit from the side, shaken, with a camera's noise.

    python benchmarks/coach.py [--json benchmarks/results/coach.json] [--frames 300]
    python benchmarks/coach.py --clip approach            # the track of instructions of one story
    python benchmarks/coach.py --clip approach --still me.jpg
    python benchmarks/coach.py --record out.jsonl --still a.jpg --still b.jpg --seconds 4
                                            # readings of stills that follow one another, no picture
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from coach_clips import STORIES, Story, changing, clip

from catchlight import coach, coach_reading, face_mesh, face_track, faces, photo
from catchlight.coach_reading import Reading, read_frame, to_lines

Stills = list[tuple[np.ndarray, faces.Face]]
TARGET_MS = 30.0
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def read_stills(paths: list[Path]) -> Stills:
    """Read the stills and find the largest face in each; without any, the astronaut."""
    if not paths:
        from skimage import data

        pictures = [np.ascontiguousarray(data.astronaut())]
    else:
        read = [photo.read(path, max_side=1400).pixels for path in paths]
        pictures = [p if p.dtype == np.uint8 else (p >> 8).astype(np.uint8) for p in read]
    stills = []
    for pixels in pictures:
        found = faces.find(pixels)
        if not found:
            sys.exit("a still shows no face")
        stills.append((pixels, found[0]))
    return stills


class Parts:
    """Adds up the processor time of functions, by replacing them with ones that do."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def watch(self, module: Any, name: str, label: str) -> None:
        """Count the time of `module.name` under `label`."""
        inner: Callable[..., Any] = getattr(module, name)

        def outer(*args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return inner(*args, **kwargs)
            finally:
                self.seconds[label] += time.process_time() - start

        setattr(module, name, outer)


def speed(stills: Stills, count: int) -> dict[str, Any]:
    """Return milliseconds a frame over all stories, whole and by part."""
    frames: list[tuple[float, np.ndarray]] = []
    rounds: list[tuple[str, Story]] = list(STORIES.items())
    for _, story in rounds:
        each = list(clip(stills, story, rate=10.0))
        frames += each[:: max(1, len(each) * len(rounds) // count)]
    for pixels in (frames[0][1], frames[-1][1], frames[-1][1]):
        coach.Coach().see(pixels, 0.0)  # load the models before the clock runs
    parts = Parts()
    parts.watch(coach, "read_frame", "read a frame")
    parts.watch(coach, "step", "rules and words")
    parts.watch(coach_reading, "follow", "follow the face")
    parts.watch(coach_reading, "_read_face", "read the face")
    parts.watch(face_track, "detect", "watch for others")
    parts.watch(face_mesh, "fit", "fit the mesh")
    parts.watch(coach_reading, "_lit", "read the light")
    sitter = coach.Coach()
    wall, cpu = [], []
    for number, (_, pixels) in enumerate(frames):
        start, used = time.perf_counter(), time.process_time()
        sitter.see(pixels, number / 10)
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - used))
    height, width = frames[0][1].shape[:2]

    def spread(values: list[float]) -> dict[str, float]:
        low, high, top = np.quantile(values, (0.5, 0.95, 1.0))
        return {"median": float(low), "p95": float(high), "max": float(top)}

    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
        "frame": [width, height],
        "frames": len(frames),
        "target_ms": TARGET_MS,
        "wall_ms": spread(wall),
        "cpu_ms": spread(cpu),
        "share_over_target": float(np.mean(np.array(cpu) > TARGET_MS)),
        "parts_ms": {k: 1000 * v / len(frames) for k, v in parts.seconds.items()},
    }


def print_speed(row: dict[str, Any]) -> None:
    """Print the table of `speed`."""
    width, height = row["frame"]
    load = f"load of the machine {row['load']:.1f} (on {row['machine']})"
    print(f"{row['frames']} frames of {width} x {height}, one core; {load}\n")
    print(f"{'ms a frame':24} median    p95    max")
    for label in ("wall_ms", "cpu_ms"):
        values = row[label]
        name = {"wall_ms": "by the clock", "cpu_ms": "of the processor"}[label]
        print(f"{name:24} {values['median']:6.1f} {values['p95']:6.1f} {values['max']:6.1f}")
    print(f"\n{'of the processor, mean':24}")
    for name, value in sorted(row["parts_ms"].items(), key=lambda part: -part[1]):
        print(f"  {name:22} {value:6.2f}")
    late = row["share_over_target"]
    print(f"\ntarget {row['target_ms']:.0f} ms: {late:.1%} of the frames took longer")


def print_track(stills: Stills, story: Story, rate: float) -> None:
    """Print the instructions of a clip, one line for each change."""
    sitter = coach.Coach()
    shown = ""
    start = time.perf_counter()
    count = 0
    for moment, pixels in clip(stills, story, rate=rate):
        said = sitter.see(pixels, moment)
        count += 1
        if said.code != shown or said.capture:
            mark = "  [picture taken]" if said.capture else ""
            gauges = said.gauges
            light = gauges.stages["light"]
            facts = "" if light is None else f"light {light:.2f}, {gauges.distance or 0:.0f} cm"
            print(f"{moment:6.1f} s  {said.text:30} {said.why:55} {facts}{mark}")
            shown = said.code
    print(f"{count} frames in {time.perf_counter() - start:.1f} s, making them included")


def recorded(stills: Stills, story: Story, rate: float) -> Iterator[Reading]:
    """Yield the readings of a clip."""
    track = None
    for moment, pixels in clip(stills, story, rate=rate):
        reading, track = read_frame(pixels, moment, track)
        yield reading


def main() -> None:
    """Measure, print a track or record readings, as asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clip", choices=STORIES, help="print the instructions of a story")
    parser.add_argument("--record", type=Path, help="write the readings as JSON lines")
    parser.add_argument("--still", type=Path, action="append", default=[])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each still of --record")
    parser.add_argument("--rate", type=float, default=10.0, help="frames a second")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if os.environ | ONE_CORE != os.environ:  # too late to set them here
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_CORE)
    cv2.setNumThreads(1)
    stills = read_stills(arguments.still)
    if arguments.record:
        lengths = [arguments.seconds] * len(stills)
        story = STORIES[arguments.clip] if arguments.clip else changing(*lengths)
        text = to_lines(recorded(stills, story, arguments.rate))
        arguments.record.write_text(text, encoding="utf-8")
    elif arguments.clip:
        print_track(stills, STORIES[arguments.clip], arguments.rate)
    else:
        row = speed(stills, arguments.frames)
        print_speed(row)
        if arguments.json:
            arguments.json.parent.mkdir(parents=True, exist_ok=True)
            arguments.json.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
