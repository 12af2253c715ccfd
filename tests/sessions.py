"""Made-up photographs of a session, measured: for tests of what ranks, words and counts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from catchlight.alike import Appearance
from catchlight.measures import Measure, could_not_assess
from catchlight.perspective import Frame
from catchlight.pick import Candidate

from .painted_person import oval_face

NAMES = ("EyesOpen", "Gaze", "Sharpness", "Exposure")


def measured(**scores: float | None) -> dict[str, Measure]:
    """Measures by name whose value and reason are their score."""
    return {
        name: could_not_assess(name, "1", "hidden")
        if score is None
        else Measure(name, score, "1", score, "ok", f"{name} is {score:.0f}")
        for name, score in scores.items()
    }


def appearance(
    scene: int = 0,
    *,
    yaw: float = 0.0,
    smile: float = 0.0,
    nearer: float = 0.0,
    time: datetime | None = None,
) -> Appearance:
    """How somebody looks before one of endlessly many backgrounds."""
    around = np.random.default_rng(scene).standard_normal((24, 24, 3)).astype(np.float32)
    expression = np.zeros(16, np.float32)
    expression[:2] = smile
    mouth = np.zeros((20, 2), np.float32)
    mouth[:, 0] = np.linspace(-0.4, 0.4, 20) * (1 + smile / 4)
    return Appearance(
        pose=np.array([yaw, 0.0, 0.0]),
        mouth=mouth,
        oval=np.zeros((36, 2), np.float32),
        expression=expression,
        around=around,
        place=np.array([0.5, 0.4, -3.0 + nearer]),
        time=time,
    )


def candidate(
    index: int, look: Appearance | None = None, name: str = "", **scores: float | None
) -> Candidate:
    """A photograph; of another scene than every other unless its look is given."""
    look = look or appearance(100 + index)
    path = Path(name or f"{index}.jpg")
    return Candidate(
        index, path, oval_face(100, 100, 50), Frame((400, 400)), look, measured(**scores)
    )


def good(**changes: float | None) -> dict[str, float | None]:
    """Scores of a picture without a fault, but for the changes."""
    return dict.fromkeys(NAMES, 95.0) | changes


def with_measure(photo: Candidate, *more: Measure) -> Candidate:
    """The same photograph with other or further measures."""
    return replace(photo, measures={**photo.measures, **{m.name: m for m in more}})
