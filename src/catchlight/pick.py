"""Picking: rank a session's photographs the way a photographer culls, each with its reasons.

Near-duplicates give way to the best of them, then the best come first, and of several pictures
asked for each is another one: maximal marginal relevance (Carbonell & Goldstein 1998, "The use of
MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR) above a
floor of quality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from . import alike
from .alike import Appearance
from .errors import UnusablePhoto, printable
from .faces import Face
from .measures import (
    Measure,
    Subject,
    could_not_assess,
    measure_against,
    measure_all,
    usual,
)
from .measures.distance import judge_distance
from .measures.face_size import MINIMUM_EYE_DISTANCE
from .perspective import Distance, Frame, distances
from .scoring import advantage, default_weights, faults, praise, spoilt, total_score

__all__ = [
    "Candidate",
    "Ranked",
    "against_usual",
    "assess",
    "near_duplicates",
    "rank",
]

_WEAK = 35.0  # total score below which a picture is delivered only with a warning
_MAX_YAW = 55.0  # degrees; beyond it the far eye is hidden and no measure of the face holds

# Of another good picture, what is best there counts this much and being different the rest.
_QUALITY = 0.7
_DIVERSE_FLOOR = 0.93  # of the best score: nothing worse is picked for being different

Status = Literal["usable", "weak", "duplicate"]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One photograph of the subject, measured.

    Attributes
    ----------
    index : position of the photograph in the session.
    path : its file.
    face : the subject's face in it, in pixels of the photograph as it was measured.
    frame : what the photograph says about its camera.
    appearance : what it is compared with the others by.
    measures : results by name.
    """

    index: int
    path: Path
    face: Face
    frame: Frame
    appearance: Appearance
    measures: Mapping[str, Measure]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A candidate's place in the session.

    Attributes
    ----------
    candidate : the measured photograph.
    rank : 1 is the best; near-duplicates of a better picture come after all others.
    score : 0..100, see `scoring.total_score`.
    status : "usable", "weak" (would be delivered only with a warning) or "duplicate".
    group : number of the group of near-duplicates it belongs to.
    place : why it stands here among the others: in what a pick differs from the ones before it,
        what a near-duplicate is worse in, what a good picture is behind in; "" where nothing is to
        be said.
    praise, faults : plain words, the most important first.
    picked : whether it is one of those that were wanted.
    """

    candidate: Candidate
    rank: int
    score: float
    status: Status
    group: int
    place: str = ""
    praise: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    picked: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was picked, or why it was not, the most important first."""
        place = (self.place,) if self.place else ()
        if self.picked:
            return (*place, *self.praise[: 1 if self.faults else 3], *self.faults)
        if self.status == "duplicate":
            return (*place, *self.faults)
        return self.faults or place or self.praise


# ---------------------------------------------------------------- measuring


def assess(index: int, subject: Subject, thumb: NDArray[np.uint8]) -> Candidate:
    """Measure one photograph of the subject by itself.

    Parameters
    ----------
    index : its position in the session.
    subject : the photograph and the face in it.
    thumb : (h, w, 3) uint8, sRGB-encoded: the photograph reduced, 480 pixels are enough.

    Raises
    ------
    UnusablePhoto : the face is too small or turned away; no headshot can come from it.
    """
    path, face = subject.photo.path, subject.face
    if subject.eye_distance < MINIMUM_EYE_DISTANCE:
        raise UnusablePhoto(
            path,
            f"the eyes are {subject.eye_distance:.0f} px apart, need {MINIMUM_EYE_DISTANCE:.0f}",
            "step closer or use the rear camera",
        )
    if abs(face.yaw) > _MAX_YAW:
        raise UnusablePhoto(
            path,
            f"the face is turned away by {abs(face.yaw):.0f}°, {_MAX_YAW:.0f}° is the most",
            "turn towards the camera",
        )
    small = face.scaled(thumb.shape[1] / subject.photo.width)
    look = alike.appearance(thumb, small, subject.photo.capture.time)
    return Candidate(index, path, face, Frame.of(subject.photo), look, measure_all(subject))


def against_usual(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Measure each face against the person's own usual one over the session.

    The second pass: it needs all the photographs of the person, and only of the person. Several
    photographs also tell the camera's distance far better than each alone.
    """
    own = usual([candidate.face for candidate in candidates])
    apart: Sequence[Distance | None] = [None] * len(candidates)
    if len(candidates) > 1:  # of one alone the first pass has told what there is to tell
        apart = distances([c.face for c in candidates], [c.frame for c in candidates])
    finished = []
    for candidate, distance in zip(candidates, apart, strict=True):
        measures = {**candidate.measures, **measure_against(candidate.face, own)}
        if distance is not None:
            measures["CameraDistance"] = judge_distance(distance)
        finished.append(replace(candidate, measures=_reconciled(measures)))
    return finished


def _reconciled(measures: dict[str, Measure]) -> dict[str, Measure]:
    """Take back what one measure says where another knows better."""

    def verdict(name: str) -> str:
        return measures[name].verdict if name in measures else ""

    if verdict("EyesVisible") == "dark glasses":  # the mesh invents lids behind them
        for name in ("EyesOpen", "Squinch"):
            unit = measures[name].unit
            measures[name] = could_not_assess(name, unit, "dark glasses hide the eyes")
    if verdict("MotionBlur") == "moved":  # along the movement edges stay sharp
        unit = measures["Sharpness"].unit
        measures["Sharpness"] = could_not_assess("Sharpness", unit, "the picture is moved")
    return measures


# ---------------------------------------------------------------- comparing


def near_duplicates(a: Candidate, b: Candidate) -> bool:
    """Whether two photographs show the same moment."""
    return alike.same_moment(a.appearance, b.appearance)


_UNLIKE = {
    "turn": "the head turned differently",
    "expression": "another expression",
    "framing": "another framing",
    "setting": "another setting",
}


def _unlike(candidate: Candidate, picks: Sequence[Candidate]) -> str:
    """Say in what a pick differs from the one before it that is nearest to it."""
    near = min(picks, key=lambda p: alike.difference(candidate.appearance, p.appearance))
    apart = alike.differences(candidate.appearance, near.appearance)
    most = max(apart, key=lambda name: apart[name])
    return f"{_UNLIKE[most]} than in {printable(near.path.name)}"


# ---------------------------------------------------------------- ranking


def rank(
    candidates: Sequence[Candidate],
    multipliers: Mapping[str, float] | None = None,
    *,
    top: int = 1,
) -> tuple[Ranked, ...]:
    """Rank photographs, best first; of near-duplicates only the best keeps its place.

    Parameters
    ----------
    candidates : the measured photographs of one session.
    multipliers : factors on the default weights, by measure name (a look's taste).
    top : how many pictures are wanted: so many at the head are chosen to differ from each other as
        well as being good; after them the score alone decides.
    """
    weights = {n: w * (multipliers or {}).get(n, 1.0) for n, w in default_weights().items()}
    scored = sorted(
        ((total_score(c.measures, weights), c) for c in candidates),
        key=lambda pair: (spoilt(pair[1].measures), -pair[0], pair[1].index),
    )
    leaders, group = _grouped([candidate for _, candidate in scored])
    scores = {candidate.index: score for score, candidate in scored}
    weak = {c.index for c in leaders if scores[c.index] < _WEAK or spoilt(c.measures)}
    good = [c for c in leaders if c.index not in weak]
    picks = sorted(_diverse(good, scores, top), key=lambda c: (-scores[c.index], c.index))
    rest = [c for c in good if c not in picks] + [c for c in leaders if c.index in weak]
    picks = picks or rest[:1]
    repeats = [c for _, c in scored if leaders[group[c.index] - 1] is not c]
    ranked = []
    order = [*picks, *(c for c in rest if c not in picks), *repeats]
    for number, candidate in enumerate(order, start=1):
        leader = leaders[group[candidate.index] - 1]
        found = tuple(m.reason for m in faults(candidate.measures, weights))
        place, status = "", "weak" if candidate.index in weak else "usable"
        if candidate is not leader:
            status = "duplicate"
            ahead = (
                advantage(leader.measures, candidate.measures, weights) or "which is hardly better"
            )
            place = f"nearly the same as {printable(leader.path.name)}, {ahead}"
        elif candidate not in picks:
            ahead = advantage(picks[0].measures, candidate.measures, weights)
            name = printable(picks[0].path.name)
            place = f"good, but {name} is ahead, {ahead}" if ahead else f"as good as {name}"
        elif number > 1:
            place = _unlike(candidate, picks[: number - 1])
        ranked.append(
            Ranked(
                candidate,
                number,
                scores[candidate.index],
                cast("Status", status),
                group[candidate.index],
                place,
                praise(candidate.measures),
                found,
                candidate in picks,
            )
        )
    return tuple(ranked)


def _grouped(candidates: Sequence[Candidate]) -> tuple[list[Candidate], dict[int, int]]:
    """Group near-duplicates round the best of them; `candidates` are best first.

    Returns
    -------
    The best of each group, and for each candidate's index the number of its group, from 1.
    """
    leaders: list[Candidate] = []
    group: dict[int, int] = {}
    for candidate in candidates:
        for number, leader in enumerate(leaders, start=1):
            if near_duplicates(leader, candidate):
                group[candidate.index] = number
                break
        else:
            leaders.append(candidate)
            group[candidate.index] = len(leaders)
    return leaders, group


def _diverse(
    candidates: Sequence[Candidate], scores: Mapping[int, float], top: int
) -> list[Candidate]:
    """Choose as many good and different pictures as are wanted; `candidates` are best first."""
    left = list(candidates)
    chosen: list[Candidate] = []

    def worth(c: Candidate) -> float:
        new = min(alike.difference(c.appearance, p.appearance) for p in chosen)
        return _QUALITY * scores[c.index] / 100 + (1 - _QUALITY) * new

    while left and len(chosen) < top:
        floor = _DIVERSE_FLOOR * scores[candidates[0].index]
        good = [c for c in left if scores[c.index] >= floor]
        # Of equals the first, which is the better one.
        best = max(good, key=worth) if chosen and good else left[0]
        chosen.append(best)
        left.remove(best)
    return chosen
