"""Oracles: rendering gives the signed bytes; a planted change is found where it was planted."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight.claims import bounds_assertion
from catchlight.edits import PhotoBackdrop, StudioBackdrop, Tone
from catchlight.encode import encode_png
from catchlight.errors import UsageError
from catchlight.files import sha256
from catchlight.recipe import CropBox, Recipe
from catchlight.render import encode_outputs, render
from catchlight.retrace import retrace

from .signed_pictures import HEIGHT, WIDTH, claim, original, output, recipe, rendered, scene


def said(photo: Path, made: Recipe, files: dict[str, bytes]) -> dict:
    return bounds_assertion(claim(photo, made), files[made.outputs[0].file])


def changed(data: bytes, quality: int = 90, side: int | None = None, patch: bool = True) -> bytes:
    """Smooth a patch at (80..140, 100..170), or only save again."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    pixels = np.array(image)
    if patch:
        pixels[100:170, 80:140] = np.clip(pixels[100:170, 80:140].astype(int) + 18, 0, 255)
    image = Image.fromarray(pixels)
    if side:
        image = image.resize((side, side * image.height // image.width), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_renders_to_the_last_bit(tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo)
    files = rendered(made, photo)
    found = retrace(files["headshot.jpg"], photo, said(photo, made, files), beside=tmp_path)
    assert (found.method, found.is_original, found.exact) == ("rendered again", True, True)
    assert "to the last bit" in found.describe()


def test_a_copy_and_a_change(tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo)
    files = rendered(made, photo)
    bounds = said(photo, made, files)
    data = files["headshot.jpg"]
    for side in (None, 180):
        kept = retrace(changed(data, 70, side, patch=False), photo, bounds, beside=tmp_path)
        assert kept.difference is not None
        assert kept.difference.regions == ()
        found = retrace(changed(data, 70, side), photo, bounds, beside=tmp_path)
        assert found.difference is not None
        region = found.difference.regions[0]
        assert abs(region.left - 80 / 240) < 0.06
        assert abs(region.bottom - 170 / 300) < 0.06


def test_another_photo_is_told(tmp_path: Path) -> None:
    photo, other = original(tmp_path), original(tmp_path, "other.jpg", 9)
    made = recipe(photo)
    files = rendered(made, photo)
    found = retrace(files["headshot.jpg"], other, said(photo, made, files), beside=tmp_path)
    assert (found.is_original, found.method) == (False, "none")
    assert "not the one it was made from" in found.describe()


def with_matte(folder: Path, edits: tuple) -> tuple[Path, Recipe, dict[str, bytes]]:
    photo = original(folder)
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(alpha, (240, 300), (70, 110), 0, 0, 360, 255, -1)
    png = encode_png(alpha)
    (folder / "matte.png").write_bytes(png)
    made = recipe(photo, edits=edits)
    facts = made.facts.model_copy(update={"matte": "matte.png", "matte_sha256": sha256(png)})
    made = made.model_copy(update={"facts": facts})
    pixels = np.asarray(Image.open(io.BytesIO(photo.read_bytes())).convert("RGB"))
    wall = (scene(3) / 255.0).astype(np.float32) ** 2
    return photo, made, dict(encode_outputs(render(pixels, made, alpha, wall), made, 1))


def test_with_the_matte_beside(tmp_path: Path) -> None:
    paper = StudioBackdrop(paper="grey", color="#808080", gradient=0.5, key=0.3, falloff=0.2)
    photo, made, files = with_matte(tmp_path, (Tone(exposure_stops=0.2), paper))
    bounds = said(photo, made, files)
    assert retrace(files["headshot.jpg"], photo, bounds, beside=tmp_path).exact
    # without it, and with nobody in the photo to cut out, the photo is laid under
    found = retrace(files["headshot.jpg"], photo, bounds, beside=tmp_path / "elsewhere")
    assert found.method in ("laid over", "none")
    assert "no face was found" in found.note


def test_without_the_backdrop_only_the_person_is_compared(tmp_path: Path) -> None:
    photo, made, files = with_matte(
        tmp_path, (Tone(exposure_stops=0.2), PhotoBackdrop(path="gone.jpg", sha256="0" * 64))
    )
    bounds = said(photo, made, files)
    found = retrace(files["headshot.jpg"], photo, bounds, beside=tmp_path)
    assert found.method == "rendered again"
    assert found.difference is not None
    assert found.difference.compared < 0.6
    assert found.difference.regions == ()
    assert "--backdrop" in found.note
    planted = retrace(changed(files["headshot.jpg"]), photo, bounds, beside=tmp_path)
    assert planted.difference is not None
    assert planted.difference.regions


def test_without_a_recipe_the_photo_is_laid_under(tmp_path: Path) -> None:
    from skimage import data

    face = np.asarray(data.astronaut())
    photo = tmp_path / "photo.png"
    Image.fromarray(face).save(photo)
    crop = cv2.resize(face[10:310, 80:380], (450, 450), interpolation=cv2.INTER_CUBIC)
    buffer = io.BytesIO()
    Image.fromarray(crop).save(buffer, "JPEG", quality=85)
    found = retrace(buffer.getvalue(), photo, None, beside=tmp_path)
    assert (found.method, found.is_original) == ("laid over", None)
    assert found.difference is not None
    assert found.difference.share < 0.02


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        retrace(b"hello", original(tmp_path), None, beside=tmp_path)


def test_a_recipe_without_the_output(tmp_path: Path) -> None:
    photo = original(tmp_path)
    made = recipe(photo, output(), output("web"))
    files = rendered(made, photo)
    bounds = said(photo, made, files)
    bounds["file"]["name"] = "elsewhere"
    found = retrace(files["headshot.jpg"], photo, bounds, beside=tmp_path)
    assert found.method != "rendered again"


def test_a_recipe_that_would_fill_the_memory_is_not_rendered(tmp_path: Path) -> None:
    photo = original(tmp_path)
    files = rendered(recipe(photo), photo)
    for bad in (
        output(width=40_000, height=40_000),
        output(crop=CropBox(center=(2.9, 0.5), width=3, height=3)),
    ):
        bounds = said(photo, recipe(photo, bad), files)
        found = retrace(files["headshot.jpg"], photo, bounds, beside=tmp_path)
        assert found.method != "rendered again"
        assert "Could not be rendered again" in found.note
