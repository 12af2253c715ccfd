"""The model files are the ones the manifest names, and their sessions are safe to share."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from catchlight import models
from catchlight.errors import ModelError


@pytest.fixture
def other_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A weights folder of the test's own, with a true manifest and one true small file."""
    for name in ("manifest.toml", "face_detector.tflite"):
        shutil.copy(models.WEIGHTS / name, tmp_path / name)
    monkeypatch.setattr(models, "WEIGHTS", tmp_path)
    caches = (models.manifest, models._verified)
    for cached in caches:
        cached.cache_clear()
    yield tmp_path
    for cached in caches:
        cached.cache_clear()


def test_every_file_is_there_and_is_the_one_named() -> None:
    for name, weight in models.manifest().items():
        assert models.path(name).stat().st_size == weight.size
        assert weight.licence in {"Apache-2.0", "CC0-1.0"}
        assert "==" in weight.source


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(ModelError, match=r"no model is called 'face\.tflite'.*u2netp\.onnx"):
        models.path("face.tflite")


def test_a_damaged_file_is_refused(other_weights: Path) -> None:
    file = other_weights / "face_detector.tflite"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ModelError, match=r"face_detector\.tflite is not the one.*install"):
        models.path("face_detector.tflite")


def test_a_missing_file_says_what_to_do(other_weights: Path) -> None:
    assert models.path("face_detector.tflite").parent == other_weights
    with pytest.raises(ModelError, match=r"u2netp\.onnx cannot be read.*install Catchlight again"):
        models.path("u2netp.onnx")


@pytest.mark.parametrize("text", ["", "schema = ", "[[files]]\nname = 'x'\n"])
def test_a_damaged_manifest_is_a_model_error(other_weights: Path, text: str) -> None:
    (other_weights / "manifest.toml").write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.toml"):
        models.manifest()


def test_a_model_of_the_users_own_must_exist_and_be_onnx(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model file .*mine\.onnx"):
        models.onnx(tmp_path / "mine.onnx")
    (tmp_path / "yours.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"yours\.onnx does not load"):
        models.onnx(tmp_path / "yours.onnx")


def test_a_session_is_loaded_once_and_shared_by_threads() -> None:
    model = models.litert("face_detector.tflite")
    assert models.litert("face_detector.tflite") is model
    rng = np.random.default_rng(7)
    tensors = [rng.uniform(-1, 1, (1, 128, 128, 3)).astype(np.float32) for _ in range(8)]
    alone = [model(tensor) for tensor in tensors]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model, tensors))
    for one, other in zip(alone, together, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_loading_prints_nothing() -> None:
    code = "from catchlight import models as m; m.litert('face_blendshapes.tflite')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == ""
    assert run.stderr == ""
