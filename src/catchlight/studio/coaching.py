"""The camera's side room: the process in which the coach looks at the frames of a live camera.

A frame comes as a JPEG, is decoded, looked at and forgotten; nothing of it touches the disk. What
is remembered of a sitting are the coach's numbers, until the camera is switched off.
"""

from __future__ import annotations

import io
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..coach import Camera, Coach
from ..coach_quantities import OwnUsual, quantities
from ..coach_reading import Reading, prepare, read_frame
from ..coach_rules import CoachRules, default_rules
from ..errors import CatchlightError
from ..face_track import Track
from ..photo import read
from ..survey import eight_bit
from ..thumbnails import thumbnail
from .child import inherited, pack, unpack
from .darkroom import Kept
from .decoder import MOST_PIXELS
from .problems import Problem, problem_of

__all__ = ["FAULTS", "MOST_SIDE", "main", "opened_frame", "verdict"]

MOST_SIDE = 1920
"""Pixels of a frame's longer side."""
FAULTS = {
    "nobody": "nobody", "only_one": "others", "eyes_closed": "eyes_closed", "not_sharp": "soft",
    "too_dark": "dark", "too_bright": "burnt", "backlit": "backlit", "look_here": "gaze",
    "light_left": "one_sided", "light_right": "one_sided", "light_from_below": "from_below",
    "light_from_above": "from_above", "too_near": "near", "too_far": "far",
}  # fmt: skip
"""What may be wrong with a picture that was taken: the coach's rule, and the fault's name."""
_SIDED = 0.5  # stops between the cheeks from which on light has a side to people (own choice)
_HOLD_S = 1.8  # time to count three, longer than the coach needs by itself
_SITTINGS = 4
_STILL_SIDE = 1600
_LOOKS = 64  # a search looks through one window at a time


def opened_frame(data: bytes) -> NDArray[np.uint8]:
    """Return a frame's pixels, (H, W, 3) uint8 RGB.

    Raises
    ------
    Problem : it is no JPEG, larger than a frame may be, or progressive (a small file of many
        scans takes long to decode); all that is looked at before it is decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if max(image.size) > MOST_SIDE:
                raise Problem(422, f"A frame has at most {MOST_SIDE} pixels a side: send less.")
            if image.info.get("progressive"):
                raise Problem(422, "A frame is a baseline JPEG, not a progressive one.")
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Problem(422, "The frame is no whole JPEG: send it again.") from None


def verdict(reading: Reading, rules: CoachRules | None = None) -> tuple[str, ...]:
    """Name what is to be said about a picture that was taken.

    The first of the coach's faults that is in it, judged by the coach's own thresholds; without
    one what is good, and then where the light is from, left and right being the sitter's own.

    >>> verdict(Reading(0.0, 1280, 720, people=0, room=-2.0))
    ('nobody',)
    """
    rules = rules or default_rules()
    usual = OwnUsual(rules.eyes.usual, rules.mouth.rest)
    values = quantities(reading, usual, None, rules)
    by_code = {rule.code: rule for rule in rules.rules}
    for code, fault in FAULTS.items():
        value = values[by_code[code].quantity]
        if value is not None and by_code[code].sets_in(value):
            return (fault,)
    praise = {"eyes_open": "eyes_closed", "sharp": "not_sharp"}
    said = [
        name for name, code in praise.items()
        if (value := values[by_code[code].quantity]) is not None and by_code[code].ends(value)
    ]  # fmt: skip
    if reading.side is not None:
        sided = abs(reading.side) >= _SIDED
        said.append(("light_left" if reading.side > 0 else "light_right") if sided else "even")
    return tuple(said) or ("taken",)


def _still(path: Path) -> Reading:
    """Read a picture that was taken; again and again until the coach has looked at all of it."""
    pixels = thumbnail(eight_bit(read(path, max_pixels=MOST_PIXELS).pixels), _STILL_SIDE)
    track, people = Track(), 0
    for _ in range(_LOOKS):
        reading, track = read_frame(pixels, 0.0, track)
        people = max(people, reading.people)
        if track.face is not None and track.frames % 4 == 3:
            break
    return replace(reading, people=people)


class _Room:
    """The sittings, each with its coach."""

    def __init__(self) -> None:
        self._coaches: Kept[Coach] = Kept(_SITTINGS)
        rules = default_rules()
        timing = rules.timing.model_copy(update={"hold_s": _HOLD_S})
        self._rules = rules.model_copy(update={"timing": timing})

    def answer(self, header: dict[str, Any], blob: bytes) -> dict[str, Any]:
        """Answer one request."""
        if header["kind"] == "warm":
            prepare()
            return {}
        if header["kind"] == "frame":
            pixels = opened_frame(blob)
            sitting = f"{header['session']}/{header['sitting']}"
            coach = self._coach(sitting, float(header["scale"]))
            return {"said": coach.see(pixels, float(header["time"])).as_dict()}
        if header["kind"] == "leave":
            left = f"{header['session']}/{header['sitting']}"
            for sitting in [name for name in self._coaches if name.startswith(left)]:
                del self._coaches[sitting]
            return {}
        codes = verdict(_still(Path(header["path"])))
        return {"verdict": codes, "fault": codes[0] in FAULTS.values()}

    def _coach(self, sitting: str, scale: float) -> Coach:
        coach = self._coaches.use(sitting)
        if coach is None:
            camera = Camera(still_scale=scale)
            coach = self._coaches.put(sitting, Coach(camera=camera, rules=self._rules))
        return coach


def main() -> None:
    """Answer requests until the studio ends."""
    pipe = inherited()
    room = _Room()
    while True:
        try:
            header, blob = unpack(pipe.recv_bytes())
        except EOFError:
            return
        if header["kind"] == "cancel":
            continue
        try:
            answer = {"kind": "answer", **room.answer(header, blob)}
        except Problem as problem:
            answer = _problem(problem)
        except CatchlightError as error:
            answer = _problem(problem_of(error))
        except Exception:
            traceback.print_exc()
            answer = _problem(Problem(500, "The coach made a mistake there; see the studio's log."))
        pipe.send_bytes(pack({"number": header["number"], **answer}))


def _problem(problem: Problem) -> dict[str, Any]:
    return {"kind": "problem", "status": problem.status, "detail": problem.detail}


if __name__ == "__main__":
    main()
