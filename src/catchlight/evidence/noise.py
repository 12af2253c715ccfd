"""Noise: whether person and background have the noise of one sensor.

Smooth parts of both are compared at the same brightness (`noise.smooth_noise`). A background
blurred or put in afterwards is cleaner than the person, or noisier; noise reduction that spares
faces, as phones do, is another explanation. Of several brightnesses the one counts at which the two
differ least, for cloth and hair of one brightness look like noise, and noise is at all of them.
"""

from __future__ import annotations

import numpy as np

from ..noise import smooth_noise
from .calibration import judged
from .case import Case
from .facts import box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "noise"]

NAME, TITLE = "noise", "the noise of person and background"
_FINE = slice(3, 6)  # frequencies with little texture
_EMPTY = (0.3 / 255) ** 2  # power below which 8 bits show nothing
_BURNT = -1  # the highest level: without noise, it is white that clips


def noise(case: Case) -> Finding:
    """Noise of the background over that of the person; the statistic is its logarithm in stops."""
    picture = case.picture
    eyes = (picture.face.iris_right + picture.face.iris_left) / 2
    place = (float(eyes[0]), float(eyes[1]))
    person = picture.person
    own, behind = (
        smooth_noise(picture.pixels, where, place, picture.eye_distance)[:, _FINE].mean(axis=1)
        for where in (person > 0.97, person < 0.03)
    )
    both = np.isfinite(own) & np.isfinite(behind)
    if not both[:_BURNT].any() and min(own[_BURNT], behind[_BURNT]) < _EMPTY:
        both[_BURNT] = False
    if not both.any():
        return could_not_assess(
            NAME, TITLE, "1", "person and background have no smooth parts of the same brightness"
        )
    levels = np.maximum(behind[both], _EMPTY) / np.maximum(own[both], _EMPTY)
    value = float(np.sqrt(levels[np.argmin(np.abs(np.log(levels)))]))
    if max(own[both].max(), behind[both].max()) < 2 * _EMPTY:
        return could_not_assess(NAME, TITLE, "1", "the picture has no noise that could be compared")
    cleaner = "cleaner" if value < 1 else "noisier"
    width, _ = picture.size
    x0, _, x1, _ = picture.face.box
    beside = x0 / 2 if x0 > width - x1 else (width + x1) / 2
    side = 0.6 * picture.eye_distance
    return judged(
        NAME,
        TITLE,
        value,
        "background over person",
        abs(float(np.log2(value))),
        {
            "consistent": "Person and background have noise of one kind.",
            "differs": f"The background is much {cleaner} than the person: blurred, replaced, or"
            " treated by a phone's own processing.",
        },
        regions=(box_region(picture, beside, place[1], side, side),),
    )
