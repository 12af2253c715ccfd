"""Pose: how far the head is turned, raised and tilted, and whether the chin is tucked in.

Angles are to the line of sight. Against renderings of known pose from 25 cm to 2 m the median
errors are 0.8° in yaw, 1.9° in pitch and 0.4° in roll (benchmarks/pick_distance.py). Level
heads differ by 5° in the pitch they seem to have (standard deviation over 95 studio portraits), so
pitch is judged generously. Verdicts change where photographs are rare.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .. import perspective
from ..skin import VIEW_EYE_DISTANCE, FaceView
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["chin_position", "head_pitch", "head_roll", "head_yaw", "jaw_shadow"]

_FRONTAL, _AWAY = 10.2, 28.2  # degrees of yaw
_UP, _DOWN = -13.8, 17.6  # degrees of pitch
_TILTED = 12.0
_TUCKED, _LOST = 10.7, 0.3  # degrees of pitch, stops of shadow under the jaw

# The jaw from one side to the other (canonical mesh vertices).
_JAW = (288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58)
_INSIDE = (0.10, 0.14, 0.18, 0.22)  # eye distances from the jaw's edge that are looked at
_BELOW = (0.06, 0.10, 0.14, 0.18, 0.22)
_SAME_SKIN = 0.7  # stops between the channels: more is not the neck but collar, hair or wall


def head_yaw(subject: Subject) -> Measure:
    """Turn of the head in degrees (ISO/IEC 29794-5 HeadPoseYaw); a little is flattering.

    Verdicts: "straight", "turned", "turned away".
    """
    yaw = subject.face.yaw
    score = graded(abs(yaw), (12, 100), (_AWAY, 75), (40, 30), (60, 0))
    side = "left" if yaw > 0 else "right"
    if abs(yaw) <= _FRONTAL:
        verdict, reason = "straight", "faces the lens"
    elif abs(yaw) <= _AWAY:
        verdict, reason = "turned", f"turned {abs(yaw):.0f}° to their {side}"
    else:
        verdict, reason = "turned away", f"turned away, {abs(yaw):.0f}° to their {side}"
    return Measure("HeadPoseYaw", yaw, "degree", score, "ok", reason, verdict, 1.0)


def head_pitch(subject: Subject) -> Measure:
    """Nod of the head in degrees, positive downwards (ISO/IEC 29794-5 HeadPosePitch).

    What perspective adds from near is taken off (`perspective.pitch_error`): 5° at 35 cm. Verdicts:
    "level", "up", "down".
    """
    pitch = _true_pitch(subject)
    score = graded(
        pitch, (-50, 0), (-30, 20), (_UP, 75), (-8, 100), (10, 100), (_DOWN, 75), (33, 20), (50, 0)
    )
    if pitch < _UP:
        verdict, reason = "up", f"the chin is up by {-pitch:.0f}°"
    elif pitch > _DOWN:
        verdict, reason = "down", f"the chin is down by {pitch:.0f}°"
    else:
        verdict, reason = "level", "chin level"
    return Measure("HeadPosePitch", pitch, "degree", score, "ok", reason, verdict, 2.0)


def head_roll(subject: Subject) -> Measure:
    """Tilt of the head in degrees (ISO/IEC 29794-5 HeadPoseRoll); a picture can be straightened.

    Verdicts: "upright", "tilted".
    """
    roll = subject.face.roll
    score = graded(abs(roll), (6, 100), (_TILTED, 75), (25, 35), (45, 10), (90, 0))
    verdict = "upright" if abs(roll) <= _TILTED else "tilted"
    reason = "head upright" if abs(roll) <= 8 else f"head tilted {abs(roll):.0f}°"
    return Measure("HeadPoseRoll", roll, "degree", score, "ok", reason, verdict, 0.6)


def chin_position(subject: Subject) -> Measure:
    """Shadow under the jaw in stops; with a lowered head it tells a tucked chin from a free one.

    Photographers ask for the jaw forward and a little down, so that it stands clear of the neck;
    raters find a jaw line with a shadow under it more competent (Photofeeler, 60,000 ratings:
    +0.24 of ±5). How far forward the chin is can't be seen from the front. What can: how much
    darker the neck is than the jaw above it, which also depends on the light, so a fault is found
    only where the head is lowered and the edge is lost as well. Verdicts: "free", "tucked".
    """
    face = subject.face
    if abs(face.yaw) > _AWAY:
        return could_not_assess("ChinPosition", "stop", "the head is turned too far to the side")
    stops = jaw_shadow(subject.view)
    if stops is None:
        reason = "the neck is hidden by a collar, hair or the edge of the picture"
        return could_not_assess("ChinPosition", "stop", reason)
    if _true_pitch(subject) > _TUCKED and stops < _LOST:
        score = graded(stops, (-0.5, 40), (_LOST, 70))
        reason = "the chin is tucked in: the jaw line is lost"
        return Measure("ChinPosition", stops, "stop", score, "ok", reason, "tucked")
    score = graded(stops, (-0.2, 78), (0.5, 92), (1.0, 100))
    reason = (
        "the jaw line is clear" if stops > 0.5 else "the jaw line is soft, the chin is not tucked"
    )
    return Measure("ChinPosition", stops, "stop", score, "ok", reason, "free")


def jaw_shadow(view: FaceView) -> float | None:
    """How many stops darker the neck is than the jaw above it; None where no neck is to be seen.

    Median along the under side of the jaw, of places where what is below has the jaw's colour.
    """
    edge = view.points[list(_JAW)].astype(np.float64)
    along = np.gradient(edge, axis=0)
    out = np.column_stack([along[:, 1], -along[:, 0]])
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    if out[:, 1].mean() < 0:
        out = -out
    jaw = np.median([_sample(view, edge - out * d * VIEW_EYE_DISTANCE) for d in _INSIDE], axis=0)
    below = [_sample(view, edge + out * d * VIEW_EYE_DISTANCE) for d in _BELOW]
    neck = np.median(below, axis=0)
    height, width = view.linear.shape[:2]
    last = edge + out * _BELOW[-1] * VIEW_EYE_DISTANCE
    seen = (last[:, 1] < height - 1) & (last[:, 0] > 1) & (last[:, 0] < width - 1)
    tint = np.log2(jaw[:, [0, 2]] / jaw[:, [1]]) - np.log2(neck[:, [0, 2]] / neck[:, [1]])
    weights = np.array([0.2126, 0.7152, 0.0722])
    same = (np.linalg.norm(tint, axis=1) < _SAME_SKIN) & (neck @ weights > 0.004)
    use = seen & same & (out[:, 1] > 0.5)
    if use.sum() < 4:
        return None
    return float(np.median(np.log2((jaw[use] @ weights) / (neck[use] @ weights))))


def _sample(view: FaceView, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear colours (n, 3) of a view at places (n, 2), at least 1e-4."""
    at = (places[None] - 0.5).astype(np.float32)
    colors = cv2.remap(view.linear, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(colors[0].astype(np.float64), 1e-4))


def _true_pitch(subject: Subject) -> float:
    """Pitch in degrees without what perspective adds."""
    found = perspective.distance(subject.face, subject.photo)
    return subject.face.pitch - perspective.pitch_error(found)
