"""A user's own segmentation or matting network (an ONNX file) in place of the coarse networks.

What such files have in common is small: one picture in, one map out. The rest is told by the
shape of the input, as the authors' own code has it:

============================  ==============  ========================================
input                         taken for       picture is made
============================  ==============  ========================================
up to 400 pixels square       U²-Net          divided by its maximum, ImageNet's mean
                                              and deviation taken out
about 512, or of free size    MODNet          0..1, less 0.5, divided by 0.5
from 640 pixels               ISNet           0..1, less 0.5
the same, answering logits    BiRefNet        0..1, ImageNet's mean and deviation
============================  ==============  ========================================

A file's metadata may say otherwise: `mean` and `std`, three numbers each for a picture of 0..1
(or one for all). Channels come first or last, the picture is squeezed into a fixed size and keeps
its shape in a free one. The answer is the first output; values outside 0..1 are logits. Matting
networks give alpha, segmentation networks a mask; both are refined by closed-form matting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .errors import ModelError, printable

__all__ = ["MattingModel", "load"]

_Map: TypeAlias = NDArray[np.float32]

# ImageNet's mean colour and deviation, 0..1.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_HALF, _ONE = (0.5, 0.5, 0.5), (1.0, 1.0, 1.0)
_SMALL, _LARGE = 400, 640  # pixels: up to which an input is U²-Net's, and from which ISNet's
_SHORT, _LONG, _STEP = 512, 1024, 32  # pixels: a free size's short side, its limits and multiple
_OUTSIDE = 0.05  # beyond 0..1 by more than that an answer is logits


@dataclass(frozen=True, slots=True)
class MattingModel:
    """A user's network and how it wants its picture.

    Attributes
    ----------
    file : its path.
    size : (rows, columns) of its picture, or None where they are free.
    channels_last : whether colour is the last dimension rather than the second.
    mean, deviation : taken out of a picture of 0..1.
    by_maximum : whether the picture is divided by its brightest value rather than by 255.
    guessed : whether mean and deviation follow from the shape only.
    network : the session.
    """

    file: Path
    size: tuple[int, int] | None
    channels_last: bool
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    by_maximum: bool
    guessed: bool
    network: models.Onnx

    def __call__(self, picture: NDArray[np.uint8]) -> _Map:
        """Return the person's share of each pixel of a picture, (h, w) float32, 0..1.

        The map has the network's own size; it covers the whole picture.

        Parameters
        ----------
        picture : (H, W, 3) uint8, sRGB-encoded.

        Raises
        ------
        ModelError : the network does not run, or its answer is not one map.
        """
        answer = self._run(picture)
        if not _logits(answer):
            return np.clip(answer, 0, 1)
        if self.guessed and self.mean == _HALF and self.deviation == _ONE:
            # BiRefNet and ISNet take pictures of one size; only BiRefNet answers with logits.
            answer = replace(self, mean=_MEAN, deviation=_DEVIATION, guessed=False)._run(picture)
        return np.asarray(1 / (1 + np.exp(-np.clip(answer, -30, 30))), np.float32)

    def _run(self, picture: NDArray[np.uint8]) -> _Map:
        rows, columns = self.size or _free_size(picture.shape[0], picture.shape[1])
        smaller = picture.shape[0] > rows or picture.shape[1] > columns
        mode = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        tensor = cv2.resize(picture, (columns, rows), interpolation=mode).astype(np.float32)
        tensor /= max(float(tensor.max()), 1.0) if self.by_maximum else 255.0
        mean, deviation = (np.array(v, np.float32) for v in (self.mean, self.deviation))
        tensor = (tensor - mean) / deviation
        if not self.channels_last:
            tensor = tensor.transpose(2, 0, 1)
        try:
            outputs = self.network(np.ascontiguousarray(tensor[None], np.float32))
        except Exception as error:  # ONNX Runtime's errors have no common base but Exception
            raise ModelError(
                f"the matting model {printable(self.file)} does not run on a picture of "
                f"{columns} x {rows} pixels: {error}"
            ) from error
        return _one_map(outputs[0], self.file)


@cache
def load(file: Path, threads: int = 1) -> MattingModel:
    """Return the network in an ONNX file of the user's, loaded once a process.

    Raises
    ------
    ModelError : there is no such file, it is no ONNX model, or not one that takes a picture.
    """
    network = models.onnx(file, threads)
    shapes = network.input_shapes
    wrong = (
        f"the matting model {printable(file)} takes {' and '.join(_written(s) for s in shapes)}: "
        "wanted is one picture, as (1, 3, height, width) or (1, height, width, 3)"
    )
    if len(shapes) != 1 or len(shapes[0]) != 4:
        raise ModelError(wrong)
    shape = shapes[0]
    channels_last = shape[1] != 3 and shape[3] == 3
    if not channels_last and isinstance(shape[1], int) and shape[1] != 3:
        raise ModelError(wrong)
    sides = shape[1:3] if channels_last else shape[2:4]
    fixed = [side for side in sides if isinstance(side, int) and side > 0]
    size = (fixed[0], fixed[1]) if len(fixed) == 2 else None
    mean: tuple[float, ...] = _HALF
    deviation: tuple[float, ...] = _HALF
    by_maximum = False
    if size is not None and max(size) <= _SMALL:
        mean, deviation, by_maximum = _MEAN, _DEVIATION, True
    elif size is not None and max(size) >= _LARGE:
        mean, deviation = _HALF, _ONE
    told = {key: _numbers(network.metadata.get(key), file) for key in ("mean", "std")}
    guessed = not any(told.values())
    if not guessed:
        mean, deviation, by_maximum = told["mean"] or mean, told["std"] or deviation, False
    return MattingModel(file, size, channels_last, mean, deviation, by_maximum, guessed, network)


def _free_size(height: int, width: int) -> tuple[int, int]:
    """Return rows and columns for a network of free size.

    >>> _free_size(3000, 2000)
    (768, 512)
    """
    scale = min(_SHORT / min(height, width), _LONG / max(height, width))
    rows, columns = (max(1, round(side * scale / _STEP)) * _STEP for side in (height, width))
    return rows, columns


def _logits(answer: _Map) -> bool:
    return bool(answer.min() < -_OUTSIDE or answer.max() > 1 + _OUTSIDE)


def _one_map(output: NDArray[np.float32], file: Path) -> _Map:
    """Return the (h, w) map in an output of any of the usual shapes."""
    values = np.asarray(output, np.float32)
    found = values[tuple(0 if size == 1 else slice(None) for size in values.shape)]
    if found.ndim != 2 or min(found.shape) < 8 or not np.isfinite(found).all():
        raise ModelError(
            f"the matting model {printable(file)} answers with {_written(values.shape)}: wanted is "
            "one map of finite numbers, as (1, 1, height, width)"
        )
    return found


def _written(shape: tuple[int | str | None, ...]) -> str:
    return "(" + ", ".join("any" if s is None else str(s) for s in shape) + ")"


def _numbers(text: str | None, file: Path) -> tuple[float, ...] | None:
    """Return three numbers from metadata such as "[0.5, 0.5, 0.5]" or "0.5"."""
    if text is None:
        return None
    try:
        numbers = tuple(float(part) for part in text.strip(" []()").replace(",", " ").split())
    except ValueError:
        numbers = ()
    if len(numbers) not in (1, 3) or not np.isfinite(numbers).all():
        raise ModelError(
            f"the matting model {printable(file)} has metadata that cannot be read: "
            f"{printable(text)!r} should be one number or three"
        )
    return numbers * 3 if len(numbers) == 1 else numbers
