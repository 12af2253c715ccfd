"""Video: the best still pictures of a clip, spread over its time.

One pass over the clip, in bounded memory: time is cut into stretches, each keeps only its best
frame so far, and whenever there are too many stretches they are joined in pairs. So neither the
length nor the frame rate has to be known beforehand (files of a browser's recorder have neither).
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from . import faces
from .errors import PhotoTooLarge, UnreadablePhoto, UnusablePhoto
from .faces import Face
from .headers import identify

__all__ = ["Still", "best_stills", "is_clip"]

_FIRST_STEP = 0.1  # seconds between the frames looked at, at first; a blink takes 0.1 to 0.4
_LOOKS = 1000  # frames looked at in the first `_LOOKS * _FIRST_STEP` seconds; then ever fewer
_STRETCH = 0.5  # seconds of the stretches of time at first
_KEPT_BYTES = 400_000_000  # of frames kept in memory at once
_WATCHED = 300.0  # seconds of a clip that are decoded
_WATCHED_FRAMES = 9000
_PARTS = 30  # evenly spread parts that are watched of a longer clip
_SMALL = 640  # pixels of the longer side at which the face is followed
_SEARCH = 0.5  # seconds between two searches while there is no face
_POOR = 0.35  # of the best frame's merit: what is worse is not worth showing
_PATCH = 48  # pixels of the patch around an eye whose sharpness is taken

_Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One frame of a clip.

    Attributes
    ----------
    seconds : its time in the clip.
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded, upright.
    merit : how it compares with other frames of the same clip; above 0.
    """

    seconds: float
    pixels: _Pixels
    merit: float

    def name(self, clip: Path) -> str:
        """Return a file name that says the clip and the time.

        >>> Still(12.345, np.zeros((1, 1, 3), np.uint8), 1.0).name(Path("party.mp4"))
        'party_00m12.345s.png'
        """
        thousandths = round(self.seconds * 1000)
        minutes, rest = divmod(thousandths, 60_000)
        return f"{clip.stem}_{minutes:02d}m{rest // 1000:02d}.{rest % 1000:03d}s.png"


def is_clip(path: Path) -> bool:
    """Whether a file's content is that of a video (MP4, MOV, WebM and the like)."""
    try:
        with path.open("rb") as file:
            return identify(file.read(4096)) == "a video"
    except (OSError, ValueError):
        return False


def best_stills(
    path: Path,
    *,
    most: int = 12,
    threads: int = 1,
    max_pixels: int = 200_000_000,
    tell: Callable[[float], None] = lambda share: None,
) -> list[Still]:
    """Return the best frames of a clip with a face, in the order of their time.

    Frames are compared by the sharpness of the eyes, open lids and the turn of the head. Of a clip
    of more than five minutes (or 9,000 frames) thirty parts spread over it are watched. The
    camera's rotation is applied, and times are those of the file.

    Parameters
    ----------
    path : an MP4, MOV or WebM file; only read.
    most : frames returned at most.
    threads : of the decoder.
    max_pixels : larger frames are refused.
    tell : called with the share of the clip that is done, 0..1.

    Raises
    ------
    UnreadablePhoto
        The clip is damaged, empty or has no picture track.
    PhotoTooLarge
        Its frames have more pixels than `max_pixels`.
    UnusablePhoto
        No face was found in it.
    """
    with _opened(path, threads) as capture:
        width, height = (
            int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        if width * height > max_pixels:
            raise PhotoTooLarge(
                path,
                f"its frames have {width * height / 1e6:.0f} megapixels, more than the limit of"
                f" {max_pixels / 1e6:.0f}",
                "save it smaller, or raise max_pixels in the settings",
            )
        shelf = _Shelf(max(2, min(most, _KEPT_BYTES // max(1, 3 * width * height))))
        follower = _Follower()
        seen = 0
        for seconds, share in _moments(capture):
            shot, frame = capture.retrieve()
            if not shot or frame is None or frame.ndim != 3:
                continue
            seen += 1
            tell(share)
            merit = follower.merit(seconds, frame)
            if merit > 0:
                shelf.put(Still(seconds, frame, merit))
    if not seen:
        raise UnreadablePhoto(
            path,
            "not one picture could be read from the video",
            "copy it again, or save it as MP4 (H.264)",
        )
    if not shelf.stills:
        raise UnusablePhoto(
            path, "no face was found in the video", "film yourself facing the camera"
        )
    return [replace(s, pixels=_rgb(s.pixels)) for s in shelf.best(most)]


def _rgb(frame: _Pixels) -> _Pixels:
    """Turn OpenCV's order of channels into RGB."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), np.uint8)


# ---------------------------------------------------------------- reading


@contextlib.contextmanager
def _opened(path: Path, threads: int) -> Iterator[cv2.VideoCapture]:
    """Open a clip for decoding, quietly."""
    if not is_clip(path):  # FFmpeg would also follow playlists, to other files and hosts
        raise UnreadablePhoto(path, "it is not a video", "give an MP4, MOV or WebM file")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg's AV_LOG_QUIET
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    capture = cv2.VideoCapture()
    try:
        options = [cv2.CAP_PROP_N_THREADS, threads]
        if not capture.open(str(path.resolve()), cv2.CAP_FFMPEG, options):
            raise UnreadablePhoto(
                path,
                "the video is damaged, cut short or has no pictures in it",
                "copy it again, or save it as MP4 (H.264)",
            )
        yield capture
    finally:
        capture.release()
        cv2.utils.logging.setLogLevel(level)


def _moments(capture: cv2.VideoCapture) -> Iterator[tuple[float, float]]:
    """Go through the frames to look at: their time in seconds and the share that is done.

    The frame is ready for `retrieve` when its time is given. Frames in between are decoded, for
    others build on them, but not converted.
    """
    rate = capture.get(cv2.CAP_PROP_FPS)
    rate = rate if 1 <= rate <= 1000 else 30.0
    frames = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    length = frames / rate if 0 < frames < 1e9 else math.inf
    budget = min(_WATCHED, _WATCHED_FRAMES / rate)
    parts = [(0.0, budget)]
    if budget < length < math.inf:
        part = budget / _PARTS
        parts = [(k * (length - part) / (_PARTS - 1), part) for k in range(_PARTS)]
    watched, last, due = 0.0, -1.0, 0.0
    for start, span in parts:
        if start > last >= 0:
            capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * start)
        while capture.grab():
            # Some files have no times, or broken ones: then the frame rate tells.
            now = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not last < now < last + 3600:
                now = last + 1 / rate if last >= 0 else 0.0
            watched += min(now - last, 1.0)
            last = now
            if now >= due:
                due = now + max(_FIRST_STEP, watched / _LOOKS) - 0.5 / rate
                yield now, min(1.0, watched / min(length, budget))
            if now >= start + span:
                break
        else:
            return


# ---------------------------------------------------------------- judging


class _Follower:
    """Follows the largest face from frame to frame and says how good a frame is of it."""

    def __init__(self) -> None:
        self._face: Face | None = None
        self._search_at = 0.0

    def merit(self, seconds: float, frame: _Pixels) -> float:
        """Return the merit of a frame (BGR, as it is read), 0 where no face is in it."""
        factor = min(1.0, _SMALL / max(frame.shape[:2]))
        how = cv2.INTER_AREA
        small = _rgb(cv2.resize(frame, None, fx=factor, fy=factor, interpolation=how))
        face = None if self._face is None else faces.find_again(small, self._face)
        if face is None and seconds >= self._search_at:
            self._search_at = seconds + _SEARCH
            found = faces.find(small)
            face = found[0] if found else None
        self._face = face
        if face is None:
            return 0.0
        lids = 1 - max(face.blendshape("eyeBlinkLeft"), face.blendshape("eyeBlinkRight"))
        front = math.cos(math.radians(min(85.0, math.hypot(face.yaw, face.pitch))))
        mouth = 1 - 0.5 * face.blendshape("jawOpen")  # words caught midway
        return max(1e-6, _eye_detail(frame, face.scaled(1 / factor)) * lids**2 * front**2 * mouth)


def _eye_detail(frame: _Pixels, face: Face) -> float:
    """Return the sharpness of the sharper eye: its gradient over its contrast, without a unit.

    The root mean square gradient of a patch over its standard deviation: exposure drops out, and
    blur lowers it (as the energy of the gradient, Pertuz et al. 2013, made free of contrast).
    """
    half = 0.3 * face.eye_distance
    values = [0.0]
    for centre in (face.iris_right, face.iris_left):
        x0, y0 = np.maximum(np.floor(centre - half).astype(int), 0)
        x1, y1 = np.ceil(centre + half).astype(int)
        patch = frame[y0:y1, x0:x1]
        if min(patch.shape[:2]) < 6:
            continue
        gray = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_BGR2GRAY).astype(np.float32)
        gray = cv2.resize(gray, (_PATCH, _PATCH), interpolation=cv2.INTER_AREA)
        slope = np.hypot(np.diff(gray, axis=0)[:, 1:], np.diff(gray, axis=1)[1:])
        values.append(float(np.sqrt((slope**2).mean()) / (gray.std() + 4.0)))
    return max(values)


class _Shelf:
    """Keeps the best frame of each stretch of time; joins stretches when they become too many."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._width = _STRETCH
        self.stills: dict[int, Still] = {}

    def put(self, still: Still) -> None:
        """Keep a frame if it is the best of its stretch."""
        self._keep(still)
        while len(self.stills) > self._room:
            kept, self.stills = self.stills, {}
            self._width *= 2
            for other in kept.values():
                self._keep(other)

    def _keep(self, still: Still) -> None:
        stretch = int(still.seconds / self._width)
        held = self.stills.get(stretch)
        if held is None or still.merit > held.merit:
            self.stills[stretch] = still

    def best(self, most: int) -> list[Still]:
        """Return the best frames that are not neighbours in time, in the order of time."""
        apart = min(_STRETCH, self._width / 2)
        chosen: list[Still] = []
        for still in sorted(self.stills.values(), key=lambda s: (-s.merit, s.seconds)):
            if len(chosen) == most or (chosen and still.merit < _POOR * chosen[0].merit):
                break
            if all(abs(still.seconds - other.seconds) >= apart for other in chosen):
                chosen.append(still)
        return sorted(chosen, key=lambda s: s.seconds)
