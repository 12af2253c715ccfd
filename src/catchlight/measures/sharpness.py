"""Sharpness at the eyes, not of the frame, and where the focus lies when they are soft."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..irises import hidden, irises
from .edges import Edges
from .eyes_visible import eyes_visible
from .measure import Measure, could_not_assess, graded
from .motion_blur import EYE_DISTANCE, EYE_REACH, edges_at, eye_edges, movement
from .subject import Subject

__all__ = ["eye_sharpness"]

_HIGH = 0.16  # half the height of the part looked at about an iris, eye distances
# Pixels: the blur that the pixels of a sharp picture show, as portraits that were halved do (0.37
# to 0.48). It is deducted, as variances are, so that a face as sharp as its pixels allow is not out
# of focus, however small; and the least that can be told of the rest.
_PIXEL, _LEAST = 0.4, 0.2
_MOST = 3.5  # % of the eye distance: what is more blurred has no edge to measure
_SMALLEST = 36.0  # pixels between the irises: below, eyes are a few pixels and have no edges
_FEWEST = 8  # edge points by which an eye can be judged
# Percent of the eye distance. The 95 studio portraits reach 0.50 %, halved 0.53 %, which leaves
# room for a save at JPEG quality 80; a Gaussian blur of 1.5 % or a defocus disc 6 % wide is blurred
# to any eye (and measured as 1.1 % and more, for lashes are thin).
_SOFT, _BLURRED = 0.7, 1.05
_UNLIKE = 1.7  # ratio of two eyes' blur that is more than chance
_SHARPER = 0.5  # of the eyes' blur: a place this much sharper is where the focus is
_SOMEBODY = 0.1  # of the person mask
_CRISP = 0.012  # gradient per pixel of the edges by which a place other than the eyes is judged
_NEAR = 80.0  # pixels between the irises to which a smaller face is enlarged for that
_CLEAR = 40  # of those, by which it is
_EARS = {"right": 234, "left": 454}  # canonical mesh vertices at the ears' front edge


def _iris_blur(subject: Subject, edges: Edges | None) -> float:
    """Blur at an iris in percent of the eye distance; infinite where it can't be known.

    Only lids, lashes and iris count: not the brows, nor the rims of glasses.
    """
    if edges is None:
        return float("inf")
    own = edges.where(np.abs(edges.place[:, 1] - EYE_REACH * EYE_DISTANCE) < _HIGH * EYE_DISTANCE)
    return _blur(subject, own) if len(own) >= _FEWEST else float("inf")


def _blur(subject: Subject, edges: Edges, near: float = EYE_DISTANCE) -> float:
    """Blur of edges in percent of the eye distance, without what the photo's own pixels add.

    Parameters
    ----------
    near : pixels between the irises in which the edges are told.
    """
    percent = 100 / min(subject.face.eye_distance, EYE_DISTANCE)
    seen = edges.blur() / near * 100
    return math.sqrt(max(seen**2 - (_PIXEL * percent) ** 2, (_LEAST * percent) ** 2))


def eye_sharpness(subject: Subject) -> Measure:
    """Blur at the sharper eye in percent of the eye distance (ISO/IEC 29794-5 Sharpness).

    Verdicts: "sharp", "a little soft", "blurred", or "missed focus" where something else in the
    picture is much sharper than the eyes, which the reason names. An enlarged picture is as blurred
    as its few pixels made it, but what a photo's own pixels blur is deducted: halved, it stays as
    sharp as it was. The value is the standard deviation of a Gaussian.
    """
    if subject.face.eye_distance < _SMALLEST:
        return could_not_assess("Sharpness", "%", "the eyes are too small to judge focus by")
    eyes = eye_edges(subject)
    right, left = (_iris_blur(subject, edges) for edges in eyes)
    value = min(right, left)
    grainy = any(edges is not None and edges.reduced > 1 for edges in eyes)
    if grainy and np.isfinite(right + left):
        value = (right + left) / 2  # the sharper of two in noise is the luckier
    if not np.isfinite(value):
        # Open, bare eyes have lashes and an iris: where nothing of them has an edge, it is blurred.
        seen = hidden(irises(subject.view, mirrored=False)) is None
        if grainy or not seen or eyes_visible(subject).verdict != "visible":
            return could_not_assess(
                "Sharpness", "%", "no edge at the eyes stands out, as behind dark glasses"
            )
        return Measure(
            "Sharpness",
            _MOST,
            "%",
            0.0,
            "ok",
            "nothing at the eyes has an edge: blurred",
            "blurred",
        )
    verdict = _verdict(value)
    score = graded(value, (0.5, 100), (_SOFT, 75), (_BLURRED, 45), (2.0, 10), (_MOST, 0))
    if verdict == "sharp":
        reason = _sharp_eyes(right, left)
    else:
        reason = "the eyes are blurred" if verdict == "blurred" else "the eyes are a little soft"
        sharper = ""
        if not grainy:  # for grain is sharp everywhere
            found = movement(subject)
            # Of a head that moved, everything that did not is sharper.
            still = found is None or not found.moved
            sharper = _focus(subject, value) if still else ""
        if sharper:
            reason = f"focus is on {sharper}, not on the eyes"
            verdict = "missed focus" if verdict == "blurred" else verdict
    return Measure("Sharpness", value, "%", score, "ok", reason, verdict)


def _verdict(value: float) -> str:
    return "blurred" if value > _BLURRED else "a little soft" if value > _SOFT else "sharp"


def _sharp_eyes(right: float, left: float) -> str:
    if max(right, left) > max(_SOFT, _UNLIKE * min(right, left)) and np.isfinite(right + left):
        near, far = ("right", "left") if right < left else ("left", "right")
        return f"the {near} eye is sharp, the {far} one softer"
    return "the eyes are sharp"


def _focus(subject: Subject, eyes: float) -> str:
    """Name the place that is in focus instead of the eyes, "" where there is none.

    Parameters
    ----------
    eyes : blur at the sharper eye, percent of the eye distance.
    """
    face = subject.face
    points, distance = face.landmarks[:, :2], face.eye_distance
    across = (face.iris_left - face.iris_right) / distance
    down = np.array([-across[1], across[0]], np.float32)
    places: list[tuple[str, NDArray[np.float32], float]] = [("the nose", points[4], 0.2)]
    for side, way in (("right", -1.0), ("left", 1.0)):
        if way * face.yaw < 20:  # the ear away from the camera is hidden
            ear = points[_EARS[side]] + np.float32(0.15 * way * distance) * across
            places.append((f"the {side} ear", ear, 0.22))
    places.append(("the collar", points[152] + np.float32(0.75 * distance) * down, 0.45))
    found = [
        (blur, name)
        for name, place, half in places
        if (blur := _blur_at(subject, place, half)) is not None
    ]
    found += [
        (blur, "the background behind you")
        for place in _behind(subject)
        if (blur := _blur_at(subject, place, 0.25)) is not None
    ]
    sharpest, name = min(found, default=(float("inf"), ""))
    return name if sharpest < _SHARPER * eyes and sharpest < _SOFT else ""


def _blur_at(subject: Subject, place: NDArray[np.float32], half: float) -> float | None:
    """Blur in percent of the eye distance at a place with enough clear edges, else None."""
    reach = half * subject.face.eye_distance
    # What is in focus is crisp, and no grain.
    near = min(max(subject.face.eye_distance, _NEAR), EYE_DISTANCE)  # these patches are large
    edges = edges_at(subject, place, (reach, reach), near, _CRISP)
    if edges is None or len(edges) < _CLEAR or edges.reduced > 1:
        return None
    return _blur(subject, edges, near)


def _behind(subject: Subject) -> list[NDArray[np.float32]]:
    """Places of the four richest patches where nobody is; none when that isn't known."""
    face, photo, person = subject.face, subject.photo, subject.person
    step = 0.5 * face.eye_distance
    columns, rows = int(photo.width // step), int(photo.height // step)
    if person is None or columns < 3 or rows < 3:
        return []
    skip = max(1, round(step / 16))
    small = photo.pixels[::skip, ::skip, 1]
    rich = cv2.resize(
        cv2.absdiff(small, cv2.blur(small, (3, 3))), (columns, rows), interpolation=cv2.INTER_AREA
    ).astype(np.float32)
    somebody = cv2.resize(person, (columns, rows), interpolation=cv2.INTER_AREA)
    # The mask is coarse and hair is fine: keep a patch's width away from the person.
    rich[cv2.dilate(somebody, np.ones((3, 3), np.uint8)) > _SOMEBODY] = 0
    best = [at for at in np.argsort(rich, axis=None)[::-1][:4].tolist() if rich.flat[at] > 0]
    size = np.array([photo.width / columns, photo.height / rows])
    return [
        ((np.array([at % columns, at // columns]) + 0.5) * size).astype(np.float32) for at in best
    ]
