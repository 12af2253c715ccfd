"""Camera distance: how far the lens was, and what that does to the nose."""

from __future__ import annotations

from .. import perspective
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["camera_distance", "judge_distance"]

TOO_NEAR, NEAR = 45.0, 75.0  # cm: correct or reshoot below the first, warn below the second
# Probability from which each verdict is given, where photographs are rare: a fault must be surer.
_TOO_NEAR, _NEAR, _GOOD = 0.7, 0.78, 0.575


def camera_distance(subject: Subject) -> Measure:
    """Distance from the lens to the eyes in cm, from the focal length or the face's perspective.

    See `judge_distance`; a session's photos together tell it better (`perspective.distances`).
    """
    return judge_distance(perspective.distance(subject.face, subject.photo))


def judge_distance(found: perspective.Distance) -> Measure:
    """Judge a camera distance.

    Against 1.5 m, what lies 8 cm nearer than the face grows by 15 % at 45 cm, 6 % at 75 cm and 3 %
    at 1 m (pinhole; Ward et al. 2018 for the nose). Verdicts: "too near" (below 45 cm), "near"
    (45 to 75 cm), "good"; each only when it is probable enough. A single photo without focal
    length often leaves it open.
    """
    cm, low, high = found.cm, found.quantile(0.16), found.quantile(0.84)
    score = graded(cm, (20, 5), (30, 20), (45, 50), (70, 74), (75, 82), (100, 100))
    wide = 100 * perspective.growth(cm)
    about = f"{_length(cm)}"
    if high - low > 0.3 * cm:
        about = f"about {_length(cm)} ({_length(low)} to {_length(high)})"
    too_near, near = found.nearer_than(TOO_NEAR), found.nearer_than(NEAR)
    advice = f"the nose reads about {wide:.0f} % wide; step back to 1.2 m"
    if too_near >= _TOO_NEAR and near >= _NEAR:
        verdict, reason = "too near", f"{about}: {advice}"
    elif near >= _NEAR:
        verdict, reason = "near", f"{about}: {advice}"
    elif near <= 1 - _GOOD:
        verdict = "good"
        if low >= 100 or high - low <= 0.3 * cm:
            reason = f"{about}: far enough for true proportions"
        else:
            reason = f"probably further than {_length(found.quantile(1 - _GOOD))}: far enough"
        score = max(score, 80.0)
    else:
        return could_not_assess(
            "CameraDistance",
            "cm",
            f"one photo of a face does not tell: {_length(low)} to {_length(high)} away",
        )
    return Measure("CameraDistance", cm, "cm", score, "ok", reason, verdict, found.uncertainty)


def _length(cm: float) -> str:
    """Say a distance as people do.

    >>> _length(38.2), _length(143)
    ('38 cm', '1.4 m')
    """
    return f"{cm:.0f} cm" if cm < 99.5 else f"{cm / 100:.1f} m"
