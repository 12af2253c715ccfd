"""Picking: rank a session's photographs the way a photographer culls, each with its reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .errors import UnusablePhoto
from .measures import Measure, Subject, measure_all
from .measures.face_size import MINIMUM_EYE_DISTANCE

__all__ = ["Candidate", "Ranked", "assess", "default_weights", "praise", "rank"]

_FLOOR = 0.02  # of a score, so that one zero does not hide every other difference
_WEAK = 35.0  # total score below which a picture is delivered only with a warning
_MAX_YAW = 55.0  # degrees; beyond it the far eye is hidden and no measure of the face holds

Status = Literal["usable", "weak", "duplicate"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One photograph of the subject, measured.

    Attributes
    ----------
    index : position of the photograph in the session.
    path : its file.
    measures : results by name.
    signature : (2, 32, 32) float32, the frame and the face, each with zero mean and unit norm.
    """

    index: int
    path: Path
    measures: Mapping[str, Measure]
    signature: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place in the session.

    Attributes
    ----------
    candidate : the measured photograph.
    rank : 1 is the best; near-duplicates of a better picture come after all others.
    score : 0..100, weighted geometric mean of the measures' scores.
    status : "usable", "weak" (would be delivered only with a warning) or "duplicate".
    group : number of the group of near-duplicates it belongs to.
    reasons : plain words, the most important first.
    """

    candidate: Candidate
    rank: int
    score: float
    status: Status
    group: int
    reasons: tuple[str, ...]


@cache
def default_weights() -> Mapping[str, float]:
    """Weights of the measures from `data/picking.toml`."""
    text = resources.files("catchlight").joinpath("data/picking.toml").read_text("utf-8")
    return {name: float(row["weight"]) for name, row in tomllib.loads(text)["weights"].items()}


def _unit(image: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = image - image.mean()
    return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-6), np.float32)


def assess(index: int, subject: Subject) -> Candidate:
    """Measure one photograph of the subject.

    Raises
    ------
    UnusablePhoto : the face is too small or turned away; no headshot can come from it.
    """
    path = subject.photo.path
    if subject.eye_distance < MINIMUM_EYE_DISTANCE:
        raise UnusablePhoto(
            path,
            f"the eyes are {subject.eye_distance:.0f} px apart, need {MINIMUM_EYE_DISTANCE:.0f}",
            "step closer or use the rear camera",
        )
    if abs(subject.face.yaw) > _MAX_YAW:
        raise UnusablePhoto(
            path,
            f"the face is turned away by {abs(subject.face.yaw):.0f}°, {_MAX_YAW:.0f}° is the most",
            "turn towards the camera",
        )
    small = cv2.resize(subject.photo.pixels, (32, 32), interpolation=cv2.INTER_AREA)
    frame = small.astype(np.float32).mean(axis=2)
    face = np.sqrt(np.maximum(subject.view.luminance, 0))
    face = cv2.resize(face, (32, 32), interpolation=cv2.INTER_AREA)
    signature = np.stack([_unit(frame), _unit(face)])
    return Candidate(index, path, measure_all(subject), signature)


def total_score(measures: Mapping[str, Measure], weights: Mapping[str, float]) -> float:
    """Weighted geometric mean of the scores, 0..100; what could not be assessed is left out."""
    logs, total = 0.0, 0.0
    for name, measure in measures.items():
        weight = weights.get(name, 0.0)
        if measure.score is not None and weight > 0:
            logs += weight * float(np.log(max(measure.score / 100, _FLOOR)))
            total += weight
    return 100.0 * float(np.exp(logs / total)) if total else 0.0


def near_duplicates(a: Candidate, b: Candidate) -> bool:
    """Whether two photographs show the same moment: frame and face both correlate above 0.95."""
    frame, face = (float((x * y).sum()) for x, y in zip(a.signature, b.signature, strict=True))
    return frame > 0.95 and face > 0.95


def _reasons(measures: Mapping[str, Measure], weights: Mapping[str, float]) -> tuple[str, ...]:
    """Say what speaks against the picture, worst first, or else what speaks for it."""
    assessed = [m for m in measures.values() if m.score is not None]
    faults = [m for m in assessed if m.score is not None and m.score < 75]
    faults.sort(key=lambda m: weights.get(m.name, 0.0) * np.log(max((m.score or 0) / 100, _FLOOR)))
    return tuple(m.reason for m in faults) or praise(measures)


def praise(measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Say what speaks for a picture: what is looked at first and is well there."""
    first = ("EyesOpen", "Gaze", "Sharpness", "MouthCorners", "Exposure", "HeadInFrame")
    good = (measures[name] for name in first if name in measures)
    return tuple(m.reason for m in good if m.score is not None and m.score >= 85)[:4]


def rank(
    candidates: Sequence[Candidate], multipliers: Mapping[str, float] | None = None
) -> tuple[Ranked, ...]:
    """Rank photographs, best first; of near-duplicates only the best keeps its place.

    Parameters
    ----------
    candidates : the measured photographs of one session.
    multipliers : factors on the default weights, by measure name (a look's taste).
    """
    weights = {n: w * (multipliers or {}).get(n, 1.0) for n, w in default_weights().items()}
    scored = sorted(
        ((total_score(c.measures, weights), c) for c in candidates),
        key=lambda pair: (-pair[0], pair[1].index),
    )
    leaders: list[Candidate] = []
    firsts: list[tuple[float, Candidate, int]] = []
    repeats: list[tuple[float, Candidate, int]] = []
    for score, candidate in scored:
        for group, leader in enumerate(leaders):
            if near_duplicates(leader, candidate):
                repeats.append((score, candidate, group + 1))
                break
        else:
            leaders.append(candidate)
            firsts.append((score, candidate, len(leaders)))
    ranked = []
    for place, (score, candidate, group) in enumerate([*firsts, *repeats], start=1):
        reasons = _reasons(candidate.measures, weights)
        status: Status = "weak" if score < _WEAK else "usable"
        if place > len(firsts):
            status = "duplicate"
            same = f"nearly the same as {leaders[group - 1].path.name}, which is better"
            faults = [reason for reason in reasons if reason not in praise(candidate.measures)]
            reasons = (*faults, same)
        ranked.append(Ranked(candidate, place, score, status, group, reasons))
    return tuple(ranked)
