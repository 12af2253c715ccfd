"""The person's usual face: how lids, mouth, cheeks, brows and jaw rest, over a session's photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from .smiling import smile
from .traits import POPULATION, Norm, traits

__all__ = ["Usual", "usual"]

_STIRRED = 0.15  # share of photos in which a trait is away from rest: a blink, a smile, a frown
_STIRRING = 8.0  # how far it then is, in standard deviations of rest
_TURN = 20.0  # degrees of yaw or pitch at which a trait's variance has doubled
_FACING = 3.0  # times the noise of a face seen from the front; more is no view of a relaxed face
_SMILE = 0.35  # at which the noise of what a smile moves has doubled
_RELAXED = 0.45  # a smile below it does not count as one
_LEAST = -0.3  # smile of a mouth that is drawn down rather than at rest
_NEAR_LEAST = 0.3  # more than the session's least smile, and still taken for rest
_OF_SMILE = ("corner_right", "corner_left", "mouth_width", "mouth_depth", "lip_gap")
_MOVED_BY_SMILE = ("lower_right", "lower_left", "cheek_right", "cheek_left", "lips", "lips_pressed")
_GRID = 241


@dataclass(frozen=True, slots=True)
class Usual:
    """How this person's face rests.

    Attributes
    ----------
    rest : value of each trait (`traits.traits`) at rest, in eye distances.
    spread : standard deviation of that estimate; small after many photos.
    photos : number of faces it was made of.
    relaxed : how many of them do not smile, and so show the cheeks at rest.
    """

    rest: Mapping[str, float]
    spread: Mapping[str, float]
    photos: int
    relaxed: int

    def opening(self, side: str) -> float:
        """Usual opening of the lids of one eye ("right" or "left"), in eye distances."""
        return max(self.rest[f"upper_{side}"] + self.rest[f"lower_{side}"], 0.05)

    def away(self, found: Mapping[str, float]) -> dict[str, float]:
        """How far traits are from rest: each value less the usual one."""
        return {name: value - self.rest[name] for name, value in found.items()}

    def doubt(self, name: str, turned: float = 1.0) -> float:
        """Standard deviation of a trait's distance from rest when the face is at rest.

        Parameters
        ----------
        turned : how many times noisier the trait is in a turned head.
        """
        return float(np.hypot(self.spread[name], turned * POPULATION[name].within))


def usual(faces: Sequence[Face]) -> Usual:
    """Estimate the person's face at rest from all faces of a session.

    Each trait for itself: a person's value at rest is spread about the population's mean; a photo
    shows it with a little noise, more in a turned head, or else shows it stirred, anywhere near
    (a mixture of a narrow and a wide normal distribution about the same centre, after Box & Tiao
    1968, Biometrika 55(1), 119-129). The result is the posterior mean, found on a grid. So blinks
    and turned heads hardly count, a person whose eyes are narrow in all photos is believed, and
    with few photos the population's mean has its say. The mouth at rest is learnt from the photos
    that smile least; cheeks and lower lids, which a smile takes along, from those that do not smile
    against that.

    Parameters
    ----------
    faces : this person's face in each photo; with none the result is the population's mean.
    """
    seen = [traits(face) for face in faces]
    values = {name: np.array([row[name] for row in seen]) for name in POPULATION}
    noise = np.sqrt([1 + (f.yaw / _TURN) ** 2 + (f.pitch / _TURN) ** 2 for f in faces])
    facing = noise < _FACING
    rest: dict[str, float] = {}
    spread: dict[str, float] = {}

    def settle(names: Iterable[str], noise: NDArray[np.float64]) -> None:
        for name in names:
            norm = POPULATION[name]
            rest[name], spread[name] = _at_rest(values[name], norm, noise * norm.within)

    settle([n for n in POPULATION if n not in (*_OF_SMILE, *_MOVED_BY_SMILE)], noise)
    smiles = _smiles(seen, {name: norm.mean for name, norm in POPULATION.items()})
    least = max(float(smiles[facing].min(initial=np.inf)), _LEAST) if facing.any() else _LEAST
    settle(_OF_SMILE, noise * _blurred(smiles - least - _NEAR_LEAST))
    smiles = _smiles(seen, rest)
    settle(_MOVED_BY_SMILE, noise * _blurred(smiles))
    relaxed = int(np.sum(facing & (smiles < _RELAXED)))
    return Usual(MappingProxyType(rest), MappingProxyType(spread), len(faces), relaxed)


def _smiles(seen: Sequence[Mapping[str, float]], rest: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([smile(row, rest) for row in seen], np.float64)


def _blurred(smiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times noisier a smile makes what it moves."""
    return 1 + (np.maximum(smiles, 0.0) / _SMILE) ** 2


def _at_rest(
    values: NDArray[np.float64], norm: Norm, noise: NDArray[np.float64]
) -> tuple[float, float]:
    """Posterior mean and standard deviation of a trait at rest."""
    centre = norm.mean + norm.between * np.linspace(-4.5, 4.5, _GRID)
    log = -0.5 * ((centre - norm.mean) / norm.between) ** 2
    for value, sigma in zip(values, noise, strict=True):
        z = (value - centre) / sigma
        at_rest = (1 - _STIRRED) * np.exp(-0.5 * z**2)
        stirred = _STIRRED / _STIRRING * np.exp(-0.5 * (z / _STIRRING) ** 2)
        log = log + np.log(at_rest + stirred + 1e-300)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ centre)
    return mean, float(np.sqrt(weight @ (centre - mean) ** 2))
