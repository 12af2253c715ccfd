"""The network through ONNX Runtime against dlib's own."""

from __future__ import annotations

from typing import Any

import dlib
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from catchlight import models
from catchlight.dlib_network import CHIP, EMBEDDING, to_onnx
from catchlight.errors import ModelError

FILE = "dlib_face_recognition_resnet_model_v1.dat"


@pytest.fixture(scope="module")
def data() -> bytes:
    return models.path(FILE).read_bytes()


@pytest.fixture(scope="module")
def chips() -> NDArray[np.uint8]:
    portrait = skimage.data.astronaut()[30 : 30 + CHIP, 150 : 150 + CHIP]
    noise = np.random.default_rng(0).integers(0, 256, portrait.shape).astype(np.uint8)
    return np.stack([portrait, noise, np.full_like(portrait, 255)])


def test_the_numbers_are_dlibs(data: bytes, chips: NDArray[np.uint8]) -> None:
    theirs = dlib.face_recognition_model_v1(str(models.path(FILE)))
    ours = models.Onnx(models.path(FILE), model=to_onnx(data))
    planes = chips.transpose(0, 3, 1, 2).astype(np.float32)
    (embeddings,) = ours(planes)
    assert embeddings.shape == (len(chips), EMBEDDING)
    for chip, embedding in zip(chips, embeddings, strict=True):
        expected = np.array(theirs.compute_face_descriptor(np.ascontiguousarray(chip)))
        np.testing.assert_allclose(embedding, expected, atol=1e-5)


def damaged(data: bytes, how: str) -> Any:
    at = data.index(b"affine_")
    return {
        "empty": b"",
        "short": data[: len(data) // 2],
        "a layer missing": data[:at] + b"nothing" + data[at + 7 :],
        "no weights": data[:400],
    }[how]


@pytest.mark.parametrize("how", ["empty", "short", "a layer missing", "no weights"])
def test_a_damaged_file_is_told(data: bytes, how: str) -> None:
    with pytest.raises(ModelError, match="install Catchlight again"):
        to_onnx(damaged(data, how))
