"""The model files: where they lie, that they are the right ones, and sessions that run them.

Every file is named by `weights/manifest.toml` and checked against its SHA-256 once a process before
it is first used. Sessions are cached per process, pinned to the threads asked for, and safe to call
from several threads. Nothing here opens a network connection; ONNX Runtime's telemetry is off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError, printable

__all__ = ["LiteRT", "Onnx", "Weight", "litert", "manifest", "onnx", "path"]

WEIGHTS = Path(__file__).parent / "weights"

_Tensor: TypeAlias = NDArray[Any]
# One lock for all loading: sessions are made once, and standard error is redirected for a moment.
_loading = threading.RLock()


@dataclass(frozen=True, slots=True)
class Weight:
    """One model file as the manifest describes it.

    Attributes
    ----------
    name : file name in the weights folder.
    fact : what the model tells, in words.
    licence : SPDX identifier.
    sha256 : hex digest of the file.
    size : bytes.
    source : requirement of the wheel it was taken from, such as "mediapipe==0.10.21".
    """

    name: str
    fact: str
    licence: str
    sha256: str
    size: int
    source: str


@cache
def manifest() -> dict[str, Weight]:
    """Return every model file of the package by name.

    Raises
    ------
    ModelError : the manifest is missing or damaged.
    """
    try:
        data = tomllib.loads((WEIGHTS / "manifest.toml").read_text(encoding="utf-8"))
        return {
            file["name"]: Weight(
                name=file["name"],
                fact=file["fact"],
                licence=file["licence"],
                sha256=file["sha256"],
                size=file["size"],
                source=data["wheels"][file["wheel"]]["requirement"],
            )
            for file in data["files"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the list of model files (weights/manifest.toml) cannot be read ({error}): "
            "install Catchlight again"
        ) from error


def path(name: str) -> Path:
    """Return the path of the model file `name`, checked against its SHA-256 once a process.

    Raises
    ------
    ModelError : the manifest has no such name, or the file is missing or not the one it names.
    """
    with _loading:
        return _verified(name)


@cache
def _verified(name: str) -> Path:
    weights = manifest()
    if name not in weights:
        raise ModelError(f"no model is called {name!r}; there are {', '.join(sorted(weights))}")
    weight, file = weights[name], WEIGHTS / name
    again = (
        "install Catchlight again with a network connection (pip install --force-reinstall), "
        "which fetches and checks the models"
    )
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"the model {name} cannot be read ({error.strerror}): {again}") from error
    if digest != weight.sha256:
        raise ModelError(
            f"the model {name} is not the one the manifest names (SHA-256 {digest[:12]}…, "
            f"expected {weight.sha256[:12]}…): {again}"
        )
    return file


class LiteRT:
    """A LiteRT model that is called like a function; calls from several threads take turns."""

    def __init__(self, file: Path, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._lock = threading.Lock()
        try:
            with _quiet_stderr():
                self._interpreter: Any = Interpreter(model_path=str(file), num_threads=threads)
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"the model {printable(file.name)} does not run: {error}") from error
        inputs = self._interpreter.get_input_details()
        outputs = self._interpreter.get_output_details()
        self._inputs = [int(detail["index"]) for detail in inputs]
        self._outputs = [int(detail["index"]) for detail in outputs]
        self.input_shapes: tuple[tuple[int, ...], ...] = tuple(tuple(d["shape"]) for d in inputs)
        self.output_names: tuple[str, ...] = tuple(str(d["name"]) for d in outputs)

    def __call__(self, *tensors: _Tensor) -> tuple[_Tensor, ...]:
        """Run the model on `tensors` (one an input, in the model's order, shape and dtype).

        Returns one array an output, in the model's order, owned by the caller.
        """
        with self._lock:
            for index, tensor in zip(self._inputs, tensors, strict=True):
                self._interpreter.set_tensor(index, tensor)
            self._interpreter.invoke()
            return tuple(self._interpreter.get_tensor(index) for index in self._outputs)


class Onnx:
    """An ONNX model that is called like a function, on the processor, from any thread."""

    def __init__(self, file: Path, threads: int = 1, *, model: bytes | None = None) -> None:
        """Load `file`, or `model` in its place when the file has another format."""
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        # The pattern's one large block is given back after each run and costs page faults anew.
        options.enable_mem_pattern = False
        # Threads that spin while idle would take the second core from the rest of the pipeline.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                model or str(file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors have no common base but Exception
            raise ModelError(
                f"the model {printable(file.name)} does not load as ONNX: {error}"
            ) from error
        inputs = self._session.get_inputs()
        self._inputs: list[str] = [item.name for item in inputs]
        self.input_shapes: tuple[tuple[int | str | None, ...], ...] = tuple(
            tuple(item.shape) for item in inputs
        )
        self.output_names: tuple[str, ...] = tuple(o.name for o in self._session.get_outputs())
        self.metadata: dict[str, str] = dict(
            self._session.get_modelmeta().custom_metadata_map or {}
        )

    def __call__(self, *tensors: _Tensor) -> tuple[_Tensor, ...]:
        """Run the model on `tensors`, one an input in the model's order, and return its outputs."""
        feed = dict(zip(self._inputs, tensors, strict=True))
        return tuple(np.asarray(out) for out in self._session.run(None, feed))


def litert(name: str, threads: int = 1) -> LiteRT:
    """Return the LiteRT model `name` of the manifest, loaded once a process and thread count.

    Raises
    ------
    ModelError : the file is missing, not the one the manifest names, or does not run.
    """
    with _loading:
        return _litert(name, threads)


def onnx(model: str | Path, threads: int = 1) -> Onnx:
    """Return an ONNX model, loaded once a process and thread count.

    Parameters
    ----------
    model : a name of the manifest (checked against its hash), or a Path to a model of the user's
        own, which is taken as it is.
    threads : threads that one call may use.

    Raises
    ------
    ModelError : the file is missing, not the one the manifest names, or does not load.
    """
    with _loading:
        return _onnx(model, threads)


@cache
def _litert(name: str, threads: int) -> LiteRT:
    return LiteRT(path(name), threads)


@cache
def _onnx(model: str | Path, threads: int) -> Onnx:
    if isinstance(model, str):
        return Onnx(path(model), threads)
    if not model.is_file():
        raise ModelError(
            f"there is no model file {printable(model)}: check the path in the setting"
        )
    return Onnx(model, threads)


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send what native code prints to standard error nowhere; LiteRT has no switch for its notice.

    Only while a model is loaded, under `_loading`; Python's own errors pass as exceptions.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):  # no standard error at all: nothing to quiet
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (a descriptor is what is needed)
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
