"""The pixels of a Pillow image as an array, read where they lie.

Pillow keeps an RGB picture with four bytes a pixel. What it offers NumPy is a packed copy that goes
through Python strings; by Arrow's C data interface it tells where the pixels are, so that they are
packed in one pass (2.5 ms instead of 6 for 3 megapixels).
"""

from __future__ import annotations

import ctypes
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .decoding import STRIP

__all__ = ["packed"]


class _Array(ctypes.Structure):
    """`struct ArrowArray` of the Arrow C data interface (arrow.apache.org, "The C data interface").

    Only the fields up to `children` are read; the interface fixes their order for good.
    """


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
]

_pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_in.restype = ctypes.c_void_p
_pointer_in.argtypes = (ctypes.py_object, ctypes.c_char_p)


def packed(image: Image.Image) -> NDArray[np.uint8]:
    """Copy a loaded Pillow image of mode RGB, (H, W, 3), or L, (H, W), into an array."""
    if image.mode == "RGB":
        # The capsules keep the pixels alive and in their place as long as they live.
        try:
            capsules = image.__arrow_c_array__()
        except (ValueError, MemoryError):  # larger than one block of Pillow's memory
            return _in_strips(image)
        pixels = _four_bytes(capsules[1], image.width, image.height)
        if pixels is not None:
            return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    return _in_strips(image)


def _four_bytes(capsule: Any, width: int, height: int) -> NDArray[np.uint8] | None:
    """Return the pixels that an Arrow array holds, (H, W, 4), or None where it has another form."""
    array = _Array.from_address(_pointer_in(capsule, b"arrow_array"))
    size = 4 * width * height
    if array.offset or array.n_children != 1:
        return None
    samples = array.children[0].contents
    if samples.length != size or samples.offset or samples.n_buffers != 2:
        return None
    there = ctypes.cast(samples.buffers[1], ctypes.POINTER(ctypes.c_uint8))
    return np.ctypeslib.as_array(there, (height, width, 4))


def _in_strips(image: Image.Image) -> NDArray[np.uint8]:
    """Copy through Python strings, in strips that stay in the cache."""
    shape = (image.height, image.width) + ((3,) if image.mode == "RGB" else ())
    out = np.empty(shape, np.uint8)
    for row in range(0, image.height, STRIP):
        box = (0, row, image.width, min(row + STRIP, image.height))
        out[row : row + STRIP] = np.asarray(image.crop(box))
    return out
