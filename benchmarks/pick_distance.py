"""Camera distance and head pose against renderings with known truth, and on real portraits.

Faces of studio portraits (Face Research Lab London Set and webmorphR.stim, where they are present)
and the canonical face, on a rendered head, seen by a pinhole camera from 25 cm to 2 m, turned by up
to 20°. The people are those the perspective model was fitted to, though not these pictures of them;
`fit_perspective.py` prints the errors on people held out. Where the focal
length is given the heads' sizes vary as people's do (5.5 %).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from photographs import DATA

from catchlight import faces, perspective, photo
from catchlight.capture import Capture
from catchlight.head_pose import canonical_face, frontal
from catchlight.measures.distance import judge_distance

Row = dict[str, Any]

DISTANCES = (25, 32, 40, 50, 65, 85, 110, 150, 200)  # cm
FACES = 10
SIZE = (480, 640)  # the shape of a camera's frame
SQUARE = (480, 480)  # a cut-out: its frame says nothing
HEADS = 0.055  # spread of the logarithm of heads' sizes
EYES = 90.0  # pixels, in the renderings


def rows() -> list[Row]:
    """Measure renderings, the same face from two distances, and studio portraits."""
    return [*_rendered(), *_near_and_far(), *_studio(), *_nose()]


def taken(capture: Capture | None = None, size: tuple[int, int] = SIZE) -> photo.Photo:
    """Return a photo without a picture: its size and its lens."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    return photo.Photo(Path("rendering"), "", pixels, size, capture or Capture(), "PNG", ())


def _people() -> list[tuple[np.ndarray | None, Any]]:
    """Shapes in the canonical face's axes, and textures; the canonical face first."""
    from tests.rendered_face import texture_of

    vertices, weights = canonical_face()
    middle = (vertices * weights[:, None]).sum(axis=0) / weights.sum()
    people: list[tuple[np.ndarray | None, Any]] = [(None, None)]
    found = [
        p for name in ("london_neutral", "canada") for p in (DATA / "studio" / name).glob("*.jpg")
    ]
    for i, path in enumerate(sorted(found)[:: max(1, len(found) // (FACES - 1))][: FACES - 1]):
        pixels = photo.read(path, max_side=1600).pixels
        face = faces.find(pixels)[0]
        shape = frontal(face.landmarks)
        shape[:, :2] *= 1 - shape[:, 2:] / 200.0  # the portraits are from about 2 m
        people.append((shape + middle, texture_of(pixels, face.landmarks) if i % 3 else None))
    return people


def _rendered() -> list[Row]:
    from tests.rendered_face import render_face

    rng = np.random.default_rng(7)
    truth, size, one, lens, session, angles = [], [], [], [], [], []
    for shape, texture in _people():
        head = float(np.exp(rng.normal(0, HEADS)))  # size of this head over the usual one
        shown, lost = [], 0
        for n, cm in enumerate(DISTANCES):
            turn = (0.0, 0.0, 0.0)
            if n % 3:
                turn = (rng.uniform(-20, 20), rng.uniform(-15, 15), rng.uniform(-10, 10))
            picture = render_face(
                shape=shape,
                texture=texture,
                distance_cm=float(cm),
                yaw=turn[0],
                pitch=turn[1],
                roll=turn[2],
                size=SIZE,
                eye_distance_px=EYES,
                key_azimuth=rng.uniform(-50, 50),
                key_size_deg=25.0,
            )
            seen = faces.find(picture.pixels)
            if not seen:
                lost += 1
                continue
            face = seen[0]
            focal = picture.focal_px / np.hypot(*SIZE) * np.hypot(24, 36) / head
            single = perspective.distance(face, taken(size=SQUARE))
            one.append(single)
            lens.append(perspective.distance(face, taken(Capture(focal_length_35mm=focal))))
            truth.append(float(cm))
            size.append(head)
            shown.append(face.scaled(60.0 / cm))
            pitch = face.pitch - perspective.pitch_error(single)
            raw = np.subtract((face.yaw, face.pitch, face.roll), turn)
            angles.append((*raw, pitch - turn[1], cm))
        # The same camera from everywhere: the face's size in pixels tells how distances compare.
        session += perspective.distances(shown, [perspective.Frame(SIZE)] * len(shown))
    known = np.array(truth)
    result = []
    for name, found in (
        ("focal length known", lens),
        ("one photo", one),
        ("session of nine photos", session),
    ):
        for low, high in ((25, 200), (25, 45), (46, 75), (76, 120), (121, 200)):
            among = (known >= low) & (known <= high)
            part = [(d, t) for d, t, yes in zip(found, known, among, strict=True) if yes]
            heads = np.array(size)[among] if name == "focal length known" else None
            off = np.array([abs(d.cm / t - 1) for d, t in part])
            inside, wide = (_held(part, tail, heads) for tail in (0.16, 0.025))
            words = [judge_distance(d).verdict for d, _ in part]
            result.append(
                {
                    "what": name,
                    "truth": f"{low}-{high} cm",
                    "n": len(part),
                    "median_error_pct": round(100 * float(np.median(off)), 1),
                    "within_third_pct": round(100 * float((off <= 1 / 3).mean())),
                    "in_68_pct_interval": round(100 * inside),
                    "in_95_pct_interval": round(100 * wide),
                    "verdicts": ", ".join(f"{words.count(w)} {w}" for w in sorted(set(words))),
                }
            )
    for low, high in ((25, 200), (25, 45), (46, 200)):
        part = np.abs([a[:4] for a in angles if low <= a[4] <= high])
        yaw, pitch, roll, mended = np.median(part, axis=0)
        result += [
            {
                "what": f"pose, {name}",
                "truth": f"{low}-{high} cm",
                "n": len(part),
                "median_error_deg": round(float(v), 2),
            }
            for name, v in (
                ("yaw", yaw),
                ("pitch as the face says", pitch),
                ("pitch", mended),
                ("roll", roll),
            )
        ]
    return result


def _held(
    part: list[tuple[perspective.Distance, float]], tail: float, heads: np.ndarray | None
) -> float:
    """Return the share of the intervals between `tail` and 1 - `tail` that hold the truth.

    With a lens the distance found goes with the size of the head, and ten heads are few: given
    their sizes, `heads`, the share is that over heads of all sizes.
    """
    ends = np.array([[d.quantile(tail) / t, d.quantile(1 - tail) / t] for d, t in part])
    if heads is None:
        return float(np.mean((ends[:, 0] <= 1) & (ends[:, 1] >= 1)))
    reach = np.log(ends * heads[:, None]) / HEADS / math.sqrt(2)
    return float(np.mean([(math.erf(high) - math.erf(low)) / 2 for low, high in reach]))


def _near_and_far() -> list[Row]:
    """The same face at roughly 15 and 60 cm, alone and together."""
    paths = [DATA / "people" / "lisa" / f"zoom_{cm}cm.jpg" for cm in (15, 60)]
    if not all(path.exists() for path in paths):
        return []
    photos = [photo.read(path, max_side=1600) for path in paths]
    found = [faces.find(p.pixels)[0] for p in photos]
    alone = [perspective.distance(f, p) for f, p in zip(found, photos, strict=True)]
    together = perspective.distances(found, [perspective.Frame.of(p) for p in photos])
    ratio = found[0].eye_distance / photos[0].scale / (found[1].eye_distance / photos[1].scale)
    result: list[Row] = [
        {
            "what": f"lisa, {name}",
            "truth": f"about {label} cm",
            "found": f"{d.cm:.0f} ± {d.uncertainty:.0f} cm",
        }
        for name, pair in (("alone", alone), ("together", together))
        for d, label in zip(pair, (15, 60), strict=True)
    ]
    result.append(
        {"what": "lisa, size of the face, near over far", "found": f"{ratio:.2f}, labels say 4"}
    )
    return result


def _studio() -> list[Row]:
    """Verdicts on studio portraits, all taken from afar."""
    words: list[str] = []
    for path in sorted((DATA / "studio").rglob("*.jpg")) if DATA.exists() else []:
        picture = photo.read(path, max_side=1600)
        face = faces.find(picture.pixels)[0]
        words.append(judge_distance(perspective.distance(face, picture)).verdict)
    counts = ", ".join(f"{words.count(w)} {w}" for w in sorted(set(words)))
    return [{"what": "studio portraits", "n": len(words), "verdicts": counts}] if words else []


def _nose() -> list[Row]:
    """Growth of the nose at 30 cm against 1.5 m: pinhole, and Ward et al. 2018."""
    wide = f"{100 * perspective.growth(30):.0f} % wider"
    return [{"what": "nose at 30 cm", "truth": "Ward et al. 2018: 30 %", "found": wide}]


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1]))
    for row in rows():
        print({k: v for k, v in row.items() if v is not None})
