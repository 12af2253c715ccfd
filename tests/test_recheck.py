"""Oracles: cheats between the stages, more than twelve kinds, all refused; honesty never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight import keys, session, signing
from catchlight.encode import encode_png
from catchlight.errors import CredentialError
from catchlight.files import sha256
from catchlight.jumbf import without_credentials
from catchlight.photo import read
from catchlight.recheck import check_rendered
from catchlight.render import Canvas, encode_outputs, render
from catchlight.stored_facts import read_landmarks

from .consents import AGREED, write_down

Given = dict[str, Any]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """What `make` hands over for signing, of the public-domain portrait; and what came of it."""
    from skimage import data

    folder = tmp_path_factory.mktemp("recheck")
    photo = folder / "portrait.png"
    Image.fromarray(np.ascontiguousarray(data.astronaut())).save(photo)
    given: Given = {}
    sign = signing.signed_files

    def kept(files: Any, recipe: Any, readings: Any, **others: Any) -> dict[str, bytes]:
        given.update(others, files=dict(files), recipe=recipe, readings=readings)
        given["signed"] = sign(files, recipe, readings, **others)
        return dict(given["signed"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATCHLIGHT_DATA", str(folder / "data"))
        write_down(AGREED, folder / "data")
        keys.create("Jo Doe")
        patch.setattr(signing, "signed_files", kept)
        session.make([photo], folder / "out", destinations=["linkedin"])
    given["alpha"] = cv2.imdecode(np.frombuffer(given["matte"], np.uint8), cv2.IMREAD_GRAYSCALE)
    return given


def _check(given: Given, **changes: Any) -> None:
    now = given | changes
    check_rendered(
        now["files"],
        now["recipe"],
        now["readings"],
        original=now["original"],
        matte=now["matte"],
        landmarks=now["landmarks"],
        remeasure=now["remeasure"],
    )


def test_an_honest_run_is_signed(honest: Given) -> None:
    assert set(honest["files"]) <= set(honest["signed"])
    for name, data in honest["files"].items():
        assert without_credentials(honest["signed"][name]) == data
    for threads in (1, 2):
        check_rendered(
            honest["files"], honest["recipe"], honest["readings"], original=honest["original"],
            matte=honest["matte"], landmarks=honest["landmarks"],
            remeasure=honest["remeasure"], threads=threads,
        )  # fmt: skip


# Cheats between rendering and encoding: they change the canvas, and are encoded like any picture.


def _eyes(given: Given, canvas: Canvas) -> tuple[np.ndarray, np.ndarray, float]:
    frame = np.array(canvas.frame)
    right, left = (np.array(p) * frame for p in (given["recipe"].facts.eye_right,
                                                 given["recipe"].facts.eye_left))  # fmt: skip
    return right - canvas.origin, left - canvas.origin, float(np.hypot(*(left - right)))


def _warp(linear: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return cv2.remap(linear, x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC,
                     borderMode=cv2.BORDER_REPLICATE)  # fmt: skip


def _about(linear: np.ndarray, centre: np.ndarray, reach: float) -> tuple[np.ndarray, ...]:
    y, x = np.mgrid[: linear.shape[0], : linear.shape[1]].astype(float)
    dx, dy = x - centre[0], y - centre[1]
    return x, y, dx, dy, np.exp(-0.5 * (dx * dx + dy * dy) / reach**2)


def slimmed(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float) -> np.ndarray:
    x, y, dx, _, w = _about(linear, (right + left) / 2 + [0, 0.8 * eyes], eyes)
    return _warp(linear, x + 0.03 * dx * w, y)


def eye_enlarged(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float):
    x, y, dx, dy, w = _about(linear, right, 0.2 * eyes)
    return _warp(linear, x - 0.04 * dx * w, y - 0.04 * dy * w)


def smoothed(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float) -> np.ndarray:
    *_, w = _about(linear, (right + left) / 2 + [0, 0.4 * eyes], 0.4 * eyes)
    w = w[..., None].astype(np.float32)
    return linear * (1 - w) + cv2.GaussianBlur(linear, (0, 0), 2) * w


def spot_healed(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float):
    *_, w = _about(linear, right + np.array([0, 0.5 * eyes]), 0.04 * eyes)
    w = w[..., None].astype(np.float32)
    return linear * (1 - w) + cv2.GaussianBlur(linear, (0, 0), 0.1 * eyes) * w


def mirrored(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float) -> np.ndarray:
    return np.ascontiguousarray(linear[:, ::-1])


def face_swapped(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float):
    *_, w = _about(linear, (right + left) / 2 + [0, 0.4 * eyes], 0.7 * eyes)
    other = np.ascontiguousarray(linear[:, ::-1])  # any other picture will do
    return np.where(w[..., None] > 0.5, other, linear)


def whitened(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float) -> np.ndarray:
    *_, w = _about(linear, (right + left) / 2 + [0, 0.4 * eyes], eyes)
    return linear * (1 + 0.15 * w[..., None]).astype(np.float32)


def catchlight_painted(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float):
    out = linear.copy()
    cv2.circle(out, (round(float(left[0])), round(float(left[1]))), 1, (1.0, 1.0, 1.0), -1)
    return out


def background_flipped(linear: np.ndarray, right: np.ndarray, left: np.ndarray, eyes: float):
    *_, w = _about(linear, (right + left) / 2 + [0, eyes], 1.5 * eyes)
    return np.where(w[..., None] < 0.3, linear[:, ::-1], linear)


PIXELS = (
    slimmed, eye_enlarged, smoothed, spot_healed, mirrored, face_swapped, whitened,
    catchlight_painted, background_flipped,
)  # fmt: skip


@pytest.mark.parametrize("cheat", PIXELS, ids=lambda cheat: cheat.__name__)
def test_changed_pixels_are_refused(honest: Given, cheat: Callable[..., np.ndarray]) -> None:
    recipe = honest["recipe"]
    points = read_landmarks(honest["landmarks"])
    pixels = read(honest["original"]).pixels
    canvas = render(pixels, recipe, honest["alpha"], landmarks=points)
    right, left, eyes = _eyes(honest, canvas)
    changed = cheat(canvas.linear, right, left, eyes).astype(np.float32)
    assert np.abs(changed - canvas.linear).max() > 0.01, "the cheat does nothing"
    files = dict(encode_outputs(replace(canvas, linear=changed), recipe))
    with pytest.raises(CredentialError, match="not what the recipe makes"):
        _check(honest, files=files)


# Cheats with what the rendering is made from, and with what is said of it.


def test_another_original_is_refused(honest: Given, tmp_path: Path) -> None:
    other = tmp_path / "portrait.png"
    Image.fromarray(np.ascontiguousarray(read(honest["original"]).pixels[:, ::-1])).save(other)
    with pytest.raises(CredentialError, match="not the photo the recipe was made from"):
        _check(honest, original=other)


def test_another_matte_is_refused(honest: Given) -> None:
    thinner = cv2.erode(honest["alpha"], np.ones((3, 3), np.uint8))
    with pytest.raises(CredentialError, match="matte is not the one"):
        _check(honest, matte=encode_png(thinner))
    # and with its hash forged too, the picture is another
    facts = honest["recipe"].facts.model_copy(update={"matte_sha256": sha256(encode_png(thinner))})
    recipe = honest["recipe"].model_copy(update={"facts": facts})
    with pytest.raises(CredentialError, match="not signed"):
        _check(honest, matte=encode_png(thinner), recipe=recipe)


def test_other_landmarks_are_refused(honest: Given) -> None:
    moved = honest["landmarks"].replace(b"0.4", b"0.5", 1)
    assert moved != honest["landmarks"]
    for data in (moved, None, b"x,y,z\n"):
        with pytest.raises(CredentialError, match="landmarks are not those"):
            _check(honest, landmarks=data)


def test_another_recipe_is_refused(honest: Given) -> None:
    recipe = honest["recipe"]
    edits = tuple(
        edit.model_copy(update={"exposure_stops": edit.exposure_stops + 0.1})
        if edit.name == "tone"
        else edit
        for edit in recipe.edits
    )
    assert edits != recipe.edits
    with pytest.raises(CredentialError, match="not signed"):
        _check(honest, recipe=recipe.model_copy(update={"edits": edits}))


@pytest.mark.parametrize("name", ["identity", "geometry", "skin_color"])
def test_a_forged_reading_is_refused(honest: Given, name: str) -> None:
    readings = [
        replace(r, value=0.5 * r.value) if r.bound.name == name and r.value else r
        for r in honest["readings"]
    ]
    if readings == list(honest["readings"]):
        pytest.skip(f"{name} could not be assessed on this portrait")
    with pytest.raises(CredentialError, match="measured again"):
        _check(honest, readings=readings)
    left_out = [r for r in honest["readings"] if r.bound.name != name]
    with pytest.raises(CredentialError, match="not all measured"):
        _check(honest, readings=left_out)


def test_a_forged_limit_is_refused(honest: Given) -> None:
    readings = [replace(r, most=2 * r.most) for r in honest["readings"]]
    with pytest.raises(CredentialError, match="limit of"):
        _check(honest, readings=readings)


def test_exchanged_and_foreign_files_are_refused(honest: Given) -> None:
    names = [name for name in honest["files"] if name.endswith(".jpg")]
    exchanged = {names[0]: honest["files"][names[1]]}
    with pytest.raises(CredentialError, match="not what the recipe makes"):
        _check(honest, files=exchanged)
    with pytest.raises(CredentialError, match="none of the recipe's files"):
        _check(honest, files={"holiday.jpg": b""})
