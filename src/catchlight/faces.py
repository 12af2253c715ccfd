"""The faces in a photo: boxes, 478 landmarks, blendshapes and head pose, largest face first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from . import face_mesh
from .face_detector import Detection, Pyramid, Window, cover, detect, merge, refine, same
from .head_pose import head_pose
from .landmarks import BLENDSHAPE_NAMES, IRIS_LEFT, IRIS_RIGHT

__all__ = ["BLENDSHAPE_NAMES", "Face", "find", "find_again"]

SMALLEST = 0.04  # of the frame's shorter side: smaller faces are looked for only if none is found
STRANGER = 0.25  # of the largest face: others this large are always looked for
LEAST = 16.0  # pixels: below it nothing is taken for a face
# Share of a window that a face must take for the full-range detector to be sure of it.
_SEEN = 0.085
_WORTH = 0.8  # of the frame: larger tiles magnify too little to show anything new
# Least scores, set on 43 pictures without faces (upright and on their side), where nothing passes
# all of them, and on 1,350 composites of 45 known faces at 3 % to 120 % of the frame's shorter side
# and at every tilt, where only an extreme profile with sunglasses fails them.
_PROPOSED = 0.35  # by either detector
_DETECTED = 0.77  # by the short-range detector, looking a second time
_CERTAIN = 0.88  # below it the full-range detector is asked too
_SECONDED = 0.6
_GLIMPSED = 0.3  # presence at the first fit of the mesh
_PRESENT = 0.5  # and at the second
_TURNED = 60.0  # degrees against the largest face: buttons and windows look like faces when turned


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face.

    Attributes
    ----------
    landmarks : (478, 3) float32: x, y in photo pixels, z to the same scale, negative towards the
        camera; indices in `landmarks.py`.
    blendshapes : (52,) float32, 0..1, in the order of BLENDSHAPE_NAMES: geometry of lids, gaze,
        brows and mouth, no emotion.
    yaw, pitch, roll : head pose in degrees; signs in `head_pose.Pose`.
    presence : 0..1, the landmark model's certainty that it looks at a face.
    detection : 0..1, the detector's score.
    """

    landmarks: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    yaw: float
    pitch: float
    roll: float
    presence: float
    detection: float

    @property
    def iris_right(self) -> NDArray[np.float32]:
        """Centre (x, y) of the subject's right iris."""
        return self.landmarks[IRIS_RIGHT, :2]

    @property
    def iris_left(self) -> NDArray[np.float32]:
        """Centre (x, y) of the subject's left iris."""
        return self.landmarks[IRIS_LEFT, :2]

    @property
    def eye_distance(self) -> float:
        """Distance between the iris centres in pixels."""
        return float(np.linalg.norm(self.iris_left - self.iris_right))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The landmarks' bounding box (x0, y0, x1, y1) in photo pixels."""
        x0, y0 = self.landmarks[:, :2].min(axis=0)
        x1, y1 = self.landmarks[:, :2].max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    @property
    def size(self) -> float:
        """Longer side of the landmarks' bounding box in pixels."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, y1 - y0)

    def blendshape(self, name: str) -> float:
        """Return one coefficient (0..1) by name, such as "eyeBlinkLeft"."""
        return float(self.blendshapes[BLENDSHAPE_NAMES.index(name)])

    def scaled(self, k: float) -> Face:
        """Return the face as it lies in the photo scaled by `k`."""
        return replace(self, landmarks=(self.landmarks * np.float32(k)).astype(np.float32))

    def moved(self, dx: float, dy: float) -> Face:
        """Return the face as it lies in the photo shifted by (dx, dy) pixels, as by a crop."""
        return replace(self, landmarks=self.landmarks + np.array([dx, dy, 0], dtype=np.float32))


def find(pixels: NDArray[np.uint8] | Pyramid) -> tuple[Face, ...]:
    """Find the faces of a photo.

    The whole frame is searched first, then tiles of it as fine as it takes to see every face of at
    least SMALLEST of the frame's shorter side and STRANGER of the largest face. Only when that
    finds none, the photo is also searched lying on its sides and upside down, and then for faces
    half as large.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded, or the pyramid of it. A photo lying on its side
        works too; its faces have a roll near 90 or -90 degrees.

    Returns
    -------
    The faces, largest first; empty when there is none.

    Raises
    ------
    ModelError : a model is missing or damaged.
    """
    pyramid = pixels if isinstance(pixels, Pyramid) else Pyramid(pixels)
    frame = Window(pyramid.width / 2, pyramid.height / 2, float(pyramid.longer))
    faces = _look(pyramid, [frame], (True, False), [])
    wanted = max([LEAST, SMALLEST * pyramid.shorter, *(STRANGER * face.size for face in faces)])
    tiles = cover(pyramid, wanted / _SEEN)
    if wanted < _WORTH * _SEEN * frame.side:
        faces = _look(pyramid, tiles, (True,), faces)
    if not faces:
        beyond = replace(frame, side=1.5 * frame.side)
        faces = _look(pyramid, [beyond, *_turned([frame])], (True, False), [])
    if not faces:
        faces = _look(pyramid, _turned(tiles), (True,), [])
    if not faces:
        finer = cover(pyramid, max(LEAST, wanted / 2) / _SEEN)
        faces = _look(pyramid, finer, (True,), [])
    faces.sort(key=lambda face: (-face.size, *face.box))
    return tuple(face for face in faces if not _implausible(face, faces[0]))


def find_again(pixels: NDArray[np.uint8], near: Face) -> Face | None:
    """Fit one face anew where it is already roughly known, without a search; takes about 10 ms.

    For the same face at another size of the photo, or after an edit.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded.
    near : the face in this photo's pixel coordinates, exact to about a fifth of its size.

    Returns
    -------
    The face, with the detection score of `near`, or None when no face is there.

    Raises
    ------
    ModelError : a model is missing or damaged.
    """
    # Only the part around the face is needed, so that a large photo is not halved as a whole.
    window = face_mesh.around(near.landmarks)
    x0 = min(max(math.floor(window.x - window.side), 0), pixels.shape[1] - 1)
    y0 = min(max(math.floor(window.y - window.side), 0), pixels.shape[0] - 1)
    x1 = max(math.ceil(window.x + window.side), x0 + 1)
    y1 = max(math.ceil(window.y + window.side), y0 + 1)
    pyramid = Pyramid(pixels[y0:y1, x0:x1])
    face = _fit(pyramid, face_mesh.around(near.moved(-x0, -y0).landmarks), near.detection)
    return None if face is None else face.moved(x0, y0)


def _look(
    pyramid: Pyramid,
    windows: Sequence[Window],
    full_range: Sequence[bool],
    known: Sequence[Face],
) -> list[Face]:
    """Search `windows` with the detectors asked for; return the faces found and those `known`."""
    proposals = [
        detection
        for window in windows
        for full in full_range
        for detection in detect(pyramid, window, full_range=full, threshold=_PROPOSED)
    ]
    faces = list(known)
    for proposal in merge(proposals):
        if any(_inside(proposal, face) for face in faces):
            continue
        # Beside an upright face nobody is expected to lie on their side or to stand on their head.
        upright = any(abs(face.roll) < _TURNED for face in faces)
        detection = refine(pyramid, proposal, _DETECTED, any_turn=not upright)
        face = None if detection is None else _face(pyramid, detection)
        if face is not None and not any(_same(face, other) for other in faces):
            faces.append(face)
    return faces


def _face(pyramid: Pyramid, detection: Detection) -> Face | None:
    """Fit the mesh to a detection, or return None when something says that it is no face."""
    if detection.score < _CERTAIN:
        window = detection.window()
        others = detect(pyramid, window, full_range=True, threshold=_SECONDED)
        if not any(same(detection, other) for other in others):
            return None
    return _fit(pyramid, face_mesh.around(detection), detection.score)


def _fit(pyramid: Pyramid, window: Window, score: float) -> Face | None:
    """Fit the mesh in `window`, or return None when the mesh says that there is no face.

    The mesh is fitted twice, the second time around its own first result, as MediaPipe does from
    one video frame to the next: that frees it from the detector's box and halves how far landmarks
    wander when the picture is shifted, turned or scaled (0.40 % to 0.19 % of the eye distance).
    The second time it is fitted to the mirror image as well, so that the face has no side; the
    first time to that of the two that `mirroring` names.
    """
    first = face_mesh.fit(pyramid, window, mirrored=pyramid.mirrored)
    if first.presence < _GLIMPSED:
        return None
    mesh = face_mesh.fit(pyramid, face_mesh.around(first.landmarks), both=True)
    if mesh.presence < _PRESENT:
        return None
    face = Face(
        mesh.landmarks,
        face_mesh.blendshapes(mesh.landmarks, both=True),
        *head_pose(mesh.landmarks),
        presence=mesh.presence,
        detection=score,
    )
    return face if face.size >= LEAST else None


def _implausible(face: Face, largest: Face) -> bool:
    """Whether a weakly detected face lies so turned against the largest that it is none."""
    turn = abs((face.roll - largest.roll + 180.0) % 360.0 - 180.0)
    return face.detection < _CERTAIN and turn > _TURNED


def _turned(windows: Sequence[Window]) -> list[Window]:
    """Return the windows turned by the three other quarter turns."""
    return [replace(w, angle=turn) for turn in (90.0, 270.0, 180.0) for w in windows]


def _inside(proposal: Detection, face: Face) -> bool:
    """Whether a proposal is of a face that is already known."""
    x0, y0, x1, y1 = face.box
    reach = 0.3 * face.size
    near = abs(proposal.x - (x0 + x1) / 2) < reach and abs(proposal.y - (y0 + y1) / 2) < reach
    return near and 0.4 < proposal.size / face.size < 2.0


def _same(a: Face, b: Face) -> bool:
    """Whether two meshes are of one face: their centres are nearer than half the larger one."""
    distance = np.linalg.norm(a.landmarks[:, :2].mean(axis=0) - b.landmarks[:, :2].mean(axis=0))
    return float(distance) < 0.4 * max(a.size, b.size)
