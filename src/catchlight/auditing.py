"""Audit: is this picture still this person? Evidence, each kind with its measured error rates.

There is no verdict. Each kind of evidence says whether the picture differs from the person's own
photographs (or from what one photograph can be), is consistent with them, or can't be told; and how
often that kind errs on known cases (`evidence.calibration`). This module knows the order of the
steps: read, find the person, lay the original under the picture if it is there, measure.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import faces, identity
from .choosing import given_photos
from .consent import Consent, in_force
from .consent_book import granted
from .errors import PhotoError, UnusablePhoto, UsageError, printable
from .evidence import EVIDENCE, Case, Facts, Finding
from .evidence.calibration import rates
from .face_detector import Pyramid
from .output import check_writable, write_atomic
from .progress import Progress, Stages, silent
from .retouch_scale import Retouching, retouching
from .settings import Settings
from .survey import ANALYSIS_SIDE, eight_bit, read_within, refine

__all__ = ["GROUPS", "Audit", "audit", "look_at"]

SCHEMA = "catchlight.audit/1"
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "original": (
        "Against the original",
        (
            *("moved", "smoothed", "healed", "recoloured", "eyes_and_teeth", "hairline_moved"),
            "background_light",
        ),
    ),
    "person": (
        "Against the reference photos",
        (
            *("identity", "geometry", "asymmetry", "marks", "skin_texture", "iris_colour"),
            *("facial_contrast", "ears", "hairline", "hair", "beard", "glasses", "earrings"),
            "body",
        ),
    ),
    "picture": (
        "The picture by itself",
        (
            *("catchlights", "eye_directions", "light", "neck_light", "depth_of_field"),
            *("edge_halo", "noise", "resampling", "skin_texture_alone", "file"),
        ),
    ),
}
"""Titles and kinds of evidence, by what the picture is held against."""
_SMALL_FACE = 90.0  # pixels between the eyes below which a reduced photo is read whole
_MOST_REFERENCES = 40


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """What can be said of a picture.

    Attributes
    ----------
    picture : the audited picture and its face.
    references : the person's photographs that it was held against.
    rejected : references that could not be used.
    findings : one for each kind of evidence.
    retouching : how retouched it is; None where the original is not among the references.
    seconds : how long it took.
    """

    picture: Facts
    references: tuple[Facts, ...]
    rejected: tuple[PhotoError, ...]
    findings: tuple[Finding, ...]
    retouching: Retouching | None
    seconds: float

    def of(self, status: str) -> tuple[Finding, ...]:
        """The findings of one status: "differs", "consistent" or "could_not_assess"."""
        return tuple(finding for finding in self.findings if finding.status == status)

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain words; never more than the evidence shows."""
        said = []
        for group, what in self._groups().items():
            titles = [f.title for f in self.of("differs") if f.name in GROUPS[group][1]]
            if titles:
                word = "Unlike" if group == "picture" else "Differs from"
                said.append(f"{word} {what} in {_joined(titles)}.")
        if not said:
            said.append(
                "No difference was found beyond what copying does."
                if self.retouching is not None
                else "No difference was found, which is no proof: without the original, good"
                " generated pictures and changes of a few percent are not told from photographs."
            )
        for group, what in self._groups().items():
            titles = [f.title for f in self.of("consistent") if f.name in GROUPS[group][1]]
            if titles:
                said.append(f"Consistent with {what} in {_joined(titles)}.")
        for reason, titles in self._unknown().items():
            said.append(f"Can't tell about {_joined(titles)}: {reason}.")
        if self.retouching is not None:
            found = self.retouching
            why = f": {'; '.join(found.reasons)}" if found.reasons else ""
            said.append(
                f"Made from {printable(found.original)}; retouched {found.level} of 5"
                f" ({found.title}){why}."
            )
        return tuple(said)

    def _groups(self) -> dict[str, str]:
        """What each group of evidence holds the picture against."""
        original = "" if self.retouching is None else printable(self.retouching.original)
        return {
            "original": f"its original, {original},",
            "person": "the reference photos",
            "picture": "untouched photographs",
        }

    def _unknown(self) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for finding in self.of("could_not_assess"):
            reasons.setdefault(finding.sentence.rstrip("."), []).append(finding.title)
        return reasons

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready data; no embedding is in it."""
        known = rates()
        rows = []
        for finding in self.findings:
            row = finding.as_dict()
            if (rate := known.get(finding.name)) is not None and rate.cases:
                row["rates"] = {
                    "false_alarms": [rate.false_alarms.flagged, rate.false_alarms.cases],
                    "detections": {
                        name: [found.flagged, found.cases]
                        for name, found in rate.detections.items()
                    },
                }
            rows.append(row)
        return {
            "schema": SCHEMA,
            "picture": printable(self.picture.name),
            "sha256": self.picture.photo.sha256,
            "references": [printable(reference.name) for reference in self.references],
            "rejected": [str(error) for error in self.rejected],
            "sentences": list(self.sentences()),
            "findings": rows,
            "retouching": None if self.retouching is None else self.retouching.as_dict(),
            "seconds": round(self.seconds, 2),
        }


def audit(
    image: str | Path,
    against: Sequence[str | Path] | str | Path = (),
    *,
    out: str | Path | None = None,
    consent: Consent | str | None = None,
    progress: Progress = silent,
    settings: Settings | None = None,
) -> Audit:
    """Measure whether a picture is still the person of some photographs.

    Parameters
    ----------
    image : the picture: anybody's headshot, from anywhere.
    against : photographs of the person as they are, files or folders; the photograph it was made
        from tells the most. Without any, only what the picture shows by itself.
    out : an .html file to write the report to.
    consent : who agreed that faces are compared, as "NAME, purpose, until YYYY-MM-DD"; recorded
        before anything is compared. None: the one that stands from the command line. Without
        photographs to hold it against no faces are compared, and none is needed.
    progress : called with (stage, done, total).
    settings : threads and limits; None: the defaults.

    Raises
    ------
    UsageError : nothing to read, or `out` is not a page.
    NotConsented : there are photographs, and nobody agreed that faces are compared.
    PhotoError : the picture cannot be read, or shows no face.
    """
    start = time.perf_counter()
    settings = settings or Settings()
    target = None if out is None else Path(out)
    if target is not None:
        if target.suffix.lower() not in (".html", ".htm"):
            raise UsageError(f"--out {printable(target)}: a report is a .html file")
        check_writable(target.parent)
    stages = Stages(progress)
    sources = [against] if isinstance(against, str | Path) else list(against)
    paths = given_photos(sources, None) if sources else []
    if len(paths) > _MOST_REFERENCES:
        raise UsageError(
            f"{len(paths)} reference photos; at most {_MOST_REFERENCES} are compared: choose some"
        )
    agreed = in_force(granted(consent)) if paths else None
    stages.report("looking at the photos", 0, len(paths) + 1)
    seen: list[tuple[Facts, ...]] = []
    rejected: list[PhotoError] = []
    everybody = look_at(Path(image), settings, agreed, keep=True)
    for number, path in enumerate(paths, start=1):
        try:
            seen.append(look_at(path, settings, agreed))
        except PhotoError as error:
            rejected.append(error)
        stages.report("looking at the photos", number, len(paths) + 1)
    references, strangers = _of_one_person(seen)
    rejected += strangers
    picture = _nearest(everybody, references)
    case = Case(picture, references)
    findings = []
    for number, kind in enumerate(EVIDENCE.values()):
        stages.report("measuring", number, len(EVIDENCE))
        findings.append(kind(case))
    graded = None
    if case.laid is not None:
        graded = retouching(case.laid, {finding.name: finding for finding in findings})
    spent = time.perf_counter() - start
    found = Audit(picture, references, tuple(rejected), tuple(findings), graded, spent)
    if target is not None:
        from .audit_page import render_page

        write_atomic(target, render_page(found).encode("utf-8"))
    return found


def look_at(
    path: Path, settings: Settings, consent: Consent | None, *, keep: bool = False
) -> tuple[Facts, ...]:
    """Read a photograph and find the faces in it, the largest first.

    Parameters
    ----------
    consent : by which its faces may be compared with others.
    keep : keep the file's bytes too, for what they say of themselves.

    Raises
    ------
    PhotoError : it cannot be read, or shows no face.
    """
    photo = read_within(settings, path, max_side=ANALYSIS_SIDE)
    pixels = eight_bit(photo.pixels)
    found = faces.find(Pyramid(pixels))
    if found and (quarters := round(found[0].roll / 90) % 4):
        photo = photo.turned(quarters)
        pixels = eight_bit(photo.pixels)
        found = faces.find(Pyramid(pixels)) or found
    if not found:
        raise UnusablePhoto(path, "no face was found", "use a picture that shows the face")
    if photo.scale < 0.9 and found[0].eye_distance < _SMALL_FACE:
        scale = photo.scale
        photo = read_within(settings, path).turned(photo.quarter_turns)
        pixels = eight_bit(photo.pixels)
        found = tuple(refine(pixels, face.scaled(1 / scale)) for face in found)
    data = path.read_bytes() if keep else b""
    return tuple(
        Facts(
            path.name, data, photo, pixels, face, tuple(f for f in found if f is not face), consent
        )
        for face in found
        if face.eye_distance >= 0.4 * found[0].eye_distance
    )


def _of_one_person(
    seen: Sequence[tuple[Facts, ...]],
) -> tuple[tuple[Facts, ...], list[PhotoError]]:
    """The face of the person that most references show, and the photos that show others."""
    if not seen:
        return (), []
    sightings = [
        tuple(
            identity.Sighting(f.embedding, f.face.size / min(f.size), _offset(f)) for f in faces_of
        )
        for faces_of in seen
    ]
    found = identity.subject(sightings)
    chosen = []
    strangers: list[PhotoError] = []
    for faces_of, at in zip(seen, found.faces, strict=True):
        if at is None:
            strangers.append(
                UnusablePhoto(
                    faces_of[0].photo.path,
                    "shows somebody else than the other reference photos",
                    "leave it out",
                )
            )
        else:
            chosen.append(faces_of[at])
    return tuple(chosen), strangers


def _offset(facts: Facts) -> float:
    x0, y0, x1, y1 = facts.face.box
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    half = np.array(facts.size) / 2
    return float(np.linalg.norm(middle - half) / np.linalg.norm(half))


def _nearest(everybody: tuple[Facts, ...], references: tuple[Facts, ...]) -> Facts:
    """The face of the picture that is most like the references'; the largest without any."""
    if not references or len(everybody) == 1:
        return everybody[0]
    usual = np.mean([reference.embedding for reference in references], axis=0)
    return min(everybody, key=lambda facts: identity.distance(facts.embedding, usual))


def _joined(titles: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> _joined(["a"]), _joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
