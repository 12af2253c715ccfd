"""Oracles: what is written reads back; what is wrong or missing is named; places stay places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catchlight.errors import RecipeError
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source
from catchlight.render import render, to_photo
from catchlight.stored_facts import (
    landmarks_file,
    matte_file,
    read_landmarks,
    stored_landmarks,
    stored_matte,
)

FRAME = (600, 480)


def mesh(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.uniform(0, 1, (478, 3)) * (*FRAME, 60)).astype(np.float32)


def recipe(facts: Facts, *outputs: Output, rotation: float = 0.0, edits: tuple = ()) -> Recipe:
    crop = CropBox(center=(0.5, 0.55), width=0.5, height=0.6)
    output = Output(name="headshot", file="headshot.png", crop=crop, width=300, height=288)
    return Recipe(
        look="corporate",
        source=Source(path="a.jpg", sha256="0" * 64, width=FRAME[0], height=FRAME[1]),
        facts=facts,
        rotation=rotation,
        edits=edits,
        outputs=outputs or (output,),
    )


def facts_of(folder: Path) -> Facts:
    """Store a matte and landmarks in a folder."""
    stored = matte_file(np.full((480, 600), 7, np.uint8)), landmarks_file(mesh(), FRAME)
    for file in stored:
        (folder / file.name).write_bytes(file.data)
    matte, landmarks = stored
    return Facts(
        eye_right=(0.4, 0.4), eye_left=(0.6, 0.4), matte=matte.name, matte_sha256=matte.sha256,
        landmarks=landmarks.name, landmarks_sha256=landmarks.sha256,
    )  # fmt: skip


def test_reads_back_to_a_thousandth_of_a_pixel_and_then_for_good() -> None:
    first = landmarks_file(mesh(), FRAME)
    shares = read_landmarks(first.data)
    np.testing.assert_allclose(shares * (*FRAME, FRAME[0]), mesh(), atol=1e-3)
    again = landmarks_file((shares * (*FRAME, FRAME[0])).astype(np.float32), FRAME)
    assert again.data == first.data


def test_stored_beside_a_recipe(tmp_path: Path) -> None:
    made = recipe(facts_of(tmp_path))
    landmarks, alpha = stored_landmarks(made, tmp_path), stored_matte(made, tmp_path)
    assert landmarks is not None
    assert alpha is not None
    assert alpha.shape == (480, 600)
    without = recipe(Facts(eye_right=(0.4, 0.4), eye_left=(0.6, 0.4)))
    assert stored_landmarks(without, tmp_path) is None
    assert stored_matte(without, tmp_path) is None


@pytest.mark.parametrize("name", ["matte.png", "landmarks.csv"])
def test_another_or_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    made = recipe(facts_of(tmp_path))
    read = stored_matte if name == "matte.png" else stored_landmarks
    (tmp_path / name).write_bytes(b"x,y,z\n")
    with pytest.raises(RecipeError, match=f"{name}: not the"):
        read(made, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(RecipeError, match=f"{name}: No such file"):
        read(made, tmp_path)


@pytest.mark.parametrize(
    "data",
    [b"", b"x,y,z\n", b"\xff", b"x,y,z\n" + b"1,2\n" * 478, b"x,y,z\n" + b"1,2,nan\n" * 478,
     b"a,b,c\n" + b"1,2,3\n" * 478, b"x,y,z\n" + b"1,2,3\n" * 477],
)  # fmt: skip
def test_what_is_no_file_of_landmarks_is_refused(data: bytes) -> None:
    with pytest.raises(RecipeError, match="landmarks"):
        read_landmarks(data)


@pytest.mark.parametrize("rotation", [0.0, 8.0])
@pytest.mark.parametrize("shrink", [1, 2])
def test_landmarks_are_where_the_picture_shows_them(
    monkeypatch: pytest.MonkeyPatch, rotation: float, shrink: int
) -> None:
    from catchlight.edits import Scene, Tone

    seen: list[Scene] = []
    monkeypatch.setattr(Tone, "apply", lambda _, scene, **__: (seen.append(scene), scene)[1])
    made = recipe(
        Facts(eye_right=(0.4, 0.4), eye_left=(0.6, 0.4)),
        rotation=rotation,
        edits=(Tone(exposure_stops=0.1),),
    )
    shares = read_landmarks(landmarks_file(mesh(), FRAME).data)
    size = (FRAME[0] // shrink, FRAME[1] // shrink)
    canvas = render(np.zeros((size[1], size[0], 3), np.uint8), made, None, None, shares)
    found = seen[0].landmarks
    assert found is not None
    assert found.dtype == np.float32
    # an output of the canvas's own scale, moved to the canvas's corner, is the canvas
    x0, y0, x1, y1 = canvas.box(made.outputs[0].crop)
    exact = made.outputs[0].model_copy(update={"width": x1 - x0, "height": y1 - y0})
    mapping = to_photo(made, exact, size)
    back = (found[:, :2] - (x0, y0)) @ mapping[:, :2].T + mapping[:, 2]
    np.testing.assert_allclose(back * shrink, mesh()[:, :2], atol=2e-3)
    np.testing.assert_allclose(found[:, 2] * shrink, mesh()[:, 2], atol=2e-3)
