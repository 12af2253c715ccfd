"""Section "invariance" of pick.py: verdicts of photos mirrored, halved and saved again.

A verdict has changed when its word is another. Told apart are those where one of the two copies
could not be assessed, and those where a fault is found in one and none in the other (a score of 75
between them); the rest are neighbouring words of one scale, such as "front" and "above".
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pick import FAULT, Row, assess_all, sessions
from PIL import Image, ImageOps

SIZE = "InterEyeDistance"  # fewer pixels are what it is about

# What is done to a photo, what the copy is saved as, and whether it is held against the unchanged
# photo saved in the same way: a mirror image has to be decoded as the photo is, for large JPEG
# files are reduced on their cosine coefficients and others in linear light.
CHANGES: dict[str, tuple[Callable[[Image.Image], Image.Image], str, bool]] = {
    "mirrored": (ImageOps.mirror, ".png", True),
    "halved": (lambda image: image.reduce(2), ".png", False),
    "quality 80": (lambda image: image, ".jpg", False),
}


def mirror(verdict: str) -> str:
    """Return what a verdict is in the mirror: left is right there."""
    words = {"left": "right", "right": "left"}
    return " ".join(words.get(word, word) for word in verdict.split(" "))


def same_face(here: Any, there: Any, *, mirrored: bool) -> bool:
    """Whether two candidates are of the same face: of two equally large, either may be judged."""
    places = []
    for candidate in (here, there):
        face, frame = candidate.face, candidate.frame
        whole = np.multiply(frame.full_size, frame.scale)
        places.append((face.iris_right + face.iris_left) / 2 / whole)
    if mirrored:
        places[1][0] = 1 - places[1][0]
    share = here.face.eye_distance / here.frame.scale / here.frame.full_size[0]
    return float(np.abs(places[0] - places[1]).max()) < share


def copies(
    groups: list[list[Path]], data: Path, apply: Callable[[Image.Image], Image.Image], suffix: str
) -> dict[Path, Any]:
    """Assess changed copies of photos; they keep colour profile and Exif, as copies do."""
    with tempfile.TemporaryDirectory() as scratch:
        moved: dict[Path, Path] = {}
        for path in (p for group in groups for p in group):
            target = (Path(scratch) / path.relative_to(data)).with_suffix(suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(path) as file:
                image = ImageOps.exif_transpose(file)
                kept = {"exif": image.getexif(), "icc_profile": image.info.get("icc_profile")}
                how = {"quality": 80} if suffix == ".jpg" else {"compress_level": 1}
                apply(image.convert("RGB")).save(target, **how, **kept)
            moved[path] = target
        again = assess_all([[moved[p] for p in group] for group in groups])
    return {path: again[target] for path, target in moved.items()}


def invariance(data: Path, found: dict[Path, Any]) -> list[Row]:
    """Count verdicts that change; the sum over all measures comes last."""
    groups = [s for s in sessions(data) if "ai" not in s[0].relative_to(data).parts]
    rows: dict[str, Row] = {}
    others: list[str] = []
    for change, (apply, suffix, alike) in CHANGES.items():
        before = copies(groups, data, lambda image: image, suffix) if alike else found
        after = copies(groups, data, apply, suffix)
        for path, there in after.items():
            here = before[path]
            if not (hasattr(here, "measures") and hasattr(there, "measures")):
                continue
            if not same_face(here, there, mirrored=change == "mirrored"):
                others.append(f"{change} {path.relative_to(data)}")
                continue
            for name, measure in here.measures.items():
                if name == SIZE:
                    continue
                row = rows.setdefault(name, {"measure": name, "photos": 0, "examples": {}})
                for kind in ("changed", "unknown", "fault"):
                    row.setdefault(f"{change}_{kind}", 0)
                row["photos"] += change == "mirrored"
                other = there.measures[name]
                verdict = mirror(other.verdict) if change == "mirrored" else other.verdict
                if verdict == measure.verdict:
                    continue
                row[f"{change}_changed"] += 1
                if not (measure.ok and other.ok):
                    row[f"{change}_unknown"] += 1
                elif (measure.score < FAULT) != (other.score < FAULT):
                    row[f"{change}_fault"] += 1
                row["examples"].setdefault(change, []).append(
                    f"{path.relative_to(data)}: {measure.verdict} → {verdict}"
                )
    counted = [key for key in next(iter(rows.values())) if key not in ("measure", "examples")]
    total = {key: sum(row[key] for row in rows.values()) for key in counted}
    return [*rows.values(), {"measure": "all", **total, "another_face": others}]
