"""The network in torch: a BERT-like encoder and the heads that `kg.extract.heads` computes with numpy.

Parameters carry the names under which they are exported, so that `weights()` of each module is what the run-time reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.candidates import LONGEST
from kg.extract.features import GROUP_FEATURES, PIECE_FEATURES
from kg.extract.heads import DATASET_ROLES, KINDS, METHOD_ROLES, PARTS, RELATIONS, TYPES
from kg.extract.pairs import NUMBER_FEATURES, SAME_FEATURES, TRIPLE_FEATURES

_PAIR_FEATURES = {"triple": TRIPLE_FEATURES, "same": SAME_FEATURES}


@dataclass(frozen=True)
class Sizes:
    """The measures of the network; `heads` of attention, each `head` wide, are counted layer by layer."""

    words: int
    width: int = 384
    heads: tuple[int, ...] = (12,) * 6
    head: int = 32
    inner: int = 1536
    positions: int = 512
    span: int = 192
    group: int = 192
    entity: int = 128
    number: int = 128
    pair: int = 64

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return len(self.heads)


class Dropout(nn.Module):
    """Dropout that draws one byte an element instead of one double: on a CPU the drawing takes longer than the rest.

    The share that is dropped is therefore rounded to 1/256.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.dropped = round(share * 256)

    def forward(self, rows: Tensor) -> Tensor:
        """`rows` with elements zeroed at random and the others scaled up; as it is when the module is not training."""
        if not self.training or not self.dropped:
            return rows
        words = torch.empty(-(-rows.numel() // 8), dtype=torch.int64, device=rows.device).random_(-(2**63), None)
        kept = words.view(torch.uint8)[: rows.numel()].view(rows.shape) >= self.dropped
        return rows * kept * (256 / (256 - self.dropped))


class Layer(nn.Module):
    """One transformer layer, normalised after each half."""

    def __init__(self, sizes: Sizes, heads: int, dropout: float) -> None:
        super().__init__()
        attended = heads * sizes.head
        self.query, self.key, self.value = (nn.Linear(sizes.width, attended) for _ in range(3))
        self.out = nn.Linear(attended, sizes.width)
        self.up, self.down = nn.Linear(sizes.width, sizes.inner), nn.Linear(sizes.inner, sizes.width)
        self.norm1, self.norm2 = (nn.LayerNorm(sizes.width, eps=1e-12) for _ in range(2))
        self.heads, self.dropout = heads, Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`hidden` is [batch, pieces, width]; `mask` is added to the attention scores."""
        batch, length, _ = hidden.shape
        parts = self.query, self.key, self.value
        weights, biases = torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])
        rows = functional.linear(hidden, weights, biases)  # one product: `hidden` is cast and read once
        query, key, value = rows.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(2, 3)
        if mask is not None:
            scores += mask
        attended = scores.softmax(3) @ value  # in bfloat16 on a CPU twice as fast as the fused one
        attended = self.out(attended.transpose(1, 2).reshape(batch, length, -1))
        hidden = self.norm1(hidden + self.dropout(attended))
        return self.norm2(hidden + self.dropout(self.down(functional.gelu(self.up(hidden)))))


class Encoder(nn.Module):
    """Word, position and feature vectors, then the layers."""

    def __init__(self, sizes: Sizes, dropout: float = 0.1) -> None:
        super().__init__()
        self.sizes = sizes
        self.words = nn.Parameter(torch.empty(sizes.words, sizes.width).normal_(std=0.02))
        self.positions = nn.Parameter(torch.empty(sizes.positions, sizes.width).normal_(std=0.02))
        self.features = nn.Parameter(torch.zeros(PIECE_FEATURES, sizes.width))
        self.norm, self.dropout = nn.LayerNorm(sizes.width, eps=1e-12), Dropout(dropout)
        self.layers = nn.ModuleList(Layer(sizes, heads, dropout) for heads in sizes.heads)

    def forward(self, ids: Tensor, features: Tensor, lengths: list[int]) -> Tensor:
        """Vectors of the pieces, marks included: [batch, pieces, width]; rows beyond `lengths` mean nothing."""
        return self.by_layer(ids, features, lengths)[-1]

    def by_layer(self, ids: Tensor, features: Tensor, lengths: list[int]) -> list[Tensor]:
        """What `forward` gives, before the first layer and after each."""
        size = ids.shape[1]
        hidden = functional.embedding(ids, self.words) + self.positions[:size] + features @ self.features
        hidden = self.dropout(self.norm(hidden))
        mask = None
        if min(lengths) < size:
            beyond = torch.arange(size)[None, :] >= torch.tensor(lengths)[:, None]
            mask = torch.zeros(len(lengths), 1, 1, size).masked_fill_(beyond[:, None, None, :], -1e4).to(ids.device)
            if torch.is_autocast_enabled(ids.device.type):
                mask = mask.to(torch.bfloat16)
        every = [hidden]
        for layer in self.layers:
            every.append(layer(every[-1], mask))
        return every

    @property
    def device(self) -> torch.device:
        """Where the weights are, and where `ids` and `features` have to be."""
        return self.words.device


class SpanVectors(nn.Module):
    """`kg.extract.heads.span_vectors`."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, size * len(PARTS)).normal_(std=0.03))
        self.width = nn.Parameter(torch.zeros(LONGEST + 1, size))
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, projected: Tensor, first: Tensor, last: Tensor, length: Tensor) -> Tensor:
        """One row a span of pieces `first` to `last`; `projected` is `hidden @ weight` (see `Heads.project`)."""
        start, end, mean, before, after = projected.chunk(len(PARTS), dim=1)
        edge = torch.zeros(1, start.shape[1])
        summed = torch.cat([edge, torch.cumsum(mean, 0)])
        rows = _picked(start, first) + _picked(end, last)
        rows = rows + (_picked(summed, last + 1) - _picked(summed, first)) / (last - first + 1)[:, None]
        rows = rows + _picked(torch.cat([edge, before]), first) + _picked(torch.cat([after, edge]), last + 1)
        return functional.relu(rows + _picked(self.width, length.clamp(max=LONGEST)) + self.bias)


def _picked(rows: Tensor, at: Tensor) -> Tensor:
    """`rows[at]`, whose gradient is summed much faster than that of the brackets."""
    return rows.index_select(0, at)


def _matrix(rows: int, columns: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(rows, columns).normal_(std=1 / rows**0.5 / 2))


class Merge(nn.Module):
    """Mean, maximum, features and the vector of the text into one hidden row; of a group or of an entity."""

    def __init__(self, sizes: Sizes, size: int, kinds: int = 0) -> None:
        super().__init__()
        self.mean, self.top, self.whole = (
            _matrix(sizes.span, size),
            _matrix(sizes.span, size),
            _matrix(sizes.width, size),
        )
        self.features = _matrix(GROUP_FEATURES, size)
        self.bias = nn.Parameter(torch.zeros(size))
        self.kind = _matrix(kinds, size) if kinds else None

    def forward(self, mean: Tensor, top: Tensor, features: Tensor, whole: Tensor, kind: Tensor | None = None) -> Tensor:
        """One row for each row of `mean`."""
        inner = mean @ self.mean + top @ self.top + features @ self.features + whole @ self.whole + self.bias
        if self.kind is not None and kind is not None:
            inner = inner + kind @ self.kind
        return functional.relu(inner)


class Pair(nn.Module):
    """`kg.extract.heads.pair_scores`."""

    def __init__(self, left: int, right: int, features: int, size: int) -> None:
        super().__init__()
        self.left, self.right, self.features = _matrix(left, size), _matrix(right, size), _matrix(features, size)
        self.source, self.target = _matrix(left, size), _matrix(right, size)
        self.bias, self.out = nn.Parameter(torch.zeros(size)), nn.Parameter(torch.empty(size).normal_(std=0.1))
        self.dropout = Dropout(0.1)

    def forward(self, left: Tensor, right: Tensor, features: Tensor) -> Tensor:
        """A logit for each row of `left` with each row of `right`."""
        inner = (left @ self.left)[:, None] + (right @ self.right)[None] + features @ self.features + self.bias
        product = (left @ self.source)[:, None] * (right @ self.target)[None]
        return self.dropout(functional.relu(inner + product)) @ self.out


@dataclass(frozen=True)
class Projected:
    """What the heads make of each piece of one paper, [pieces, columns], and the vector of its text, [width]."""

    span: Tensor
    number: Tensor
    tags: Tensor
    whole: Tensor


class Heads(nn.Module):
    """Everything after the encoder."""

    def __init__(self, sizes: Sizes, dropout: float = 0.2) -> None:
        super().__init__()
        self.span = SpanVectors(sizes.width, sizes.span)
        self.group = Merge(sizes, sizes.group)
        self.types = nn.Linear(sizes.group, len(TYPES))
        nn.init.constant_(self.types.bias, -4.0)
        self.entity = Merge(sizes, sizes.entity, len(TYPES))
        self.roles = nn.Linear(sizes.entity, len(METHOD_ROLES) + len(DATASET_ROLES))
        self.number = SpanVectors(sizes.width, sizes.number)
        self.kinds = nn.Linear(sizes.number, len(KINDS))
        self.none = nn.Linear(sizes.number, 4)
        self.tags = nn.Linear(sizes.width, 2 * len(TYPES))
        roles = len(METHOD_ROLES) + len(DATASET_ROLES)
        for relation in RELATIONS:
            left = sizes.number if relation in RELATIONS[:4] else sizes.entity
            columns = _PAIR_FEATURES.get(relation, NUMBER_FEATURES)
            columns += {"same": 0, "triple": 2 * roles}.get(relation, roles)
            self.add_module(relation, Pair(left, sizes.entity, columns, sizes.pair))
        self.dropout = Dropout(dropout)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.types.weight.device

    def project(self, hidden: Tensor, lengths: Sequence[int]) -> list[Projected]:
        """The large products, for all papers of a batch at once: in bfloat16 their shape is best met again and again.

        `hidden` is [batch, pieces, width] with the encoder's marks, of which `lengths` counts two.
        """
        dropped = self.dropout(hidden)
        with torch.autocast(hidden.device.type, dtype=torch.bfloat16):
            made = dropped @ self.span.weight, dropped @ self.number.weight, self.tags(dropped)
        span, number, tags = (rows.float() for rows in made)
        return [
            Projected(span[at, 1 : size - 1], number[at, 1 : size - 1], tags[at, 1 : size - 1], hidden[at, 0])
            for at, size in enumerate(lengths)
        ]

    def relation(self, name: str) -> Pair:
        """The scorer of one of `RELATIONS`."""
        module = getattr(self, name)
        assert isinstance(module, Pair)
        return module

    def weights(self) -> dict[str, npt.NDArray[np.float32]]:
        """The arrays that `kg.extract.heads` reads."""
        arrays = {}
        for name, value in self.state_dict().items():
            array = value.detach().float().numpy()
            arrays[name] = np.ascontiguousarray(array.T if _is_turned(name) else array, np.float32)
        return arrays

    def take(self, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Take weights as `weights` gives them; RuntimeError when these are of other heads."""
        turned = {name: array.T if _is_turned(name) else array for name, array in arrays.items()}
        self.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in turned.items()})


def _is_turned(name: str) -> bool:
    """Whether torch keeps the matrix `name` the other way round."""
    return name in {f"{module}.weight" for module in ("types", "roles", "kinds", "none", "tags")}


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder, self.heads = Encoder(sizes), Heads(sizes)
