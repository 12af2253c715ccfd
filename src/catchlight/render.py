"""Rendering: a photograph, its matte and a recipe become pixels, by a pure fold of the edits.

No model is called here or in anything imported from here, so no pixel can be generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_encoded, to_linear
from .compiled import compiled
from .edits import Scene
from .encode import CREDENTIALS_BYTES, encode_jpeg, encode_png
from .errors import RecipeError
from .foreground import decontaminate
from .recipe import CropBox, Output, Recipe
from .sharpening import blur_of_reducing, sharpen

__all__ = [
    "Canvas",
    "begin_encoding",
    "encode_outputs",
    "first_scene",
    "render",
    "render_output",
    "to_photo",
    "turn",
    "turned_box",
]

_DITHER_SEED = 7

PixelsT = TypeVar("PixelsT", bound=NDArray[np.uint8] | NDArray[np.uint16])


@dataclass(frozen=True, slots=True)
class Canvas:
    """The rendered picture over all crops of a recipe.

    Attributes
    ----------
    linear : (H, W, 3) float32, linear sRGB, edits applied.
    person : (H, W, 3) float32, the person's own colours for the cut-out, or None.
    alpha : (H, W) float32, or None.
    origin : (x, y) of the canvas's corner in pixels of the turned photograph.
    frame : (width, height) of the photograph in its own pixels.
    rotation : degrees clockwise by which the photograph was turned about its centre.
    """

    linear: NDArray[np.float32]
    person: NDArray[np.float32] | None
    alpha: NDArray[np.float32] | None
    origin: tuple[int, int]
    frame: tuple[int, int]
    rotation: float

    def box(self, crop: CropBox) -> tuple[float, float, float, float]:
        """Edges (x0, y0, x1, y1) of a crop in canvas pixels."""
        x0, y0, x1, y1 = turned_box(crop, self.frame, self.rotation)
        return x0 - self.origin[0], y0 - self.origin[1], x1 - self.origin[0], y1 - self.origin[1]


def turn(
    points: NDArray[np.float64], frame: tuple[int, int], degrees: float
) -> NDArray[np.float64]:
    """Turn (N, 2) points clockwise about the frame's centre."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.asarray(frame, np.float64) / 2
    return np.asarray((points - centre) @ matrix.T + centre)


def turned_box(
    crop: CropBox, frame: tuple[int, int], rotation: float
) -> tuple[float, float, float, float]:
    """Edges (x0, y0, x1, y1) of a crop in pixels of the turned photograph."""
    centre = np.array([[crop.center[0] * frame[0], crop.center[1] * frame[1]]])
    x, y = turn(centre, frame, rotation)[0]
    half_w, half_h = crop.width * frame[0] / 2, crop.height * frame[1] / 2
    return x - half_w, y - half_h, x + half_w, y + half_h


def _cut(image: PixelsT, origin: tuple[int, int], size: tuple[int, int], *, edge: bool) -> PixelsT:
    """Cut a rectangle that may reach beyond the image: its edge repeated, or zero."""
    x, y = origin
    width, height = size
    rows, columns = image.shape[:2]
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, columns), min(y + height, rows)
    if x0 >= x1 or y0 >= y1:
        raise RecipeError("a crop lies outside the photograph")
    inner = image[y0:y1, x0:x1]
    pads = (y0 - y, y + height - y1, x0 - x, x + width - x1)
    if any(pads):
        border = cv2.BORDER_REPLICATE if edge else cv2.BORDER_CONSTANT
        return cast(PixelsT, cv2.copyMakeBorder(inner, *pads, border, value=0))
    return cast(PixelsT, inner)


def render(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    recipe: Recipe,
    matte: NDArray[np.uint8] | None = None,
    plate: NDArray[np.float32] | None = None,
    landmarks: NDArray[np.float64] | None = None,
) -> Canvas:
    """Render a recipe over the union of its crops, at the resolution of `pixels`.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 or uint16, sRGB-encoded: the photograph, full size or reduced.
    matte : (H, W) uint8, the person's coverage 0..255, the size of `pixels`.
    plate : (h, w, 3) float32, linear sRGB: the user's own backdrop, if the recipe asks for one.
    landmarks : (478, 3) float64, shares of the frame, as `stored_facts.read_landmarks` gives them.

    Raises
    ------
    RecipeError : the matte or plate that an edit needs is missing or of another size.
    """
    scene = first_scene(pixels, recipe, matte, plate, landmarks)
    height, width = pixels.shape[:2]
    for edit in recipe.edits:
        if edit.name == "backdrop" and scene.alpha is not None and scene.person is None:
            scene = replace(scene, person=decontaminate(scene.linear, scene.alpha))
        scene = edit.apply(scene, in_place=True)
    person, alpha = scene.person, scene.alpha
    if person is None and alpha is not None and any(o.mask == "person" for o in recipe.outputs):
        person = decontaminate(scene.linear, alpha)
    return Canvas(scene.linear, person, alpha, scene.origin, (width, height), recipe.rotation)


def first_scene(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    recipe: Recipe,
    matte: NDArray[np.uint8] | None = None,
    plate: NDArray[np.float32] | None = None,
    landmarks: NDArray[np.float64] | None = None,
) -> Scene:
    """Return the photograph over the union of a recipe's crops, before any edit.

    Parameters and errors are those of `render`.
    """
    height, width = pixels.shape[:2]
    frame = (width, height)
    if matte is not None and matte.shape != (height, width):
        raise RecipeError(
            f"the matte is {matte.shape[1]}×{matte.shape[0]}, the photo {width}×{height}"
        )
    boxes = np.array([turned_box(o.crop, frame, recipe.rotation) for o in recipe.outputs])
    low = np.floor(boxes[:, :2].min(axis=0) + 1e-6).astype(int)
    high = np.ceil(boxes[:, 2:].max(axis=0) - 1e-6).astype(int)
    origin = (int(low[0]), int(low[1]))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))

    alpha: NDArray[np.float32] | None = None
    if recipe.rotation == 0:
        # No resampling: every pixel of the person stays where the camera put it.
        linear = to_linear(_cut(pixels, origin, size, edge=True))
        if matte is not None:
            alpha = _cut(matte, origin, size, edge=False).astype(np.float32) / np.float32(255)
    else:
        linear, alpha = _turned(pixels, matte, origin, size, recipe.rotation)

    eyes = np.array([recipe.facts.eye_right, recipe.facts.eye_left]) * frame
    distance = float(np.linalg.norm(eyes[1] - eyes[0]))
    eyes = turn(eyes, frame, recipe.rotation) - origin
    middle = eyes.mean(axis=0)
    return Scene(
        linear,
        alpha,
        (float(middle[0]), float(middle[1])),
        distance,
        plate=plate,
        scale=width / recipe.source.width,
        origin=origin,
        landmarks=None if landmarks is None else _placed(landmarks, frame, recipe.rotation, origin),
        mapping=_mapping(frame, recipe.rotation, origin),
    )


def _placed(
    landmarks: NDArray[np.float64],
    frame: tuple[int, int],
    rotation: float,
    origin: tuple[int, int],
) -> NDArray[np.float32]:
    """Landmarks in shares of the frame as (478, 3) float32 in pixels of the canvas."""
    plane = turn(landmarks[:, :2] * frame, frame, rotation) - origin
    return np.column_stack([plane, landmarks[:, 2] * frame[0]]).astype(np.float32)


def _mapping(
    frame: tuple[int, int], rotation: float, origin: tuple[int, int]
) -> NDArray[np.float64]:
    """From shares of the frame to pixels of the canvas, (2, 3)."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]) * frame
    start, right, down = turn(corners, frame, rotation) - origin
    return np.column_stack([right - start, down - start, start])


def _turned(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    matte: NDArray[np.uint8] | None,
    origin: tuple[int, int],
    size: tuple[int, int],
    rotation: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Turn the photograph about its centre and cut, resampling once, in linear light."""
    height, width = pixels.shape[:2]
    # destination index (i, j) -> turned photo coordinate -> photo coordinate -> source index
    corners = np.array([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]]) + origin
    source = turn(corners, (width, height), -rotation) - 0.5
    matrix = np.column_stack([source[1] - source[0], source[2] - source[0], source[0]])
    # only the part of the photograph that is needed becomes linear
    reach = turn(
        np.array([[x, y] for x in (0, size[0]) for y in (0, size[1])], np.float64) + origin,
        (width, height),
        -rotation,
    )
    x0, y0 = np.maximum(np.floor(reach.min(axis=0)).astype(int) - 8, 0)
    x1, y1 = np.minimum(np.ceil(reach.max(axis=0)).astype(int) + 8, (width, height))
    if x0 >= x1 or y0 >= y1:
        raise RecipeError("a crop lies outside the photograph")
    matrix[:, 2] -= (x0, y0)
    flags = cv2.WARP_INVERSE_MAP
    block = to_linear(pixels[y0:y1, x0:x1])
    linear = cv2.warpAffine(
        block,
        matrix,
        size,
        flags=flags | cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REPLICATE,
    )
    np.clip(linear, 0, None, out=linear)
    if matte is None:
        return linear, None
    part = matte[y0:y1, x0:x1].astype(np.float32) / np.float32(255)
    alpha = cv2.warpAffine(
        part, matrix, size, flags=flags | cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    # what has no sample of the photograph around it is not the person
    return linear, np.clip(alpha, 0, 1)


def to_photo(recipe: Recipe, output: Output, frame: tuple[int, int]) -> NDArray[np.float64]:
    """Map an output's continuous coordinates to those of the photograph, (2, 3) float64.

    Parameters
    ----------
    frame : (width, height) of the photograph in pixels.
    """
    x0, y0, x1, y1 = turned_box(output.crop, frame, recipe.rotation)
    step = np.array([(x1 - x0) / output.width, (y1 - y0) / output.height])
    corners = np.array([[x0, y0], [x0 + step[0], y0], [x0, y0 + step[1]]])
    origin, right, down = turn(corners, frame, -recipe.rotation)
    return np.column_stack([right - origin, down - origin, origin])


def _within(
    image: NDArray[np.float32], box: tuple[float, float, float, float]
) -> tuple[slice, slice]:
    """Rows and columns of an image that are in a box, whole pixels."""
    x0, y0, x1, y1 = (round(v) for v in box)
    rows, columns = image.shape[:2]
    x0, y0 = max(x0, 0), max(y0, 0)
    return slice(y0, min(max(y1, y0 + 1), rows)), slice(x0, min(max(x1, x0 + 1), columns))


def _resample(
    image: NDArray[np.float32], box: tuple[float, float, float, float], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Cut `box` from an image and bring it to `size`, in linear light."""
    part = image[_within(image, box)]
    if (part.shape[1], part.shape[0]) == size:
        return part
    shrinks = part.shape[1] >= size[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(part, size, interpolation=how), np.float32)


def render_output(canvas: Canvas, output: Output) -> NDArray[np.uint8]:
    """Return one output's pixels, (h, w, 3) or with a mask (h, w, 4) uint8, sRGB-encoded."""
    box, size = canvas.box(output.crop), (output.width, output.height)
    if output.mask == "person":
        if canvas.alpha is None or canvas.person is None:
            raise RecipeError("a cut-out needs a matte")
        alpha = np.rint(_resample(canvas.alpha, box, size) * 255).clip(0, 255).astype(np.uint8)
        color = to_encoded(_resample(canvas.person, box, size), np.uint8)
        color *= (alpha > 0)[..., None]
        return np.dstack([color, alpha])
    linear = _resample(canvas.linear, box, size)
    reduced = (round(box[2]) - round(box[0]), round(box[3]) - round(box[1])) != size
    cover: NDArray[np.float32] | None = None
    if reduced and canvas.alpha is not None:
        cover = _resample(canvas.alpha, box, size)
    if reduced and output.sharpen is not None:
        rows, columns = canvas.linear[_within(canvas.linear, box)].shape[:2]
        if columns >= size[0] and rows >= size[1]:  # as INTER_AREA asks too
            blur = (blur_of_reducing(columns, size[0]), blur_of_reducing(rows, size[1]))
            linear = sharpen(linear, output.sharpen, blur, cover, in_place=True)
    color = _dithered(linear, cover < 1) if cover is not None else to_encoded(linear, np.uint8)
    if output.mask == "circle":
        return np.dstack([color, _circle(size)])
    return color


def _dithered(linear: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Encode with 8 bits, rounding up or down by chance around the person.

    Reducing a picture averages its grain away, and a paper's gradient would show bands. A value
    that is a whole code stays what it is.
    """
    side = 256
    chance = np.random.default_rng(_DITHER_SEED).integers(-128, 129, (side, side, 3), np.int32)
    out = np.empty((*where.shape, 3), np.uint8)
    for top in range(0, len(out), side):  # in strips, for what is in between is wide
        strip = slice(top, top + side)
        fine = to_encoded(linear[strip], np.uint16)  # 257 steps to each of 8 bits
        _round_by_chance(fine, where[strip], chance, out[strip])
    return out


@compiled
def _round_by_chance(
    fine: Any, where: Any, chance: Any, out: Any
) -> None:  # pragma: no cover - compiled
    side = chance.shape[1]
    for y in range(fine.shape[0]):
        for x in range(fine.shape[1]):
            for channel in range(3):
                value = int(fine[y, x, channel]) + 128
                if where[y, x]:
                    value += chance[y, x % side, channel]
                out[y, x, channel] = min(max(value // 257, 0), 255)


def _circle(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Anti-aliased inscribed ellipse, (h, w) uint8."""
    width, height = size
    x = (np.arange(width) + 0.5 - width / 2)[None, :]
    y = (np.arange(height) + 0.5 - height / 2)[:, None]
    distance = np.hypot(x, y * width / height)
    return np.asarray(np.round(np.clip(width / 2 - distance + 0.5, 0, 1) * 255), np.uint8)


def encode_outputs(canvas: Canvas, recipe: Recipe, threads: int = 2) -> Mapping[str, bytes]:
    """Encode every output of a recipe; the keys are file names.

    Raises
    ------
    RecipeError : an output cannot be made as small as its byte limit.
    """
    with ThreadPoolExecutor(max_workers=threads) as pool:
        begun = begin_encoding(canvas, recipe, pool)
        return {name: file.result() for name, file in begun.items()}


def begin_encoding(
    canvas: Canvas, recipe: Recipe, pool: ThreadPoolExecutor
) -> dict[str, Future[bytes]]:
    """Hand every output of a recipe to a pool to be encoded; `encode_outputs` says the rest."""
    # Encoders let go of the interpreter lock; the largest first, so that none is left at the end.
    order = sorted(
        recipe.outputs, key=lambda o: -o.width * o.height * (2 if "png" in o.file else 1)
    )
    begun = {output.file: pool.submit(_encoded, canvas, output) for output in order}
    return {output.file: begun[output.file] for output in recipe.outputs}


def _encoded(canvas: Canvas, output: Output) -> bytes:
    pixels = render_output(canvas, output)
    if output.format == "png":
        return encode_png(pixels, dpi=output.dpi)
    limit = output.max_bytes
    if limit is not None:  # whether it will be signed or not, so that the bytes stay the same
        limit = max(limit - CREDENTIALS_BYTES, limit // 2)
    try:
        data, _ = encode_jpeg(pixels, quality=output.quality, dpi=output.dpi, max_bytes=limit)
    except ValueError as error:
        raise RecipeError(f"{output.name}: {error}") from None
    return data
