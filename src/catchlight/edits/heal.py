"""Heal: spots filled from clean skin of the same person beside them, texture and all.

The healing brush (Georgiev 2004, "Photoshop healing brush: a tool for seamless cloning"; after
Pérez, Gangnet & Blake 2003, "Poisson image editing"): the skin of the source is taken over in the
logarithm of light, plus a harmonic function (one with no bump of its own) that carries its shade to
that round the spot. A disc has the harmonic functions in closed form, so they are fitted to a ring
round the spot, and neither noise nor a neighbouring mark on its edge runs into it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from .edit import Edit
from .scene import Scene
from .skin_area import LOG_FLOOR, logarithm

__all__ = ["Heal", "Spot"]

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]

_FEATHER = 1.3  # radii at which nothing is healed any more
_RING = 1.75  # radii to which the surroundings reach that the shade is taken from
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_LEAST = 1.0  # pixels of feather and of ring, in a preview


class Spot(BaseModel):
    """One healed disc: its place and that of the skin it is filled from, in shares of the frame.

    `radius` is in eye distances.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    center: tuple[Share, Share]
    source: tuple[Share, Share]
    radius: float = Field(gt=0.0, le=0.12)


class Heal(Edit):
    """Fill spots from nearby skin. A spot that lies partly outside the picture is left."""

    name: Literal["heal"] = "heal"
    version: Literal[1] = 1
    spots: tuple[Spot, ...] = Field(max_length=200)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Heal every spot from the picture as it was before, so that their order hardly matters."""
        if self.strength == 0 or not self.spots:
            return scene
        centers = scene.places(np.array([spot.center for spot in self.spots]))
        sources = scene.places(np.array([spot.source for spot in self.spots]))
        radii = np.array([spot.radius for spot in self.spots]) * scene.eye_distance
        fills = [
            fill
            for at in range(len(radii))
            if (fill := _fill(scene.linear, centers, sources, radii, at)) is not None
        ]
        out = scene.linear if in_place else scene.linear.copy()
        for place, filled, weight in fills:
            part = out[place]
            part += (np.float32(self.strength) * weight)[..., None] * (filled - part)
        return replace(scene, linear=out)

    def weakened(self, strength: float) -> Self:
        """Heal fewer spots, the last left first: a spot half healed would be no better."""
        kept = self.spots[: int(len(self.spots) * strength)]
        return self.model_copy(update={"spots": kept})

    def describe(self) -> str:
        """Say how many spots were healed."""
        count = len(self.spots) if self.strength > 0 else 0
        if count == 0:
            return "No spot healed."
        who = f"{_COUNTS[count] if count < len(_COUNTS) else count} spot{'s' * (count > 1)}"
        return f"{who} healed with the skin beside {'it' if count == 1 else 'them'}."


_Fill = tuple[tuple[slice, slice], NDArray[np.float32], NDArray[np.float32]]


def _fill(
    linear: NDArray[np.float32],
    centers: NDArray[np.float64],
    sources: NDArray[np.float64],
    radii: NDArray[np.float64],
    at: int,
) -> _Fill | None:
    """Where a spot is, what fills it and with which weight; None where the picture ends there."""
    radius = float(radii[at])
    outer = max(_FEATHER * radius, radius + _LEAST)
    ring = max(_RING * radius, outer + _LEAST)
    side = int(np.ceil(ring)) + 1
    x, y = (int(v) for v in np.floor(centers[at]))
    # whole pixels, so that the texture is taken over as it is
    dx, dy = (int(v) for v in np.rint(sources[at] - centers[at]))
    place, origin = _square(x, y, side), _square(x + dx, y + dy, side)
    if not (_inside(place, linear.shape) and _inside(origin, linear.shape)):
        return None
    target, source = logarithm(linear[place]), logarithm(linear[origin])
    rows = np.arange(y - side, y + side + 1, dtype=np.float64)[:, None] + 0.5
    columns = np.arange(x - side, x + side + 1, dtype=np.float64)[None] + 0.5
    u = (columns - centers[at, 0]) / radius
    v = (rows - centers[at, 1]) / radius
    away = np.hypot(u, v) * radius
    around = (away >= radius) & (away <= ring)
    for other in range(len(radii)):  # what is another spot, here or there, is not surroundings
        if other != at:
            for move in ((0, 0), (dx, dy)):
                gap = np.hypot(
                    columns + move[0] - centers[other, 0], rows + move[1] - centers[other, 1]
                )
                around &= gap > 1.1 * radii[other]
    u, v = np.broadcast_arrays(u, v)
    terms = np.stack([np.ones_like(u), u, v, u * u - v * v, 2 * u * v], axis=-1)
    difference = (target - source).astype(np.float64)
    shade = _fitted(terms, difference, around) if around.sum() > 24 else None
    if shade is None:
        return None
    weight = np.clip((outer - away) / (outer - radius), 0, 1)
    weight = (weight * weight * (3 - 2 * weight)).astype(np.float32)
    healed = _joined(target, source + shade, weight, max(0.8, radius / 2))
    filled = np.maximum(np.exp2(healed) - np.float32(LOG_FLOOR), 0).astype(np.float32)
    return place, filled, (weight > 0).astype(np.float32)


def _square(x: int, y: int, side: int) -> tuple[slice, slice]:
    return slice(y - side, y + side + 1), slice(x - side, x + side + 1)


def _inside(place: tuple[slice, slice], shape: tuple[int, ...]) -> bool:
    return all(
        part.start >= 0 and part.stop <= size for part, size in zip(place, shape, strict=False)
    )


def _fitted(
    terms: NDArray[np.float64], values: NDArray[np.float64], where: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Least squares, again without what lies far off: a hair or another mark in the ring."""
    design, wanted = terms[where], values[where]
    keep = np.ones(len(wanted), bool)
    solution = np.zeros((terms.shape[-1], values.shape[-1]))
    for _ in range(3):
        # einsum sums in one order, whatever the number of threads
        part, goal = design[keep], wanted[keep]
        normal = np.einsum("ni,nj->ij", part, part) + 1e-6 * len(part) * np.eye(terms.shape[-1])
        solution = np.linalg.solve(normal, np.einsum("ni,nc->ic", part, goal))
        error = np.abs(np.einsum("ni,ic->nc", design, solution) - wanted).max(axis=1)
        keep = error <= max(2.5 * float(np.median(error)), 1e-3)
    return np.asarray(np.einsum("hwi,ic->hwc", terms, solution), np.float32)


def _joined(
    outside: NDArray[np.float32],
    inside: NDArray[np.float32],
    weight: NDArray[np.float32],
    sigma: float,
) -> NDArray[np.float32]:
    """Cross-fade that keeps the texture's strength: two textures are unrelated, so that a plain one
    would be weaker half-way.
    """
    share = weight[..., None]
    base_out = cv2.GaussianBlur(outside, (0, 0), sigma)
    base_in = cv2.GaussianBlur(inside, (0, 0), sigma)
    detail = share * (inside - base_in) + (1 - share) * (outside - base_out)
    detail /= np.sqrt(share * share + (1 - share) * (1 - share))
    return np.asarray(share * base_in + (1 - share) * base_out + detail, np.float32)
