"""Focus, movement, noise and compression: labelled photos, and sharp portraits degraded as known.

A section of pick.py: `rows()`. A photo counts as blurred when Sharpness says "blurred" or "missed
focus" or MotionBlur says "moved". The labels were made by eye at 200 pixels between the irises,
before anything was measured; where label and verdict disagreed the crops were looked at again, and
of seven labelled blurred two became soft and one hidden, so the labels are not blind. Soft pictures
count neither way.

The known set: 36 sharp portraits at full and half size; as they are, with noise (4 levels), and
saved at JPEG quality 80, against Gaussian blurs of 1.5 to 3 % of the eye distance, defocus discs of
6 and 10 % and lines of 5 to 12 %, all applied in linear light. Between (0.5 to 1.5 %) lies what
people disagree about.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from photographs import DATA

from catchlight import faces, photo
from catchlight.measures import Measure, Subject
from catchlight.measures.compression import compression_artifacts
from catchlight.measures.fine_detail import fine_detail
from catchlight.measures.motion_blur import motion_blur
from catchlight.measures.noise import noise
from catchlight.measures.sharpness import eye_sharpness
from catchlight.skin import face_view
from catchlight.survey import eight_bit

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.degraded import disc, gaussian, line, noised, saved, spread_by

Row = dict[str, Any]
Pixels = NDArray[np.uint8]

MEASURES = (eye_sharpness, motion_blur, noise, compression_artifacts, fine_detail)

BLURRED = {
    "alex-lacamoire.png",
    "4065842143_71bd1d0b2f_o.jpg",
}
SOFT = {
    "before0003.png",
    "4.png",
    "lisa1.jpg",
    "lisa2.jpg",
    "lisa3.jpg",
    "lisa4.jpg",
    "obama3.jpg",
    "attachai_acne5.jpg",
    "barry_Full_3.png",
    "2286375093_90e0f3bd5c_o.jpg",
    "27128793201_8b80f08b59_o.jpg",
    "506937171_b73ff1c24b_o.jpg",
}
HIDDEN = {  # dark glasses, an eye painted over by noise reduction, no face
    "28068209155_efecedf6ee_o.jpg",
    "32552705987_fbc78cd29e_o.jpg",
    "4519591952_a28ec51c93_o.jpg",
    "33417724542_f25ee4ced7_o.jpg",
    "5856163574_fd870a0e1d_o.jpg",
    "6542415853_7f81703517_o.jpg",
}
FOLDERS = ("people", "selfies", "matting/ppm100/image", "ai/pairs", "studio")
GENERATED = {"example0003.png", "result1.png", "result2.png", "demo1-ai.webp", "demo2-ai.webp"}


def rows() -> list[Row]:
    """Measure the labelled photos, the known set, invariance, skin types and time."""
    if not DATA.is_dir():
        return []
    return [
        *_labelled(),
        *_known_blur(),
        _noisy_blur(),
        *_missed_focus(),
        *_noise_and_compression(),
        *_invariance(),
        *_skin(),
        _speed(),
    ]


@cache
def subjects() -> dict[str, Subject]:
    """The largest face of every real photo, read as a survey reads it."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((DATA / folder).rglob("*.*")):
            if path.suffix not in (".jpg", ".png", ".webp") or path.name in GENERATED:
                continue
            taken = photo.read(path, max_side=1600)
            seen = faces.find(eight_bit(taken.pixels))
            if seen and taken.scale < 0.9 and seen[0].eye_distance < 90:
                whole = photo.read(path)
                near = seen[0].scaled(whole.scale / taken.scale)
                again = faces.find_again(eight_bit(whole.pixels), near)
                taken, seen = (whole, (again or near,))
            if seen:
                view = face_view(taken.pixels, seen[0])
                key = f"{path.parent.name}/{path.name}"
                found[key] = Subject(taken, seen[0], (), view)
    return found


def is_blurred(subject: Subject) -> bool:
    """Whether either verdict calls the picture blurred."""
    seen = eye_sharpness(subject).verdict, motion_blur(subject).verdict
    return seen[0] in ("blurred", "missed focus") or seen[1] == "moved"


def _scores(hits: int, false: int, missed: int) -> Row:
    return {
        "precision": round(hits / max(hits + false, 1), 3),
        "recall": round(hits / max(hits + missed, 1), 3),
    }


def _labelled() -> Iterator[Row]:
    """The verdict against labels."""
    hits, false, missed, sharp, studio = [], [], [], 0, 0
    for key, subject in subjects().items():
        name = key.split("/")[1]
        if name in SOFT | HIDDEN:
            continue
        verdict = is_blurred(subject)
        truth = name in BLURRED
        sharp += not truth
        studio += verdict and key.startswith(("london", "canada"))
        if verdict or truth:
            (hits if verdict and truth else false if verdict else missed).append(key)
    yield {
        "what": "blur, real photos labelled by eye",
        "photos": sharp + len(BLURRED),
        "blurred": len(hits) + len(missed),
        **_scores(len(hits), len(false), len(missed)),
        "false": false,
        "missed": missed,
    }
    yield {"what": "studio portraits called blurred", "of": 95, "photos": studio}


# ---------------------------------------------------------------- known degradations


def changed(subject: Subject, pixels: Pixels, *, half: bool = False) -> Subject:
    """The subject with other pixels, perhaps at half size."""
    face = subject.face
    if half:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        whole = pixels[: 2 * height, : 2 * width]
        pixels = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
        face = face.scaled(0.5)
    taken = replace(
        subject.photo, pixels=pixels, full_size=(pixels.shape[1], pixels.shape[0]), shrink=1
    )
    return replace(subject, photo=taken, face=face)


def _close(subject: Subject) -> Subject:
    """The subject's photo cut to the face, so that degrading it is quick."""
    face = subject.face
    middle = (face.iris_left + face.iris_right) / 2
    reach = 2.2 * face.eye_distance
    x0, y0 = (np.maximum(np.floor(middle - reach), 0).astype(int) // 8 * 8).tolist()
    x1, y1 = np.ceil(middle + reach).astype(int).tolist()
    cut = np.ascontiguousarray(eight_bit(subject.photo.pixels)[y0:y1, x0:x1])
    return changed(replace(subject, face=face.moved(-x0, -y0)), cut)


@cache
def sharp_portraits() -> tuple[Subject, ...]:
    """36 sharp portraits of the studio and of people."""
    found = subjects()
    neutral = [key for key in found if key.startswith("london_neutral")][::3]
    canada = [key for key in found if key.startswith("canada")][::2]
    people = [key for key in found if key.startswith(("human", "rootvc"))]
    more = ["obama/obama.jpg", "obama/obama2.jpg", "alex_lacamoire/img1.jpg"]
    return tuple(_close(found[key]) for key in [*neutral, *canada, *people, *more])


def _known_blur() -> Iterator[Row]:
    """Precision and recall on the known set, by kind, and which kind was told."""
    table = {
        kind: {"sharp": 0, "out of focus": 0, "moved": 0}
        for kind in ("sharp", "out of focus", "moved")
    }
    angle = 0.0
    angles: list[float] = []
    for subject in sharp_portraits():
        pixels, unit = subject.photo.pixels, subject.face.eye_distance / 100
        made: list[tuple[str, Pixels, float]] = [
            ("sharp", pixels, 0.0),
            ("sharp", noised(pixels, 4), 0.0),
            ("sharp", saved(pixels, 80), 0.0),
        ]
        made += [("out of focus", gaussian(pixels, k * unit), 0.0) for k in (1.5, 2.0, 3.0)]
        made += [("out of focus", spread_by(pixels, disc(k * unit)), 0.0) for k in (6.0, 10.0)]
        for length in (5.0, 6.0, 8.0, 12.0):
            angle = (angle + 37.0) % 180.0
            made.append(("moved", spread_by(pixels, line(length * unit, angle)), angle))
        for kind, degraded, true in made:
            for half in (False, True):
                seen = changed(subject, degraded, half=half)
                moved = motion_blur(seen)
                table[kind][_told(seen, moved)] += 1
                if kind == "moved" and moved.verdict == "moved" and not half:
                    angles.append(_off(seen, true))
    false = table["sharp"]["out of focus"] + table["sharp"]["moved"]
    truth = [*table["out of focus"].values(), *table["moved"].values()]
    missed = table["out of focus"]["sharp"] + table["moved"]["sharp"]
    yield {
        "what": "blur, known degradations",
        "photos": sum(truth) + sum(table["sharp"].values()),
        **_scores(sum(truth) - missed, false, missed),
    }
    for kind, row in table.items():
        yield {"what": f"truly {kind}", **{f"told {told}": n for told, n in row.items()}}
    yield {"what": "direction of movement, degrees", "median": round(float(np.median(angles)), 1)}


def _noisy_blur() -> Row:
    """What sharpness says of portraits blurred by 2 and 3 %, with noise of 8 levels."""
    row: Row = {"what": "blurred by 2 or 3 %, then noise of 8 levels"}
    for subject in sharp_portraits()[::2]:
        for k in (0.02, 0.03):
            blurred = gaussian(subject.photo.pixels, k * subject.face.eye_distance)
            verdict = eye_sharpness(changed(subject, noised(blurred, 8))).verdict
            row[verdict] = row.get(verdict, 0) + 1
    return row


def _told(subject: Subject, moved: Measure) -> str:
    if moved.verdict == "moved":
        return "moved"
    blurred = eye_sharpness(subject).verdict in ("blurred", "missed focus")
    return "out of focus" if blurred else "sharp"


def _off(subject: Subject, true: float) -> float:
    """Degrees between the measured and the true direction."""
    from catchlight.measures.motion_blur import movement

    found = movement(subject)
    return 90.0 if found is None else abs((found.angle - true + 90) % 180 - 90)


def _missed_focus() -> Iterator[Row]:
    """Portraits blurred but for the ears, or but for what is below the chin."""
    counts = {"ear": 0, "collar": 0}
    used = 0
    for key, subject in subjects().items():
        if not key.startswith("london_neutral"):
            continue
        face, pixels = subject.face, eight_bit(subject.photo.pixels)
        blurred = gaussian(pixels, 0.02 * face.eye_distance)
        used += 1
        for place in counts:
            keep = np.zeros(pixels.shape[:2], np.float32)
            ends = (234, 454) if place == "ear" else (152,)
            for vertex in ends:
                x, y = face.landmarks[vertex, :2].tolist()
                away = np.sign(x - float(face.landmarks[4, 0])) if place == "ear" else 0.0
                at = (
                    x + 0.2 * away * face.eye_distance,
                    y + (place == "collar") * 0.95 * face.eye_distance,
                )
                radius = (0.4 if place == "ear" else 0.75) * face.eye_distance
                cv2.circle(keep, (round(at[0]), round(at[1])), round(radius), 1.0, -1)
            keep = cv2.GaussianBlur(keep, (0, 0), 0.05 * face.eye_distance)[..., None]
            mixed = np.round(keep * pixels + (1 - keep) * blurred).astype(np.uint8)
            counts[place] += place in eye_sharpness(changed(subject, mixed)).reason
    yield {"what": "missed focus, place named", "of": used, **counts}


def _noise_and_compression() -> Iterator[Row]:
    """Verdicts against known noise (levels of 255 at 160 px eye distance) and JPEG quality."""
    known: list[tuple[str, Callable[[Pixels, float], Pixels]]] = [
        (f"noise of {k} levels", lambda p, d, k=k: noised(p, k * max(d / 160, 0.3)))
        for k in (0, 4, 8, 16, 32)
    ]
    known += [
        (f"JPEG quality {q}", lambda p, d, q=q: saved(p, q)) for q in (95, 80, 60, 40, 25, 15, 8)
    ]
    for what, change in known:
        row: Row = {"what": what}
        measure = noise if what.startswith("noise") else compression_artifacts
        for subject in sharp_portraits():
            after = change(eight_bit(subject.photo.pixels), subject.face.eye_distance)
            verdict = measure(changed(subject, after)).verdict
            row[verdict] = row.get(verdict, 0) + 1
        yield row


def _invariance() -> Iterator[Row]:
    """Share of verdicts that a change which should not matter changes, measure by measure."""
    found = subjects()
    names = [key for key in found if not key.startswith("london_smiling")]
    changes: dict[str, Callable[[Subject], Subject]] = {
        "mirrored": _mirrored,
        "half size": lambda s: changed(s, eight_bit(s.photo.pixels), half=True),
        "JPEG quality 80": lambda s: changed(s, saved(eight_bit(s.photo.pixels), 80)),
    }
    close = [_close(found[key]) for key in names]
    for what, change in changes.items():
        row: Row = {"what": f"verdicts changed when {what}", "of": len(close)}
        unsure = 0
        for measure in MEASURES:
            pairs = [(measure(s), measure(change(s))) for s in close]
            both = [(a.verdict, b.verdict) for a, b in pairs if a.ok and b.ok]
            row[measure.__name__] = sum(a != b for a, b in both)
            unsure += sum(a.ok != b.ok for a, b in pairs)
        blur = [is_blurred(s) != is_blurred(change(s)) for s in close]
        yield {**row, "blurred": sum(blur), "only one assessed": unsure}


def _mirrored(subject: Subject) -> Subject:
    """The subject in the mirror, found anew."""
    pixels = np.ascontiguousarray(eight_bit(subject.photo.pixels)[:, ::-1])
    seen = faces.find(pixels)
    return replace(changed(subject, pixels), face=seen[0] if seen else subject.face)


def _skin() -> Iterator[Row]:
    """Rates of faults by skin (individual typology angle) on the 82 London portraits."""
    from catchlight.color import lab
    from catchlight.skin import skin_mask

    angles = {}
    for key, subject in subjects().items():
        if key.startswith("london"):
            colour = np.median(lab(subject.view.linear[skin_mask(subject.view)]), axis=0)
            angles[key] = float(np.degrees(np.arctan2(colour[0] - 50, colour[2])))
    for what, low, high in (("dark", -90, 10), ("medium", 10, 41), ("light", 41, 90)):
        keys = [key for key, angle in angles.items() if low < angle <= high]
        row: Row = {"what": f"{what} skin, faults", "photos": len(keys)}
        for measure in MEASURES:
            good = ("sharp", "none", "clean", "kept")
            row[measure.__name__] = sum(
                measure(subjects()[key]).verdict not in good for key in keys
            )
        yield row


def _speed() -> Row:
    """Time of the four on a studio portrait; the best of 20, for other work disturbs."""
    cv2.setNumThreads(1)
    subject = subjects()["london_neutral/001_03.jpg"]
    row: Row = {"what": "milliseconds a photo"}
    for measure in MEASURES:
        times = []
        for _ in range(20):
            start = time.perf_counter()
            measure(subject)
            times.append(time.perf_counter() - start)
        row[measure.__name__] = round(min(times) * 1e3, 2)
    return row


if __name__ == "__main__":
    for row in rows():
        print(row)
