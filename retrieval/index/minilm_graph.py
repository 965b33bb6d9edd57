"""Describes all-MiniLM-L6-v2 as an ONNX graph whose weights stay in the safetensors file; never copies them.

The published model is a plain BERT encoder (6 layers, 12 heads of 32). ONNX is protocol buffers; the dozen fields needed are
written here by hand, so that neither torch nor the onnx package is asked for. ONNX Runtime reads the weights straight from
`model.safetensors` by offset. *Source:* onnx.proto3 and ONNX Runtime's contrib operators (com.microsoft), read 2026-11.
"""

import json
import struct
from pathlib import Path

import numpy as np

LAYERS, HEADS, HIDDEN = 6, 12, 384
EPSILON = 1e-12
"""layer_norm_eps of the model's config.json."""

FLOAT, INT32 = 1, 6
"""onnx.TensorProto.DataType."""


class Weights:
    """The safetensors header: where each tensor lies in the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            size = struct.unpack("<Q", file.read(8))[0]
            self._header: dict[str, dict[str, list[int]]] = json.loads(file.read(size))
        self._base = 8 + size

    def place(self, name: str) -> tuple[list[int], int, int]:
        """Shape, offset in the file, length in bytes."""
        begin, end = self._header[name]["data_offsets"]
        return self._header[name]["shape"], self._base + begin, end - begin

    def row(self, name: str) -> bytes:
        _, offset, length = self.place(name)
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(length)


def minilm_graph(weights_file: Path) -> bytes:
    """A serialised ModelProto: int32 ids, segments, mask of (batch, tokens) in, floats of (batch, tokens, 384) out."""
    weights = Weights(weights_file)
    drawing = _Drawing(weights, weights_file.name)
    hidden = drawing.embeddings()
    for layer in range(LAYERS):
        hidden = drawing.layer(f"encoder.layer.{layer}.", hidden)
    return drawing.model(hidden)


class _Drawing:
    """Collects nodes and initializers while the encoder is walked from bottom to top."""

    def __init__(self, weights: Weights, file_name: str) -> None:
        self._weights, self._file_name = weights, file_name
        self._nodes, self._initializers = b"", b""

    def embeddings(self) -> str:
        tables = [self._stored(f"embeddings.{kind}_embeddings.weight") for kind in ("word", "position", "token_type")]
        norm = self._norm("embeddings.")
        self._node(
            "EmbedLayerNormalization", ["ids", "segments", *tables, *norm, "mask"], ["embedded", "counts"], epsilon=EPSILON
        )
        return "embedded"

    def layer(self, prefix: str, hidden: str) -> str:
        attended = self._linear(prefix + "attention.output.dense", self._attention(prefix + "attention.self.", hidden))
        middle = self._add_and_norm(prefix + "attention.output.", attended, hidden)
        widened = self._linear(prefix + "intermediate.dense", middle)
        bias = self._stored(prefix + "intermediate.dense.bias")
        self._node("BiasGelu", [widened, bias], [prefix + "gelu"])
        narrowed = self._linear(prefix + "output.dense", prefix + "gelu")
        return self._add_and_norm(prefix + "output.", narrowed, middle)

    def model(self, output: str) -> bytes:
        inputs = b"".join(_value(11, name, INT32, ["batch", "tokens"]) for name in ("ids", "segments", "mask"))
        result = _value(12, output, FLOAT, ["batch", "tokens", HIDDEN])
        graph = self._nodes + _field(2, "minilm") + self._initializers + inputs + result
        operators = _field(8, _field(1, "") + _number(2, 17)) + _field(8, _field(1, "com.microsoft") + _number(2, 1))
        return _number(1, 8) + _field(7, graph) + operators

    def _attention(self, prefix: str, hidden: str) -> str:
        parts = ("query", "key", "value")
        projected = [self._linear(prefix + part, hidden) for part in parts]
        biases = b"".join(self._weights.row(f"{prefix}{part}.bias") for part in parts)
        self._initializers += _field(
            5, _shape([3 * HIDDEN]) + _number(2, FLOAT) + _field(8, prefix + "bias") + _field(9, biases)
        )
        self._node("MultiHeadAttention", [*projected, prefix + "bias", "mask"], [prefix + "context"], num_heads=HEADS)
        return prefix + "context"

    def _linear(self, name: str, hidden: str) -> str:
        """Without its bias, which the following operator adds. PyTorch stores (out, in), hence the transposition."""
        self._node("FusedMatMul", [hidden, self._stored(name + ".weight")], [name + ".product"], transB=1)
        return name + ".product"

    def _add_and_norm(self, prefix: str, new: str, old: str) -> str:
        bias = self._stored(prefix + "dense.bias")
        self._node("SkipLayerNormalization", [new, old, *self._norm(prefix), bias], [prefix + "hidden"], epsilon=EPSILON)
        return prefix + "hidden"

    def _norm(self, prefix: str) -> list[str]:
        return [self._stored(prefix + "LayerNorm.weight"), self._stored(prefix + "LayerNorm.bias")]

    def _stored(self, name: str) -> str:
        """A tensor that stays in the safetensors file."""
        shape, offset, length = self._weights.place(name)
        where = {"location": self._file_name, "offset": str(offset), "length": str(length)}
        entries = b"".join(_field(13, _field(1, key) + _field(2, value)) for key, value in where.items())
        self._initializers += _field(5, _shape(shape) + _number(2, FLOAT) + _field(8, name) + entries + _number(14, 1))
        return name

    def _node(self, operator: str, inputs: list[str], outputs: list[str], **attributes: float) -> None:
        names = b"".join(_field(1, name) for name in inputs) + b"".join(_field(2, name) for name in outputs)
        extras = b"".join(_field(5, _attribute(name, value)) for name, value in attributes.items())
        self._nodes += _field(1, names + _field(3, outputs[0]) + _field(4, operator) + extras + _field(7, "com.microsoft"))


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _field(1, name) + _number(3, value) + _number(20, 2)
    return _field(1, name) + _varint(2 << 3 | 5) + np.float32(value).tobytes() + _number(20, 1)


def _value(field: int, name: str, kind: int, shape: list[str | int]) -> bytes:
    sizes = b"".join(_field(1, _number(1, one) if isinstance(one, int) else _field(2, one)) for one in shape)
    return _field(field, _field(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, sizes))))


def _shape(sizes: list[int]) -> bytes:
    return b"".join(_number(1, size) for size in sizes)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
