"""Light of two colours on the two sides of a face: how its chromaticity runs from ear to ear.

A window on one side and a lamp on the other leave no shade to compare with a key light; they leave
skin whose colour runs from cold to warm across the face. Patches of plain skin at known places tell
the slope, by a straight line without outliers. Skin in shade is redder by itself, by light that
goes from skin to skin and by the camera's curve: that part is taken off by the patches' lightness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .color import LUMINANCE_WEIGHTS
from .light_color import lit_skin, white_of_each_eye
from .quantiles import column_medians
from .skin import SKIN_ZONES, VIEW_EYE_DISTANCE, FaceView

__all__ = ["SideLight", "side_light"]

# Lit and shaded cheeks of people in light of one colour: redder by this, (log2 R/G, log2 B/G), for
# each stop that they are darker.
_SHADE = np.array([0.22, -0.09])
_MOST_SHADE = 2.5  # stops that are taken off at the most
_REACH = 0.75  # eye distances: from the middle of the face to that of a cheek, as seen from before
_LEAST_PATCHES = 10
_OUTLIER = 0.10  # stops
# Of 95 studio portraits the most has 0.28 stops of R/B from cheek to cheek.
_CLEAR, _SURE, _DEEPEST = 0.5, 3.0, 1.6  # stops; deviations; stops from cheek to cheek
_AGREED = 0.3  # share of the skin's run of blue that the whites have to show
# A save at JPEG quality 80 moves that share by up to 0.3 (two photos of 150 are so near the limit).
_HARDLY_AGREED = (0.15, 0.45)


@dataclass(frozen=True, slots=True)
class SideLight:
    """How the colour of the light runs across the face.

    Attributes
    ----------
    red, blue : stops against green (log2 R/G, log2 B/G) for each eye distance to the picture's
        right, along the line of the eyes.
    uncertainty : the same unit, standard deviation of either.
    pivot : eye distances from the middle of the eyes to the middle of the skin that the stronger
        light falls on.
    stops : by which the right cheek in the picture is brighter than the left.
    whites : log2 B/G of the picture's right eye's white less that of the left; None where they
        can't be read.
    """

    red: float
    blue: float
    uncertainty: float
    pivot: float
    stops: float
    whites: float | None

    @property
    def across(self) -> float:
        """Difference of log2 R/B between the cheeks; positive: warmer on the picture's right."""
        return 2 * _REACH * (self.red - self.blue)

    @property
    def mixed(self) -> bool:
        """Whether two lights of different colour are sure: no shade does the same.

        The colour has to run from cold to warm as daylight and lamps differ, in blue at least as
        much as in red (shade is redder, but hardly less blue), clearly, and not into deep shade;
        and the whites of the eyes, an eye distance apart, have to say so too: skin differs from
        cheek to cheek for reasons of its own.
        """
        return self._runs and self._agreement >= _AGREED

    @property
    def undecided(self) -> bool:
        """Whether the skin says two lights, and the whites neither agree clearly nor do not."""
        low, high = _HARDLY_AGREED
        return self._runs and low <= self._agreement < high

    @property
    def _runs(self) -> bool:
        """Whether the skin by itself shows lights of two colours."""
        opposite = self.red * self.blue < 0 and abs(self.blue) >= abs(self.red)
        clear = abs(self.across) > max(_CLEAR, _SURE * self.doubt)
        return opposite and clear and abs(self.stops) <= _DEEPEST

    @property
    def _agreement(self) -> float:
        """Share of the skin's run of blue that the whites show; less than 0 where unknown."""
        return -1.0 if self.whites is None else self.whites / self.blue

    @property
    def doubt(self) -> float:
        """Standard deviation of `across`."""
        return 2 * _REACH * math.sqrt(2) * self.uncertainty


def side_light(view: FaceView) -> SideLight | None:
    """Measure how the light's colour runs across a face; None where too little skin can be read.

    Parameters
    ----------
    view : the face upright at normal size, in linear light.
    """
    middle = float((view.points[468, 0] + view.points[473, 0]) / 2)
    places, colors, levels = [], [], []
    for centres in SKIN_ZONES.values():
        for centre in centres:
            seen_there = _patch(view, view.points[centre])
            if len(seen_there) < 60:
                continue
            red, green, blue = (max(value, 1e-5) for value in column_medians(seen_there))
            level = float(np.dot((red, green, blue), LUMINANCE_WEIGHTS))
            if min(red, green, blue) < 0.002:  # noise and rounding colour the darkest
                continue
            places.append((float(view.points[centre, 0]) - middle) / VIEW_EYE_DISTANCE)
            colors.append((math.log2(red / green), math.log2(blue / green)))
            levels.append(math.log2(level))
    if len(places) < _LEAST_PATCHES:
        return None
    u, seen, light = np.array(places), np.array(colors), np.array(levels)
    if u.min() > -0.4 or u.max() < 0.4:
        return None
    darker = np.clip(light.max() - light, 0, _MOST_SHADE)
    seen = seen - darker[:, None] * _SHADE
    design = np.column_stack([np.ones_like(u), u])
    weights = np.ones(len(u))
    for _ in range(8):
        normal = design.T @ (weights[:, None] * design)
        line = np.linalg.solve(normal, design.T @ (weights[:, None] * seen))
        rest = np.hypot(*(seen - design @ line).T)
        weights = 1 / (1 + (rest / _OUTLIER) ** 2) ** 2
    spread = float(np.sqrt((weights * rest**2).sum() / (2 * weights.sum())))
    # patches of one zone err together: they are worth half their number
    uncertainty = spread * math.sqrt(2 * float(np.linalg.inv(normal)[1, 1]))
    lit = lit_skin(view)
    columns = np.flatnonzero(lit) % lit.shape[1]
    pivot = (float(columns.mean()) + 0.5 - middle) / VIEW_EYE_DISTANCE if columns.size else 0.0
    sides = [float(np.mean(light[where])) for where in (u > 0.3, u < -0.3)]
    return SideLight(
        red=float(line[1, 0]),
        blue=float(line[1, 1]),
        uncertainty=uncertainty,
        pivot=float(np.clip(pivot, -_REACH, _REACH)),
        stops=sides[0] - sides[1],
        whites=_between_whites(view),
    )


def _patch(view: FaceView, centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the unclipped pixels of a disc of 8 view pixels, (n, 3), linear."""
    x, y = (round(float(v) - 0.5) for v in centre)
    height, width = view.clipped.shape
    # A cheek that the photo cuts may lie beside the view: nothing is seen of it.
    part = (
        slice(max(y - 8, 0), max(min(y + 9, height), 0)),
        slice(max(x - 8, 0), max(min(x + 9, width), 0)),
    )
    rows, columns = (np.arange(span.start, span.stop) for span in part)
    inside = (columns - x) ** 2 + (rows[:, None] - y) ** 2 <= 8.5**2
    return np.asarray(view.linear[part][inside & ~view.clipped[part]], np.float32)


def _between_whites(view: FaceView) -> float | None:
    """Blueness of the white of the picture's right eye less that of the left, log2 B/G."""
    left, right = white_of_each_eye(view)
    if left is None or right is None:
        return None
    return float(right[0][1] - left[0][1])
