"""Previews: the same fold of the same edits on a smaller copy of the photograph.

While a slider moves there is a quicker way for the last steps of light: what comes before them is
kept, and the person's own colours are taken out of the old background before them and not after,
which shows at most in the finest hair. A picture that stays on screen is rendered the exact way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .edits import Scene
from .foreground import decontaminate
from .plate import plate_of
from .recipe import CropBox, Output, Recipe
from .render import Canvas, first_scene, render, render_output, to_photo
from .stored_facts import read_landmarks
from .thumbnails import fitted

if TYPE_CHECKING:  # a renderer knows no models
    from .sitter import Silhouette, Sitter

__all__ = ["Previews", "places_in"]

_MOVING = frozenset(("fill_light", "tone"))
_WIDER = 1.5  # times a crop that is rendered while it moves
_STEP = 1.06  # sizes are rounded to steps of this, so that a copy serves many crops
_BEYOND = 0x2C  # grey of what the photograph does not show, sRGB


class Previews:
    """Previews of one photograph's headshot; keeps its smaller copies."""

    def __init__(self, sitter: Sitter, silhouette: Silhouette) -> None:
        self._pixels, self._alpha = sitter.pixels, silhouette.alpha
        self._landmarks = read_landmarks(silhouette.landmarks.data)
        self._copies: dict[float, tuple[NDArray[np.uint8], NDArray[np.uint8]]] = {}
        self._plates: dict[str, NDArray[np.float32] | None] = {}
        self._begun: tuple[str, Scene, NDArray[np.float32]] | None = None
        self._wide: tuple[str, CropBox, Canvas] | None = None

    def picture(self, recipe: Recipe, side: int, name: str = "headshot") -> NDArray[np.uint8]:
        """Render an output of a recipe, (h, w, 3 or 4) uint8, its longer side about `side`."""
        small, output, pixels, alpha = self._at(recipe, side, name)
        canvas = render(pixels, small, alpha, self._plate(recipe), self._landmarks)
        return render_output(canvas, output)

    def before(self, recipe: Recipe, side: int) -> NDArray[np.uint8]:
        """Return the headshot's crop of the photograph as it was taken; grey where it ends."""
        plain = recipe.model_copy(update={"edits": ()})
        small, output, pixels, _ = self._at(plain, side)
        shown = render_output(render(pixels, small), output)
        frame = (pixels.shape[1], pixels.shape[0])
        corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        ends = places_in(small, output, corners, frame) * (output.width, output.height)
        there = np.zeros(shown.shape[:2], np.uint8)
        cv2.fillConvexPoly(there, np.rint(ends * 16).astype(np.int32), 1, shift=4)
        shown[there == 0] = _BEYOND
        return shown

    def quick(self, recipe: Recipe, side: int) -> NDArray[np.uint8]:
        """Render the headshot as `picture` does, the quicker way where that is possible."""
        names = [edit.name for edit in recipe.edits]
        if "perspective" in names:
            return self.picture(recipe, side)
        small, output, pixels, alpha = self._at(recipe, side)
        at = sum(name not in _MOVING and name != "backdrop" for name in names)
        fixed = small.model_copy(update={"edits": small.edits[:at]})
        key = f"{fixed.model_dump_json()}{pixels.shape}"
        if self._begun is None or self._begun[0] != key:
            scene = first_scene(pixels, small, alpha, self._plate(recipe), self._landmarks)
            for edit in fixed.edits:
                scene = edit.apply(scene)
            if scene.alpha is None:
                return self.picture(recipe, side)
            self._begun = (key, scene, decontaminate(scene.linear, scene.alpha))
        _, scene, person = self._begun
        scene = replace(scene, plate=self._plate(recipe))  # it may have been begun for a paper
        covered = np.ceil(scene.alpha) if scene.alpha is not None else None
        lit, own = scene, replace(scene, linear=person, alpha=covered)  # nothing else is in `own`
        for edit in small.edits[at:]:
            if edit.name in _MOVING:
                lit, own = edit.apply(lit), edit.apply(own)
            else:
                lit = edit.apply(replace(lit, person=own.linear))
        frame = (pixels.shape[1], pixels.shape[0])
        canvas = Canvas(lit.linear, lit.person, lit.alpha, lit.origin, frame, small.rotation)
        return render_output(canvas, output)

    def cropped(self, recipe: Recipe, side: int) -> NDArray[np.uint8]:
        """Render the headshot as `picture` does, quickly while nothing but the crop changes.

        What is rendered is wider than the crop, and kept, so that the next crop is but cut from it.
        """
        key = f"{recipe.edits}{recipe.rotation}"
        whole = next(output for output in recipe.outputs if output.name == "headshot")
        if self._wide is None or self._wide[0] != key or not _within(whole.crop, self._wide[1]):
            crop = whole.crop
            wide = crop.model_copy(
                update={
                    "width": min(_WIDER * crop.width, 3),
                    "height": min(_WIDER * crop.height, 3),
                }
            )
            widened = recipe.model_copy(
                update={"outputs": (whole.model_copy(update={"crop": wide}),)}
            )
            small, _, pixels, alpha = self._at(widened, round(_WIDER * side))
            canvas = render(pixels, small, alpha, self._plate(recipe), self._landmarks)
            self._wide = (key, wide, canvas)
        canvas = self._wide[2]
        x0, y0, x1, y1 = canvas.box(whole.crop)
        size = {"width": max(1, round(x1) - round(x0)), "height": max(1, round(y1) - round(y0))}
        return render_output(canvas, whole.model_copy(update=size))

    def _at(
        self, recipe: Recipe, side: int, name: str = "headshot"
    ) -> tuple[Recipe, Output, NDArray[np.uint8], NDArray[np.uint8]]:
        """The recipe with one output alone at a smaller size, and the photograph for it."""
        whole = next(output for output in recipe.outputs if output.name == name)
        frame = self._pixels.shape[1::-1]
        cut = (whole.crop.width * frame[0], whole.crop.height * frame[1])
        wanted = min(1.0, side / max(cut))
        factor = 1.0
        while factor / _STEP >= wanted:
            factor /= _STEP
        if factor not in self._copies:
            if len(self._copies) > 4:  # the oldest; a copy is quick to make again
                self._copies.pop(next(iter(self._copies)))
            longest = round(max(self._pixels.shape[:2]) * factor)
            pixels = fitted(self._pixels, longest)[0] if factor < 1 else self._pixels
            size = (pixels.shape[1], pixels.shape[0])
            alpha = cv2.resize(self._alpha, size, interpolation=cv2.INTER_AREA)
            self._copies[factor] = pixels, np.asarray(alpha, np.uint8)
        pixels, alpha = self._copies[factor]
        share = pixels.shape[1] / self._pixels.shape[1]
        size = (max(1, round(cut[0] * share)), max(1, round(cut[1] * share)))
        output = whole.model_copy(update={"width": size[0], "height": size[1]})
        return recipe.model_copy(update={"outputs": (output,)}), output, pixels, alpha

    def _plate(self, recipe: Recipe) -> NDArray[np.float32] | None:
        digest = next((e.sha256 for e in recipe.edits if hasattr(e, "sha256")), "")
        if digest not in self._plates:
            self._plates = {digest: plate_of(recipe)}
        return self._plates[digest]


def _within(inner: CropBox, outer: CropBox) -> bool:
    """Whether one crop lies in another of the same rotation."""
    return all(
        abs(inner.center[i] - outer.center[i]) + half_in <= half_out
        for i, half_in, half_out in (
            (0, inner.width / 2, outer.width / 2),
            (1, inner.height / 2, outer.height / 2),
        )
    )


def places_in(
    recipe: Recipe, output: Output, points: NDArray[np.float64], frame: tuple[int, int]
) -> NDArray[np.float64]:
    """Return where points of the photograph lie in an output, both (N, 2) in shares of each.

    Parameters
    ----------
    frame : (width, height) of the photograph in pixels.
    """
    mapping = np.vstack([to_photo(recipe, output, frame), [0.0, 0.0, 1.0]])
    inverse = np.linalg.inv(mapping)[:2]
    there = np.asarray(points, np.float64) * frame
    return np.asarray((there @ inverse[:, :2].T + inverse[:, 2]) / (output.width, output.height))
