"""The model at run time: one text in, its candidates, numbers and pairs with probabilities out.

An 8-bit encoder runs in onnxruntime on one thread, one window a call, never padded and never batched: its activations
are quantised by what is in the matrix, so a neighbour in a batch would change the answer. The heads run in numpy.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from kg.errors import ModelError
from kg.extract import heads
from kg.extract.decode import Encoded, decode
from kg.extract.document import Document, Span, lay_out
from kg.extract.features import piece_features, token_features
from kg.extract.lexicon import Lexicon
from kg.extract.reading import Reading
from kg.extract.screen import plausible

__all__ = ["Encode", "Model", "Parts", "Reading", "Text"]

FORMAT = 2
"""Raised whenever an older program could not read a newer model."""

MANIFEST = "manifest.json"
FILES = ("encoder.onnx", "heads.npz", "lexicon.npz", "tokenizer.json")

Floats = npt.NDArray[np.float32]
Encode = Callable[[npt.NDArray[np.int64], Floats], tuple[Floats, Floats, Floats, Floats]]
"""Word pieces with the encoder's marks [1, n] and their features [1, n, k] to four arrays [1, n, …].

They are the vector of the first mark, and all pieces' vectors projected for spans, for numbers and for tags.
"""


class Text(NamedTuple):
    """A text and what is known of it before the model reads it; all spans are [start, end) in characters of it."""

    text: str
    title_end: int
    quantities: Sequence[Span]
    abbreviations: Sequence[tuple[Span, Span]]
    sentences: Sequence[Span]


@dataclass(frozen=True)
class Parts:
    """What a model is made of; training puts it together with an encoder that is still torch."""

    encode: Encode
    weights: heads.Weights
    tokenizer: Tokenizer
    lexicon: Lexicon
    settings: Mapping[str, Any]


class Model:
    """A loaded model; `fingerprint` changes with every byte of its files."""

    def __init__(self, parts: Parts, fingerprint: str = "") -> None:
        self.parts, self.fingerprint = parts, fingerprint
        self._marks = tuple(parts.tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))

    @classmethod
    def load(cls, path: Path | None = None) -> Model:
        """The model in the folder `path` (None: the one that is shipped).

        Raises ModelError when a file is missing, damaged or of another version.
        """
        folder = shipped_folder() if path is None else path
        manifest = _manifest(folder)
        content = {name: _checked(folder / name, manifest["files"].get(name, "")) for name in FILES}
        try:
            parts = Parts(
                _session(content["encoder.onnx"]),
                {k: v.astype(np.float32) for k, v in np.load(io.BytesIO(content["heads.npz"])).items()},
                Tokenizer.from_str(content["tokenizer.json"].decode()),
                Lexicon(**np.load(io.BytesIO(content["lexicon.npz"]))),
                manifest["settings"],
            )
        except Exception as error:  # every library has an error of its own for a file that it cannot read
            raise ModelError(f"the model in {folder} cannot be read ({error}); {_ADVICE}") from error
        digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
        return cls(parts, digest[:16])

    def read(self, text: Text) -> Reading:
        """Read one text; the same text gives the same bytes."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[Text]) -> list[Reading]:
        """Read some texts, each as if it were alone.

        They go through the encoder one right after the other, and only then through the heads: a processor keeps
        near what it used last, the weights of the one or the code of the other. Some ten texts are enough for that,
        and the vectors of all of them are held.
        """
        documents = [lay_out(*text, tokenizer=self.parts.tokenizer) for text in texts]
        tokens = [token_features(document) for document in documents]
        features = map(piece_features, documents, tokens)
        encoded = [self._encode(*pair) if pair[0].words else None for pair in zip(documents, features, strict=True)]
        return list(map(self._decode, documents, tokens, encoded))

    def _decode(self, document: Document, tokens: Floats, encoded: Encoded | None) -> Reading:
        """What the heads make of the vectors; None for a text without a word."""
        if encoded is None:
            return Reading([], [], [], [], dict(self.parts.settings["thresholds"]))
        tags = encoded.tags + self.parts.weights["tags.bias"]
        return decode(plausible(document, tags, self.parts.settings["screen"]), encoded, self.parts, tokens)

    def _encode(self, document: Document, features: Floats) -> Encoded:
        """Vectors of the word pieces, window after window, and of the text."""
        parts = []
        for left, right in document.windows:
            ids = np.array([[self._marks[0], *document.ids[left:right].tolist(), self._marks[1]]], np.int64)
            padded = np.zeros((1, right - left + 2, features.shape[1]), np.float32)
            padded[0, 1:-1] = features[left:right]
            parts.append(self.parts.encode(ids, padded))
        inner = [tuple(rows[0, 1:-1] for rows in part[1:]) for part in parts]
        spans, numbers, tags = inner[0] if len(inner) == 1 else map(np.concatenate, zip(*inner, strict=True))
        return Encoded(parts[0][0][0, 0], spans, numbers, tags)


def shipped_folder() -> Path:
    """The folder of the model that is part of this package."""
    return Path(str(files("kg.extract"))) / "weights"


_ADVICE = "install paper-kg again, or name the folder of a model that `kg train` wrote"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"there is no model in {folder} ({error.strerror}: {MANIFEST}); {_ADVICE}") from error
    except ValueError as error:
        raise ModelError(f"{folder / MANIFEST} is damaged ({error}); {_ADVICE}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelError(f"the model in {folder} was made for another version of kg; {_ADVICE}")
    return manifest


def _checked(path: Path, digest: str) -> bytes:
    """The bytes of a file, compared with what the manifest says of it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} is missing ({error.strerror}); {_ADVICE}") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{path} is damaged: its SHA-256 is not the one in {MANIFEST}; {_ADVICE}")
    return content


def _session(content: bytes) -> Encode:
    """The encoder on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # the graph is written as it should run; further fusing would bring back a slower normalisation
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def encode(ids: npt.NDArray[np.int64], features: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        whole, spans, numbers, tags = session.run(
            ["whole", "spans", "numbers", "tags"], {"ids": ids, "features": features}
        )
        return whole, spans, numbers, tags

    return encode
