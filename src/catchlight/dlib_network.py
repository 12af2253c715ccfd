"""dlib's face recognition network, read from dlib's own file and written as an ONNX model.

dlib runs it in 84 ms a face where it was built without a BLAS, as its wheels are; ONNX Runtime
takes 5 ms for the same numbers (equal to 1e-5; `tests/test_dlib_network.py` holds it against
dlib). The network is a residual one of 29 convolutions (He et al. 2016, with half the filters and
fewer layers: King, dnn_face_recognition_ex.cpp in dlib 19.4), each followed by a fixed scale and
shift per channel, which are folded into the convolution here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError

__all__ = ["CHIP", "EMBEDDING", "to_onnx"]

CHIP = 150  # pixels: side of the face the network looks at
EMBEDDING = 128

_Array: TypeAlias = NDArray[np.float32]
_Parts: TypeAlias = list[bytes]  # of a message, joined at the end: weights are large
# (filters, residual blocks, whether the first of them halves the picture), from input to output.
_LEVELS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
# Mean colour of the training set, and dlib's division by 256 (dlib, input_rgb_image).
_MEAN = (122.782, 117.001, 104.298)
_BETWEEN = 1024  # bytes: more than dlib writes between the numbers of one layer and the next
_FLOAT, _INT64 = 1, 7  # onnx.proto3, TensorProto.DataType


def to_onnx(data: bytes) -> bytes:
    """Return the ONNX model of the network in `data`, the file dlib distributes.

    The model takes (N, 3, 150, 150) float32, sRGB-encoded 0..255, and returns (N, 128) float32.

    Raises
    ------
    ModelError : `data` is not that network.
    """
    layers = _layers(data)
    graph = _Graph()
    at = graph.add("Sub", "pixels", graph.constant(np.array(_MEAN, np.float32).reshape(1, 3, 1, 1)))
    at = graph.add("Mul", at, graph.constant(np.full((1, 1, 1, 1), 1 / 256, np.float32)))
    try:
        at = graph.add("Relu", _convolution(graph, at, layers, 3, 32, 7, 2))
        at = graph.add("MaxPool", at, kernel_shape=(3, 3), strides=(2, 2))
        channels, side = 32, 35
        for filters, blocks, halved in _LEVELS:
            for block in range(blocks):
                stride = 2 if halved and block == 0 else 1
                skip = at
                at = _convolution(graph, at, layers, channels, filters, 3, stride)
                at = graph.add("Relu", at)
                at = _convolution(graph, at, layers, filters, filters, 3, 1)
                if stride == 2:
                    skip = graph.add("AveragePool", skip, kernel_shape=(2, 2), strides=(2, 2))
                    pooled, side = side // 2, (side - 3) // 2 + 1
                    # dlib adds layers of different shape as if the smaller went on with zeros.
                    skip = graph.pad(skip, filters - channels, max(side - pooled, 0))
                    at = graph.pad(at, 0, max(pooled - side, 0))
                    channels, side = filters, max(side, pooled)
                at = graph.add("Relu", graph.add("Add", at, skip))
        kind, weights = next(layers)
        if kind != "fc_2" or weights.size != channels * EMBEDDING:
            raise ValueError(f"{kind} of {weights.size} numbers")
    except (StopIteration, ValueError, struct.error, IndexError) as error:
        raise ModelError(
            f"the face recognition network cannot be understood ({error}): install Catchlight again"
        ) from error
    at = graph.add("Flatten", graph.add("GlobalAveragePool", at))
    at = graph.add("MatMul", at, graph.constant(weights.reshape(channels, EMBEDDING)))
    return graph.model("pixels", ("N", 3, CHIP, CHIP), at, ("N", EMBEDDING))


def _convolution(
    graph: _Graph,
    at: str,
    layers: Iterator[tuple[str, _Array]],
    channels: int,
    filters: int,
    side: int,
    stride: int,
) -> str:
    """Add the next convolution of the file with the scale and shift that follow it."""
    (first, weights), (second, affine) = next(layers), next(layers)
    size = filters * channels * side * side
    if (first, second) != ("con_4", "affine_"):
        raise ValueError(f"{first} and {second} in place of a convolution")
    if weights.size != size + filters or affine.size != 2 * filters:
        raise ValueError(f"a convolution of {weights.size} numbers")
    scale, shift = affine.reshape(2, filters)
    kernel = weights[:size].reshape(filters, channels, side, side) * scale[:, None, None, None]
    bias = weights[size:] * scale + shift
    edge = side // 2 if stride == 1 else 0
    return graph.add(
        "Conv",
        at,
        graph.constant(kernel),
        graph.constant(bias),
        kernel_shape=(side, side),
        strides=(stride, stride),
        pads=(edge, edge, edge, edge),
    )


def _layers(data: bytes) -> Iterator[tuple[str, _Array]]:
    """Yield (kind, numbers) of each layer with parameters, from input to output.

    dlib writes a layer's kind as a string, then its parameters as a tensor: the version 2, four
    sizes, and the numbers as they lie in memory (dlib, serialize for `tensor`).
    """
    position = 0

    def integer() -> int:
        nonlocal position
        head = data[position]
        end = position + 1 + (head & 0x7F)
        value = int.from_bytes(data[position + 1 : end], "little")
        position = end
        return -value if head & 0x80 else value

    kinds = {kind: b"\x01" + bytes([len(kind)]) + kind.encode() for kind in ("con_4", "affine_")}
    kinds["fc_2"] = b"\x01\x04fc_2"
    while True:
        end = position + _BETWEEN
        found = {kind: data.find(mark, position, end) for kind, mark in kinds.items()}
        found = {kind: at for kind, at in found.items() if at >= 0}
        if not found:
            return
        kind = min(found, key=lambda name: found[name])
        position = found[kind] + len(kinds[kind])
        if kind == "fc_2":  # outputs and inputs come before its tensor
            integer(), integer()
        if integer() != 2:
            raise ValueError(f"{kind} without a tensor")
        count = integer() * integer() * integer() * integer()
        yield kind, np.frombuffer(data, "<f4", count, position)
        position += 4 * count


class _Graph:
    """An ONNX graph in the making: protocol buffer messages after onnx.proto3 (ONNX 1.x)."""

    def __init__(self) -> None:
        self._nodes: list[_Parts] = []
        self._constants: list[_Parts] = []

    def constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Add a constant tensor and return its name."""
        name = f"c{len(self._constants)}"
        kind = _INT64 if values.dtype == np.int64 else _FLOAT
        tensor = [part for size in values.shape for part in _integer(1, size)]
        tensor += _integer(2, kind) + _text(8, name)
        tensor += _bytes(9, [values.tobytes()])
        self._constants.append(tensor)
        return name

    def add(self, kind: str, *inputs: str, **attributes: tuple[int, ...]) -> str:
        """Add an operator and return the name of its output."""
        name = f"n{len(self._nodes)}"
        node = [part for item in inputs for part in _text(1, item)]
        node += _text(2, name) + _text(4, kind)
        for key, values in attributes.items():
            listed = [part for value in values for part in _integer(8, value)]
            node += _bytes(5, _text(1, key) + listed + _integer(20, 7))  # 7: a list of integers
        self._nodes.append(node)
        return name

    def pad(self, at: str, channels: int, side: int) -> str:
        """Add zeros after the last channel, row and column."""
        if not channels and not side:
            return at
        pads = np.array([0, 0, 0, 0, 0, channels, side, side], np.int64)
        return self.add("Pad", at, self.constant(pads))

    def model(
        self, given: str, shape: tuple[int | str, ...], result: str, out: tuple[int | str, ...]
    ) -> bytes:
        """Return the finished model with its one input and one output."""
        graph = [part for node in self._nodes for part in _bytes(1, node)]
        graph += _text(2, "face recognition")
        graph += [part for tensor in self._constants for part in _bytes(5, tensor)]
        graph += _bytes(11, _value(given, shape)) + _bytes(12, _value(result, out))
        operators = _text(1, "") + _integer(2, 13)
        return b"".join(_integer(1, 8) + _bytes(7, graph) + _bytes(8, operators))


def _value(name: str, shape: tuple[int | str, ...]) -> _Parts:
    sizes = [_text(2, s) if isinstance(s, str) else _integer(1, s) for s in shape]
    dimensions = [part for size in sizes for part in _bytes(1, size)]
    tensor = _integer(1, _FLOAT) + _bytes(2, dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _integer(field: int, value: int) -> _Parts:
    return [_varint(field << 3) + _varint(value)]


def _bytes(field: int, parts: _Parts) -> _Parts:
    return [_varint(field << 3 | 2) + _varint(sum(map(len, parts))), *parts]


def _text(field: int, value: str) -> _Parts:
    return _bytes(field, [value.encode()])
