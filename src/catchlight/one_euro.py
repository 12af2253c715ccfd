"""The One-Euro filter: little jitter when a signal rests, little lag when it moves.

Casiez, Roussel & Vogel 2012, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems", CHI '12, 2527-2530, doi 10.1145/2207676.2208639.
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Smoothed", "smooth"]

_SPEED_CUTOFF = 1.0  # Hz, of the speed itself (the paper's dcutoff and its default)


class Smoothed(NamedTuple):
    """A filtered signal: its value, its speed per second, and the time of its last sample."""

    value: float
    speed: float
    time: float


def smooth(
    last: Smoothed | None, value: float, time: float, min_cutoff: float, beta: float
) -> Smoothed:
    """Return the filtered signal after one more sample; samples may come at any interval.

    Parameters
    ----------
    last : after the sample before; None at first.
    value : the new sample.
    time : of the new sample in seconds, later than the one before.
    min_cutoff : cutoff frequency at rest in Hz.
    beta : Hz that the cutoff grows by for each unit a second of speed.

    >>> smooth(Smoothed(0.0, 0.0, 0.0), 1.0, 0.1, 1.0, 0.0).value  # doctest: +ELLIPSIS
    0.3858...
    """
    if last is None:
        return Smoothed(value, 0.0, time)
    seconds = time - last.time
    new_speed = (value - last.value) / seconds
    speed = last.speed + _alpha(seconds, _SPEED_CUTOFF) * (new_speed - last.speed)
    alpha = _alpha(seconds, min_cutoff + beta * abs(speed))
    return Smoothed(last.value + alpha * (value - last.value), speed, time)


def _alpha(seconds: float, cutoff: float) -> float:
    """Weight of the new sample in an exponential average with this cutoff frequency."""
    return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff * seconds))
