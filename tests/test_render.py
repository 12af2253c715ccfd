"""Oracles: a plain crop is a slice; a mark is where the mapping says; size does not matter."""

from __future__ import annotations

import ast
from pathlib import Path

import cv2
import numpy as np
import pytest

import catchlight
from catchlight.color import delta_e00, encode_srgb, lab, to_linear
from catchlight.edits import Grain, Match, StudioBackdrop, Tone, WhiteBalance
from catchlight.errors import RecipeError
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source
from catchlight.render import Canvas, encode_outputs, render, render_output, to_photo
from catchlight.sharpening import Sharpening

WIDTH, HEIGHT = 600, 480
LIGHT = (
    WhiteBalance(red_stops=-0.2, blue_stops=0.2),
    Tone(exposure_stops=0.4, contrast=1.05, pivot=0.3),
)
PAPER = StudioBackdrop(paper="grey", color="#9098a0", gradient=0.6, key=0.5, falloff=0.3)


def photo(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0, 1, (HEIGHT // 12, WIDTH // 12, 3)).astype(np.float32)
    smooth = cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.clip(smooth * 200 + 20, 0, 255).astype(np.uint8)


def matte() -> np.ndarray:
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(alpha, (300, 200), (90, 120), 0, 0, 360, 255, -1)
    cv2.rectangle(alpha, (150, 320), (450, HEIGHT), 255, -1)
    return cv2.GaussianBlur(alpha, (0, 0), 2)


def output(name: str = "headshot", **changes: object) -> Output:
    values: dict[str, object] = {
        "name": name,
        "file": f"{name}.png",
        "format": "png",
        "crop": CropBox(center=(0.5, 0.5), width=0.5, height=0.6),
        "width": 300,
        "height": 288,
    }
    return Output.model_validate(values | changes)


def recipe(*outputs: Output, edits: tuple = (), rotation: float = 0.0) -> Recipe:
    return Recipe(
        look="corporate",
        source=Source(path="a.jpg", sha256="0" * 64, width=WIDTH, height=HEIGHT),
        facts=Facts(eye_right=(0.42, 0.4), eye_left=(0.58, 0.4)),
        rotation=rotation,
        edits=edits,
        outputs=outputs or (output(),),
    )


def picture(canvas: Canvas, wanted: Output | None = None) -> np.ndarray:
    return render_output(canvas, wanted or output())


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(delta_e00(lab(to_linear(a)), lab(to_linear(b))).mean())


def test_a_crop_without_edits_is_a_slice_of_the_photo() -> None:
    out = picture(render(photo(), recipe()))
    np.testing.assert_array_equal(out, photo()[96:384, 150:450])


@pytest.mark.parametrize("rotation", [-14.0, 0.0, 6.5, 30.0])
@pytest.mark.parametrize("size", [(300, 288), (150, 144), (450, 432)])
def test_a_mark_is_where_the_mapping_says(rotation: float, size: tuple[int, int]) -> None:
    image = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
    spot = (330.0, 210.0)  # continuous coordinates
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    blob = np.exp(-((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (2 * 4**2))
    image = np.clip(image + 200 * blob[..., None], 0, 255).astype(np.uint8)
    wanted = output(width=size[0], height=size[1])
    plan = recipe(wanted, rotation=rotation)
    found = to_linear(picture(render(image, plan), wanted))[..., 0] - to_linear(image)[0, 0, 0]
    v, u = np.mgrid[: size[1], : size[0]] + 0.5
    at = np.array([(found * u).sum(), (found * v).sum()]) / found.sum()
    mapping = to_photo(plan, wanted, (WIDTH, HEIGHT))
    np.testing.assert_allclose(mapping[:, :2] @ at + mapping[:, 2], spot, atol=0.25)


def test_rotation_is_clockwise() -> None:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    cv2.circle(image, (300, 140), 8, (255, 255, 255), -1)  # above the centre
    out = picture(render(image, recipe(rotation=20.0)))[..., 0].astype(float)
    x = (out * np.arange(300)).sum() / out.sum()
    assert x > 150 + 20  # has moved to the right


def test_a_preview_is_the_shrunk_full_picture() -> None:
    plan = recipe(edits=(*LIGHT, PAPER))
    full = picture(render(photo(), plan, matte()))
    small_photo = cv2.resize(photo(), (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    small_matte = cv2.resize(matte(), (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    wanted = output(width=150, height=144)
    preview = picture(render(small_photo, plan, small_matte), wanted)
    shrunk = cv2.resize(full, (150, 144), interpolation=cv2.INTER_AREA)
    assert difference(preview, shrunk) < 1.0


def test_crop_and_light_commute() -> None:
    large = output(crop=CropBox(center=(0.5, 0.5), width=0.9, height=0.9), width=540, height=432)
    together = render(photo(), recipe(large, output("web"), edits=LIGHT))
    alone = picture(render(photo(), recipe(output("web"), edits=LIGHT)), output("web"))
    np.testing.assert_array_equal(picture(together, output("web")), alone)


def test_backdrop_and_crop_commute() -> None:
    """Paper, canvas and grain hang on the photograph, not on the crop."""
    canvas = PAPER.model_copy(update={"mottle": 0.3, "match": Match(grain=Grain(luma=(0.02,) * 5))})
    large = output(crop=CropBox(center=(0.5, 0.5), width=0.9, height=0.9), width=540, height=432)
    clear = np.zeros((HEIGHT, WIDTH), np.uint8)
    together = render(photo(), recipe(large, output("web"), edits=(canvas,)), clear)
    alone = picture(render(photo(), recipe(output("web"), edits=(canvas,)), clear), output("web"))
    found = picture(together, output("web"))
    assert np.abs(found.astype(int) - alone).max() <= 1


def test_a_gradient_made_small_shows_no_bands() -> None:
    """Dithered: a row's mean follows the gradient between two codes, and no code is far off."""
    dark = PAPER.model_copy(update={"color": "#2f3b4c", "gradient": 0.3, "falloff": 0.0})
    wide = output(width=150, height=144)
    clear = np.zeros((HEIGHT, WIDTH), np.uint8)
    canvas = render(photo(), recipe(wide, edits=(dark,)), clear)
    encoded = encode_srgb(canvas.linear[..., 1]).mean(axis=0) * 255
    steps = np.abs(np.interp(np.arange(150) * 2 + 0.5, np.arange(300), encoded)
                   - picture(canvas, wide)[..., 1].mean(axis=0))  # fmt: skip
    assert steps.max() < 0.2  # rounding alone would be off by a half


def test_only_backdrop_lies_beyond_the_photo() -> None:
    high = output(crop=CropBox(center=(0.5, 0.3), width=0.5, height=0.9), width=300, height=432)
    out = picture(render(photo(), recipe(high, edits=(PAPER,)), matte()), high)
    beyond = to_linear(out[:60])
    assert beyond.std(axis=(0, 1)).max() < 0.05  # paper, and no streak of repeated edge pixels


def test_the_person_keeps_every_pixel() -> None:
    out = picture(render(photo(), recipe(edits=(PAPER,)), matte()))
    solid = matte()[96:384, 150:450] == 255
    np.testing.assert_array_equal(out[solid], photo()[96:384, 150:450][solid])


def test_the_cut_out_has_the_matte_as_its_alpha() -> None:
    person = output("cutout", mask="person")
    out = picture(render(photo(), recipe(person, edits=LIGHT), matte()), person)
    np.testing.assert_array_equal(out[..., 3], matte()[96:384, 150:450])
    assert (out[..., :3][out[..., 3] == 0] == 0).all()


def test_a_circle_is_transparent_outside() -> None:
    ring = output(
        "ring", mask="circle", crop=CropBox(center=(0.5, 0.5), width=0.48, height=0.6),
        width=200, height=200,
    )  # fmt: skip
    out = picture(render(photo(), recipe(ring)), ring)
    assert out[0, 0, 3] == 0
    assert out[100, 100, 3] == 255
    assert (out[..., 3] / 255).mean() == pytest.approx(np.pi / 4, abs=0.005)


def test_the_same_bytes_twice() -> None:
    plan = recipe(output(), output("cutout", mask="person"), edits=(*LIGHT, PAPER))
    first = encode_outputs(render(photo(), plan, matte()), plan)
    second = encode_outputs(render(photo(), plan, matte()), plan)
    assert first == second
    assert set(first) == {"headshot.png", "cutout.png"}


def test_says_what_is_missing() -> None:
    with pytest.raises(RecipeError, match="matte"):
        render(photo(), recipe(edits=(PAPER,)))
    with pytest.raises(RecipeError, match="600×480"):
        render(photo(), recipe(), np.zeros((10, 10), np.uint8))
    outside = output(crop=CropBox(center=(2.5, 0.5), width=0.1, height=0.1))
    with pytest.raises(RecipeError, match="outside"):
        render(photo(), recipe(outside))


def imports(module: str) -> set[str]:
    """Modules of the package that one of its modules imports, directly or not."""
    root = Path(catchlight.__file__).parent
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        base = root / Path(*name.split("."))
        file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        package = name.split(".") if base.is_dir() else name.split(".")[:-1]
        if base.is_dir():
            waiting += [f"{name}.{f.stem}" for f in base.glob("*.py") if f.stem != "__init__"]
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                above = package[: len(package) - node.level + 1]
                stems = [".".join([*above, *(node.module or "").split(".")]).strip(".")]
                stems += [f"{stems[0]}.{alias.name}".strip(".") for alias in node.names]
                waiting += [
                    s for s in stems
                    if s and ((root / Path(*s.split("."))).with_suffix(".py").is_file()
                              or (root / Path(*s.split("."))).is_dir())
                ]  # fmt: skip
            elif isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


def test_a_renderer_never_reaches_a_model() -> None:
    """No generated pixel: a property of the import graph."""
    reached = imports("render") | imports("edits")
    models = {"models", "faces", "identity", "matte", "segment", "face_mesh", "face_detector"}
    libraries = {"ai_edge_litert", "onnxruntime", "dlib", "torch", "tensorflow"}
    assert not reached & (models | libraries), reached & (models | libraries)
    assert not reached & {"scene_match", "noise", "plate", "lighting"}  # it measures nothing either
    assert {
        "foreground",
        "color",
        "edits.lens_blur",
    } <= reached  # the walk does see what is imported
    assert models & imports("session")


def test_only_what_is_reduced_is_sharpened() -> None:
    how = Sharpening(floor=0.0005)
    canvas = render(photo(), recipe())
    for size, changed in (((300, 288), False), ((400, 384), False), ((150, 144), True)):
        plain = output(width=size[0], height=size[1])
        sharp = plain.model_copy(update={"sharpen": how})
        same = np.array_equal(picture(canvas, plain), picture(canvas, sharp))
        assert same is not changed
