"""Follow one face from frame to frame, and keep watch for other people, at a steady cost a frame.

The known face is fitted anew around its last place, as MediaPipe does from one video frame to the
next (Grishchenko et al. 2020, arXiv:2006.10962, section 3): one run of the mesh, no search. The
search that `faces.find` makes at once is spread over frames here, one window of the detector a
call, so that no single frame is slow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from . import face_mesh
from .face_detector import Detection, Pyramid, Window, cover, detect, refine
from .faces import Face
from .head_pose import head_pose

__all__ = ["Seen", "Track", "follow"]

STRANGER = 0.35
"""Of the followed face's size: other faces at least this large are looked for."""

_EVERY = 4  # frames between two windows of the watch for others, while a face is followed
_IN_WINDOW = 0.085  # share of a window from which the full-range detector is sure (see `faces.py`)
_LEAST = 24.0  # pixels: smaller faces are too far for a portrait; nobody is told of them
_PROPOSED, _DETECTED = 0.5, 0.77  # least scores, full range and then short range (see `faces.py`)
_PRESENT = 0.5  # least presence of a fitted mesh
_LARGER = 1.3  # another face this much larger takes over: whoever sits in front is the sitter
_JUMP = 0.6  # of the face's size: a face does not move further from one frame to the next


@dataclass(frozen=True, slots=True)
class Seen:
    """Another face in the frame: centre and size in pixels, and the window it was seen in."""

    x: float
    y: float
    size: float
    window: int


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """What is known from the frames so far.

    Attributes
    ----------
    face : the followed face in the last frame, or None.
    others : other faces, as large as STRANGER or larger, seen in the last round of the watch.
    frames : number of frames since the face was found or lost.
    window : the search window that is next, of those for the present state.
    size : (width, height) of the frames; when it changes, the track starts anew.
    """

    face: Face | None = None
    others: tuple[Seen, ...] = ()
    frames: int = 0
    window: int = 0
    size: tuple[int, int] = (0, 0)


def follow(pixels: NDArray[np.uint8] | Pyramid, track: Track) -> Track:
    """Return the track after one more frame.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded; or the pyramid made of it.
    track : after the frame before; `Track()` at first.

    Raises
    ------
    ModelError : a model is missing or damaged.
    """
    pyramid = pixels if isinstance(pixels, Pyramid) else Pyramid(pixels)
    size = (pyramid.width, pyramid.height)
    if track.size != size:
        track = Track(size=size)
    if track.face is None:
        return _find(pyramid, track)
    face = _refit(pyramid, track.face)
    if face is None:  # the search begins with the next frame, so that this one is not slow
        return Track(size=size)
    track = replace(track, face=face, frames=track.frames + 1)
    return _watch(pyramid, track) if track.frames % _EVERY == 2 else track


def _refit(pyramid: Pyramid, last: Face) -> Face | None:
    """Fit the mesh around the face's last place; None when it is no longer there."""
    face = _fitted(pyramid, face_mesh.around(last.landmarks), last.detection)
    if face is None or not 0.6 < face.size / last.size < 1.7:
        return None
    moved = math.dist(_middle(face), _middle(last))
    return face if moved < _JUMP * last.size else None


def _find(pyramid: Pyramid, track: Track) -> Track:
    """Look for a face in the next of the windows: the whole frame, then finer and finer tiles."""
    windows = [Window(pyramid.width / 2, pyramid.height / 2, float(pyramid.longer))]
    for side in (pyramid.shorter, pyramid.shorter / 2):
        windows += [windows[0], *cover(pyramid, side)]  # the whole frame comes round often
    index = track.window % len(windows)
    track = replace(track, window=index + 1, frames=track.frames + 1)
    proposals = detect(pyramid, windows[index], full_range=True, threshold=_PROPOSED)
    for proposal in sorted(proposals, key=lambda found: -found.size):
        face = _confirmed(pyramid, proposal)
        if face is not None and face.size >= _LEAST:
            return Track(face, size=track.size)  # others are found by the watch
    return track


def _watch(pyramid: Pyramid, track: Track) -> Track:
    """Look for other people in the next of the windows in which they would be seen."""
    face = track.face
    assert face is not None
    side = max(STRANGER * face.size / _IN_WINDOW, pyramid.shorter)  # a round takes a second
    if side < pyramid.longer:
        windows = cover(pyramid, side)
    else:
        windows = [Window(pyramid.width / 2, pyramid.height / 2, float(pyramid.longer))]
    index = track.window % len(windows)
    faces: list[Face] = []
    again: list[Seen] = []
    for proposal in detect(pyramid, windows[index], full_range=True, threshold=_PROPOSED):
        if _inside(proposal, face):
            continue
        known = next((seen for seen in track.others if _at(seen, proposal)), None)
        if known is not None:  # it was confirmed before; a second look is dear
            again.append(replace(known, x=proposal.x, y=proposal.y, window=index))
        elif (other := _confirmed(pyramid, proposal)) is not None:
            faces.append(other)
    # What this window showed in the round before is replaced by what it shows now; what was seen
    # in windows that are no more is dropped.
    kept = tuple(
        seen
        for seen in track.others
        if seen.window < len(windows)
        and seen.window != index
        and not any(_near(seen.x, seen.y, other) for other in faces)
        and not any(_at(seen, new) for new in again)
    )
    track = replace(track, window=index + 1, others=(*kept, *again, *_seen(faces, face, index)))
    largest = max(faces, key=lambda found: found.size, default=face)
    if largest.size > _LARGER * face.size:
        return Track(largest, _seen([face, *faces], largest, 0), size=track.size)
    return track


def _confirmed(pyramid: Pyramid, proposal: Detection) -> Face | None:
    """Look again at a proposal and fit the mesh, only once: the next frame fits it anew."""
    detection = refine(pyramid, proposal, _DETECTED)
    if detection is None:
        return None
    return _fitted(pyramid, face_mesh.around(detection), detection.score)


def _fitted(pyramid: Pyramid, window: Window, score: float) -> Face | None:
    """Fit the mesh in `window`, or return None when the mesh says that there is no face."""
    mesh = face_mesh.fit(pyramid, window)
    if mesh.presence < _PRESENT:
        return None
    shapes = face_mesh.blendshapes(mesh.landmarks)
    return Face(mesh.landmarks, shapes, *head_pose(mesh.landmarks), mesh.presence, score)


def _seen(faces: list[Face], followed: Face, window: int) -> tuple[Seen, ...]:
    """Return the faces other than the followed one that are large enough to count."""
    seen = []
    for face in faces:
        x, y = _middle(face)
        large = face.size >= STRANGER * followed.size
        if face is not followed and large and not _near(x, y, followed):
            seen.append(Seen(x, y, face.size, window))
    return tuple(seen)


def _inside(proposal: Detection, face: Face) -> bool:
    """Whether a proposal is of the face that is already followed."""
    return _near(proposal.x, proposal.y, face) and 0.35 < proposal.size / face.size < 2.2


def _at(seen: Seen, place: Detection | Seen) -> bool:
    """Whether another face that was seen before lies where something is seen now."""
    return math.dist((seen.x, seen.y), (place.x, place.y)) < 0.4 * seen.size


def _near(x: float, y: float, face: Face) -> bool:
    """Whether a point lies well inside a face."""
    return math.dist((x, y), _middle(face)) < 0.5 * face.size


def _middle(face: Face) -> tuple[float, float]:
    x0, y0, x1, y1 = face.box
    return (x0 + x1) / 2, (y0 + y1) / 2
