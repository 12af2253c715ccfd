"""What was found of one person of a team, as one file: so that no network runs a second time.

A zip without compression: the matte and landmarks as they lie beside a recipe, the face, the
outline that crops are planned on, what retouching decided at every level, what the report says of
the photographs. No embedding is in it. It holds what a person's photographs showed, so it belongs
to their folder and goes with it.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from .edits import AnyEdit
from .errors import RecipeError
from .faces import Face
from .head import CutEdge, Head
from .healing import Decided
from .looks import RetouchLevel
from .retouching import Retouched
from .stored_facts import LANDMARKS_FILE, MATTE_FILE

__all__ = ["FACTS_VERSION", "Facts", "Outline", "face_data", "face_of"]

FACTS_VERSION = 1
"""Counts up where networks or the reading of faces change, so that facts are found anew."""

_EDITS: TypeAdapter[tuple[AnyEdit, ...]] = TypeAdapter(tuple[AnyEdit, ...])
_MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What a crop is planned on: the frame in pixels, the head, and where the photo cuts it."""

    frame: tuple[float, float]
    head: Head
    cut: tuple[CutEdge, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What was found of one person.

    Attributes
    ----------
    source : where the photograph is: a path, an address, or the name of a still in `files`.
    sha256, quarter_turns : of the photograph.
    face, strangers : the person's face in it, and those of others.
    outline : of the head.
    sure, confidence, notes : of the matte; see `sitter.Silhouette`.
    retouched : by level.
    before : measures of the photograph as shot; see `consistency`.
    short : stops by which the face can't be brought to normal.
    session, choice : what the report says of the photographs, and of the one that was picked.
    files : matte and landmarks, thumbnails ("photo/0"), contact sheet ("proofs"), a clip's still.
    """

    source: str
    sha256: str
    quarter_turns: int
    face: Face
    strangers: tuple[Face, ...]
    outline: Outline
    sure: bool
    confidence: float
    notes: tuple[str, ...]
    retouched: dict[RetouchLevel, Retouched]
    before: dict[str, Any]
    short: float
    session: dict[str, Any]
    choice: dict[str, Any]
    files: dict[str, bytes]

    def to_bytes(self) -> bytes:
        """Return the file, the same bytes for the same facts."""
        data = {
            "version": FACTS_VERSION,
            "source": self.source,
            "sha256": self.sha256,
            "quarter_turns": self.quarter_turns,
            "face": face_data(self.face),
            "strangers": [face_data(face) for face in self.strangers],
            "outline": {
                "frame": self.outline.frame,
                "head": {
                    key: value.tolist() if isinstance(value, np.ndarray) else value
                    for key, value in asdict(self.outline.head).items()
                },
                "cut": [asdict(edge) for edge in self.outline.cut],
            },
            "sure": self.sure,
            "confidence": self.confidence,
            "notes": self.notes,
            "retouched": {
                level: {
                    "edits": _EDITS.dump_python(done.edits, mode="json"),
                    "marks": [asdict(mark) for mark in done.marks],
                    "notes": done.notes,
                }
                for level, done in self.retouched.items()
            },
            "before": self.before,
            "short": self.short,
            "session": self.session,
            "choice": self.choice,
        }
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as file:
            text = json.dumps(data, ensure_ascii=False, sort_keys=True)
            for name, content in sorted({**self.files, "facts.json": text.encode()}.items()):
                file.writestr(zipfile.ZipInfo(name), content)
        return whole.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Facts:
        """Read the file.

        Raises
        ------
        RecipeError : it is damaged, or of another version of Catchlight.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                if sum(info.file_size for info in file.infolist()) > _MOST_BYTES:
                    raise ValueError("too large")
                files = {name: file.read(name) for name in file.namelist()}
            found = json.loads(files.pop("facts.json"))
            if found["version"] != FACTS_VERSION:
                raise ValueError("of another version")
            return cls(**_read(found), files=files)
        except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise RecipeError(f"the facts of a person are damaged ({error}): delete them") from None

    @property
    def matte(self) -> bytes:
        """The matte's file."""
        return self.files[MATTE_FILE]

    @property
    def landmarks(self) -> bytes:
        """The landmarks' file."""
        return self.files[LANDMARKS_FILE]


def face_data(face: Face) -> dict[str, Any]:
    """Return a face as plain data; 32-bit numbers come back as they were."""
    return {
        key: value.astype(np.float64).tolist() if isinstance(value, np.ndarray) else value
        for key, value in asdict(face).items()
    }


def face_of(data: dict[str, Any]) -> Face:
    """Return the face that `face_data` gave."""
    arrays = {
        key: np.asarray(data[key], np.float32).reshape(shape)
        for key, shape in (("landmarks", (478, 3)), ("blendshapes", (52,)))
    }
    return Face(**(data | arrays))


def _read(found: dict[str, Any]) -> dict[str, Any]:
    """Turn plain data into the fields of `Facts`, but for the files."""
    outline = found["outline"]
    head = outline["head"]
    points = {key: np.asarray(head[key], np.float64) for key in ("eyes", "face", "outline")}
    cut = tuple(
        CutEdge(edge["side"], tuple(edge["start"]), tuple(edge["end"])) for edge in outline["cut"]
    )
    del found["version"]
    return found | {
        "face": face_of(found["face"]),
        "strangers": tuple(face_of(face) for face in found["strangers"]),
        "outline": Outline(tuple(outline["frame"]), Head(**(head | points)), cut),
        "notes": tuple(found["notes"]),
        "retouched": {
            level: Retouched(
                _EDITS.validate_python(done["edits"]),
                tuple(
                    Decided(**mark | {"center": tuple(mark["center"])}) for mark in done["marks"]
                ),
                tuple(done["notes"]),
            )
            for level, done in found["retouched"].items()
        },
    }
