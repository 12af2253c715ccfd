"""The camera's side room: what it takes as a frame, when it shoots, what it says of a picture."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight.coach_reading import Reading
from catchlight.coach_rules import default_rules
from catchlight.studio.coaching import FAULTS, MOST_SIDE, _Room, opened_frame, verdict
from catchlight.studio.problems import Problem
from catchlight.studio.words import section

from .filmed import filmed, sitter


def jpeg(width: int, height: int, **options: bool) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (90, 90, 90)).save(stream, "JPEG", **options)
    return stream.getvalue()


def test_a_frame_is_a_small_baseline_jpeg_and_nothing_else() -> None:
    frame = opened_frame(jpeg(320, 180))
    assert (frame.shape, frame.dtype) == ((180, 320, 3), np.uint8)
    png = bytes(cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1])
    lies = bytearray(jpeg(64, 64))
    at = lies.index(b"\xff\xc0") + 5
    lies[at : at + 4] = b"\xff\xff\xff\xff"  # says that it is 65535 pixels wide and high
    for bad in (
        *(b"", b"\xff\xd8\xff", jpeg(320, 180)[:400], png, bytes(lies)),
        jpeg(MOST_SIDE + 1, 8), jpeg(64, 64, progressive=True),
    ):  # fmt: skip
        with pytest.raises(Problem) as raised:
            opened_frame(bad)
        assert raised.value.status == 422


GOOD = {"people": 1, "eyes": (0.5, 0.4), "lids": (0.3, 0.3), "gaze": (0.0, 0.0), "blur": 0.8,
        "dark": 0.0, "burnt": 0.0, "backlight": -2.0, "side": 0.1, "eye_distance": 90.0,
        "yaw": 0.0, "pitch": 0.0, "roll": 0.0}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ("eyes_open", "sharp", "even")),
        ({"side": 0.9}, ("eyes_open", "sharp", "light_left")),
        ({"side": -0.9}, ("eyes_open", "sharp", "light_right")),
        ({"lids": (0.05, 0.05), "gaze": None}, ("eyes_closed",)),
        ({"people": 2}, ("others",)),
        ({"people": 0, "room": -2.0}, ("nobody",)),
        ({"blur": 3.0}, ("soft",)),
        ({"dark": 3.0}, ("dark",)),
        ({"gaze": (30.0, 0.0)}, ("gaze",)),
        ({"distance": 40.0}, ("near",)),
        ({"distance": 200.0, "eye_distance_still": 40.0}, ("far",)),
        ({"dark": 3.0, "lids": (0.05, 0.05), "gaze": None}, ("eyes_closed",)),  # one at a time
    ],
)
def test_a_picture_is_judged_in_a_line(change: dict[str, object], said: tuple[str, ...]) -> None:
    values = {**GOOD, **change}
    reading = Reading(0.0, 1280, 720, **values)  # type: ignore[arg-type]
    assert verdict(reading) == said


def test_it_shoots_when_all_is_right_and_forgets_a_sitting_that_is_left(tmp_path: Path) -> None:
    room, frame, shots = _Room(), filmed(sitter()), []
    asked = {"kind": "frame", "session": "s", "sitting": "a", "scale": 1.0}
    for number in range(60):
        said = room.answer({**asked, "time": number * 0.1}, frame)["said"]
        shots.append(said["capture"])
        if said["capture"]:
            break
    assert shots[-1]
    assert len(shots) > 18  # it counted three first
    # another session's sitting of the same name is another sitter
    other = room.answer({**asked, "session": "t", "time": 0.0}, frame)["said"]
    assert (other["code"], other["shot"]) == ("wait", 0)
    room.answer({"kind": "leave", "session": "s", "sitting": ""}, b"")
    again = room.answer({**asked, "time": 100.0}, frame)["said"]
    assert (again["code"], again["shot"]) == ("wait", 0)
    # and what it says about the picture
    path = tmp_path / "still.jpg"
    path.write_bytes(frame)
    told = room.answer({"kind": "verdict", "path": str(path)}, b"")
    assert told == {"verdict": ("eyes_open", "sharp", "even"), "fault": False}


def test_everything_that_may_be_said_of_a_picture_has_words() -> None:
    praise = {"eyes_open", "sharp", "light_left", "light_right", "even", "taken"}
    words = section("verdict")
    assert {*FAULTS.values(), *praise} | {"kept", "but", "loupe"} == words.keys()
    assert {rule.code for rule in default_rules().rules} >= FAULTS.keys()
