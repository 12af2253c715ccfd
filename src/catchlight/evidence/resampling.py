"""Resampling: traces of enlarging or turning in one part of the picture and not in another.

Interpolated pixels depend on their neighbours in a pattern that repeats (Gallagher 2005, "Detection
of linear and cubic interpolation in JPEG compressed images": the variance of the second derivative
is periodic; the peak of its spectrum tells the factor). A whole picture that was resized proves
nothing; a face that was, within a background that was not, does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .calibration import judged
from .case import Case
from .facts import box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "resampling"]

NAME, TITLE = "resampling", "traces of resampling"
_SIDE = 128  # pixels of a part, at least
_LIVELY = 0.5  # levels: a plain backdrop shows no traces, whatever was done to it
_GRID = 8  # of JPEG, whose own period is left out


def resampling(case: Case) -> Finding:
    """How much stronger a periodic trace is on the face than beside it, or the other way round."""
    picture = case.picture
    grey = picture.pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    if picture.photo.shrink > 1:
        return could_not_assess(NAME, TITLE, "1", "the picture is looked at reduced")
    x0, y0, x1, y1 = (int(v) for v in picture.face.box)
    width = grey.shape[1]
    face = grey[max(0, y0) : y1, max(0, x0) : x1]
    beside = max((grey[:, : max(0, x0)], grey[:, min(width, x1) :]), key=lambda part: part.shape[1])
    if min(*face.shape, *beside.shape) < _SIDE:
        return could_not_assess(NAME, TITLE, "1", "too few pixels of face or background")
    if min(_activity(face), _activity(beside)) < _LIVELY:
        return could_not_assess(NAME, TITLE, "1", "face or background is too smooth to bear traces")
    own, other = _peak(face), _peak(beside)
    statistic = abs(own[0] - other[0])
    where = "the face" if own[0] > other[0] else "the background"
    box = ((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2)
    return judged(
        NAME,
        TITLE,
        statistic,
        "times the spectrum's floor, log2",
        statistic,
        {
            "consistent": "Face and background show the same traces of resizing, or none.",
            "differs": f"Only {where} shows the periodic trace of having been resized.",
        },
        regions=(box_region(picture, *box),),
    )


def _activity(part: NDArray[np.float32]) -> float:
    """Median second difference of a part, levels of 255."""
    return float(np.median(np.abs(2 * part[:, 1:-1] - part[:, :-2] - part[:, 2:])))


def _peak(part: NDArray[np.float32]) -> tuple[float, float]:
    """Strongest peak of the spectrum of second differences over its floor, log2; its frequency."""
    best = (0.0, 0.0)
    for rows in (part, part.T):
        second = np.abs(2 * rows[:, 1:-1] - rows[:, :-2] - rows[:, 2:])
        signal = np.minimum(second, 20.0).mean(axis=0)
        count = len(signal)
        spectrum = np.abs(np.fft.rfft((signal - signal.mean()) * np.hanning(count)))
        frequency = np.arange(len(spectrum)) / count
        kept = frequency > 0.12
        for k in range(1, _GRID // 2 + 1):
            kept &= np.abs(frequency - k / _GRID) > 2.5 / count
        floor = float(np.median(spectrum[kept])) + 1e-6
        at = int(np.where(kept, spectrum, 0).argmax())
        found = float(np.log2(spectrum[at] / floor + 1e-6))
        if found > best[0]:
            best = (found, float(frequency[at]))
    return best
