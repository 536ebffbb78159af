"""The encoder as an ONNX graph with 8-bit weights, built operator by operator.

Building it directly keeps the graph small and stable: no tracing, no exporter that changes with each release of torch.
Weights are symmetric 8-bit integers with one scale an output column (one a row for the word table); activations are
quantised while the graph runs, one scale a matrix. That makes the numbers depend on everything that is in the matrix,
so `kg.extract.model` feeds one window a call and never pads.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from kg.extract.lexicon import Lexicon
from kg.extract.model import FORMAT, MANIFEST
from kg.files import atomic_write
from kg.train.network import Network

Array = npt.NDArray[np.float32]

_OPSET = 17
_IR_VERSION = 9  # what onnxruntime 1.20 can read
_CONTRIB = "com.microsoft"

_PROJECTED = {"spans": "span.weight", "numbers": "number.weight", "tags": "tags.weight"}
"""Outputs of the graph, and the weights of the heads that make them of the encoder's vectors."""


def quantise(matrix: Array, axis: int) -> tuple[npt.NDArray[np.int8], Array]:
    """`matrix` as int8 and the float32 scales that give it back, one for each index that is left when `axis` goes."""
    scale = np.maximum(np.abs(matrix).max(axis=axis), 1e-8).astype(np.float32) / np.float32(127)
    levels = np.clip(np.rint(matrix / np.expand_dims(scale, axis)), -127, 127).astype(np.int8)
    return levels, scale


class _Graph:
    """Nodes and initialisers under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        outputs = output.split(" ")
        self.nodes.append(helper.make_node(op, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def linear(self, source: str, name: str, weight: Array, bias: Array) -> str:
        """`source @ weight.T + bias` with int8 weights; `weight` is [out, in] as torch keeps it."""
        levels, scale = quantise(weight.T, axis=0)
        inputs = [
            source,
            self.constant(f"{name}.weight", levels),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self.constant(f"{name}.bias", bias),
        ]
        return self.add("DynamicQuantizeMatMul", inputs, f"{name}.out", _CONTRIB)

    def skip_norm(self, source: str, skip: str, name: str, weight: Array, bias: Array) -> str:
        """Sum and normalise, by two operators: on a CPU six times as fast as the one that does both."""
        summed = self.add("Add", [source, skip], f"{name}.sum")
        inputs = [summed, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.add("LayerNormalization", inputs, f"{name}.out", epsilon=1e-12)


def encoder_graph(
    state: Mapping[str, Array], projections: Mapping[str, Array], heads: Sequence[int]
) -> onnx.ModelProto:
    """The encoder of `kg.train.network.Encoder` from its weights and the heads of each layer.

    Inputs `ids` (int64, [1, pieces]) and `features` (float32, [1, pieces, features]); outputs `whole`, the
    vector of the first piece, and one for each of `projections` (matrices [width, columns] by name): all vectors
    multiplied by it. Pieces are at most the length of the position table.
    """
    graph = _Graph()
    levels, scale = quantise(state["words"], axis=1)
    graph.constant("words", levels)
    graph.constant("words.scale", scale[:, None])
    rows = graph.add("Gather", ["words", "ids"], "words.rows", axis=0)
    rows = graph.add("Cast", [rows], "words.float", to=TensorProto.FLOAT)
    rows = graph.add("Mul", [rows, graph.add("Gather", ["words.scale", "ids"], "words.scales", axis=0)], "words.out")
    hidden = _embeddings(graph, state, rows)
    for layer, count in enumerate(heads):
        hidden = _layer(graph, state, f"layers.{layer}", hidden, count)
    graph.add("Slice", [hidden, "zero", "one", "one"], "whole")  # starts, ends, axes
    outputs = {"whole": state["norm.weight"].shape[0]}
    for name, matrix in projections.items():
        outputs[name] = matrix.shape[1]
        projected = graph.linear(hidden, f"projection.{name}", matrix.T, np.zeros(matrix.shape[1], np.float32))
        graph.add("Identity", [projected], name)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "kg-encoder",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"]),
                helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, "pieces", state["features"].shape[0]]),
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1 if name == "whole" else "pieces", width])
                for name, width in outputs.items()
            ],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)],
        producer_name="kg",
    )
    model.ir_version = _IR_VERSION
    return model


def _embeddings(graph: _Graph, state: Mapping[str, Array], words: str) -> str:
    """Word, position and feature vectors summed and normalised."""
    one, zero = graph.constant("one", np.array([1], np.int64)), graph.constant("zero", np.array([0], np.int64))
    length = graph.add("Slice", [graph.add("Shape", ["ids"], "shape"), one, graph.constant("two", np.array([2]))], "n")
    table = graph.constant("positions", state["positions"])
    positions = graph.add("Slice", [table, zero, length, zero], "positions.out")
    features = graph.add("MatMul", ["features", graph.constant("feature.weight", state["features"])], "features.out")
    summed = graph.add("Add", [features, positions], "embedded")
    return graph.skip_norm(words, summed, "norm", state["norm.weight"], state["norm.bias"])


def _layer(graph: _Graph, state: Mapping[str, Array], name: str, hidden: str, heads: int) -> str:
    """One transformer layer, normalised after each half as BERT does."""
    parts = [(state[f"{name}.{part}.weight"], state[f"{name}.{part}.bias"]) for part in ("query", "key", "value")]
    joined = graph.linear(
        hidden, f"{name}.qkv", np.concatenate([w for w, _ in parts]), np.concatenate([b for _, b in parts])
    )
    graph.add("Split", [joined], f"{name}.q {name}.k {name}.v", axis=2)
    attended = graph.add(
        "MultiHeadAttention", [f"{name}.q", f"{name}.k", f"{name}.v"], f"{name}.attended", _CONTRIB, num_heads=heads
    )

    def linear(source: str, part: str) -> str:
        return graph.linear(source, f"{name}.{part}", state[f"{name}.{part}.weight"], state[f"{name}.{part}.bias"])

    def norm(source: str, skip: str, part: str) -> str:
        weight, bias = state[f"{name}.{part}.weight"], state[f"{name}.{part}.bias"]
        return graph.skip_norm(source, skip, f"{name}.{part}", weight, bias)

    hidden = norm(linear(attended, "out"), hidden, "norm1")
    raised = graph.add("Gelu", [linear(hidden, "up")], f"{name}.gelu", _CONTRIB)
    return norm(linear(raised, "down"), hidden, "norm2")


def read_encoder(graph: onnx.ModelProto) -> dict[str, Array]:
    """The weights that `encoder_graph` was given, to the precision of 8 bits."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
    state = {name: stored[name] for name in ("positions", "norm.weight", "norm.bias")}
    state["features"] = stored["feature.weight"]
    state["words"] = stored["words"] * stored["words.scale"]
    for name in sorted(stored):
        layer, _, part = name.rpartition(".")
        if not layer.startswith("layers.") or part not in ("weight", "bias"):
            continue
        scale = stored.get(f"{layer}.scale")
        value = stored[name] if scale is None or part == "bias" else (stored[name] * scale).T
        if layer.endswith(".qkv"):
            for own, rows in zip(("query", "key", "value"), np.split(value, 3), strict=True):
                state[f"{layer.removesuffix('qkv')}{own}.{part}"] = rows
        else:
            state[name] = value
    return {name: np.array(value, np.float32, order="C") for name, value in state.items()}


def read_heads(graph: onnx.ModelProto, rest: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, Array]:
    """The weights of the heads that `write_model` was given, to the precision in which it keeps them.

    `rest` are the arrays of `heads.npz`. Raises KeyError for a graph without the products that belong to them.
    """
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.graph.initializer}
    weights = {name: np.asarray(value, np.float32) for name, value in rest.items()}
    for name, of in _PROJECTED.items():
        weights[of] = stored[f"projection.{name}.weight"] * stored[f"projection.{name}.scale"]
    return weights


def encoder_state(network: Network) -> dict[str, Array]:
    """The encoder's weights as arrays."""
    return {name: value.detach().float().numpy() for name, value in network.encoder.state_dict().items()}


def write_model(
    folder: Path,
    network: Network,
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    *,
    scorers: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
    about: str,
) -> None:
    """Write the files that `kg.extract.model.Model.load` reads and those of the `scorers`, their hashes last."""
    arrays = network.heads.weights()
    projections = {name: arrays.pop(of) for name, of in _PROJECTED.items()}
    graph = encoder_graph(encoder_state(network), projections, network.sizes.heads)
    content = {
        "encoder.onnx": graph.SerializeToString(deterministic=True),
        "heads.npz": packed({name: value.astype(np.float16) for name, value in arrays.items()}),
        "lexicon.npz": packed({"hashes": lexicon.hashes, "counts": lexicon.counts, "frequency": lexicon.frequency}),
        "tokenizer.json": tokenizer.to_str().encode(),
        **{name: packed(arrays) for name, arrays in scorers.items()},
    }
    for name, data in content.items():
        with atomic_write(folder / name, "wb") as file:
            file.write(data)
    manifest = {
        "format": FORMAT,
        "about": about,
        "settings": dict(settings),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in content.items()},
    }
    with atomic_write(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def packed(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """An .npz file with the same bytes each time: sorted names, no dates."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            inner = io.BytesIO()
            np.lib.format.write_array(inner, np.asarray(arrays[name], order="C"), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), inner.getvalue(), zipfile.ZIP_DEFLATED
            )
    return buffer.getvalue()
