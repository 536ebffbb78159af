"""The training loop: batches of like length, falling learning rates, and an average of the weights as the result.

The encoder may be on a GPU; the heads, most of whose steps are many and small, a paper at a time, stay on the CPU.
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from kg.extract.document import WINDOW
from kg.extract.features import GROUP_FEATURES
from kg.extract.lexicon import LEXICON_FEATURES
from kg.train.data import Example
from kg.train.descent import Descent, Slope
from kg.train.kept import Course, Passes
from kg.train.loss import losses
from kg.train.network import Network

_KNOWN_NAMES = GROUP_FEATURES - LEXICON_FEATURES
_FREQUENCY = GROUP_FEATURES - 2
"""Columns of the group features: what annotation tells of a name, then how often unannotated papers have it."""
_EVEN = 16
"""Batches are filled up to a multiple of so many pieces: what a shape costs at its first product is paid seldom."""


@dataclass(frozen=True)
class Recipe:
    """How to train.

    `hidden_words` is the share of words that the encoder does not see, `forgotten` the share of names that
    are read as if they were new: both make it read the sentence instead of the name. Rates end at the share `least` of
    their peak: the moving average of the weights stands for the rest of the fall. Gradients are cut to the length
    `longest`.
    """

    epochs: int = 10
    batch: int = 8
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    warm_up: float = 0.09
    least: float = 0.14
    average: float = 0.995
    weight_decay: float = 0.01
    longest: float = 2.0
    hidden_words: float = 0.08
    forgotten: float = 0.2
    seed: int = 1


def going_on(recipe: Recipe) -> Recipe:
    """The recipe for a network whose heads were trained with its encoder: lower rates, which keep what it knows."""
    return replace(recipe, encoder_rate=recipe.encoder_rate / 2, head_rate=recipe.head_rate * 0.4)


def encode_batch(
    network: Network, examples: Sequence[Example], marks: tuple[int, int, int], hidden_words: float = 0.0
) -> tuple[Tensor, list[int]]:
    """The encoder's vectors of each paper, [papers, pieces, width], marks included, and how many pieces each has.

    Papers are cut to one window; `marks` are first, last and mask.
    """
    lengths = [min(len(e.ids), WINDOW) + 2 for e in examples]
    size = -(-max(lengths) // _EVEN) * _EVEN
    ids = torch.zeros(len(examples), size, dtype=torch.long)
    features = torch.zeros(len(examples), size, examples[0].piece_features.shape[1])
    for row, (example, length) in enumerate(zip(examples, lengths, strict=True)):
        ids[row, 0], ids[row, length - 1] = marks[:2]
        word = torch.cumsum(1 - example.piece_features[: length - 2, -1], 0).long()
        unseen = (torch.rand(length) < hidden_words)[word]
        ids[row, 1 : length - 1] = example.ids[: length - 2].masked_fill(unseen, marks[2])
        features[row, 1 : length - 1] = example.piece_features[: length - 2]
    device = network.encoder.device
    with torch.autocast(device.type, dtype=torch.bfloat16):
        hidden = network.encoder(ids.to(device), features.to(device), lengths)
    return hidden.to(network.heads.device).float(), lengths


def batches(examples: Sequence[Example], size: int, shuffle: random.Random) -> Iterator[list[Example]]:
    """Random batches whose papers have about the same length."""
    order = list(examples)
    shuffle.shuffle(order)
    pools = [sorted(order[i : i + size * 12], key=lambda e: len(e.ids)) for i in range(0, len(order), size * 12)]
    cut = [pool[i : i + size] for pool in pools for i in range(0, len(pool), size)]
    shuffle.shuffle(cut)
    yield from cut


def parameter_groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    """Rates that fall from the heads to the positions; the words stay as pre-training left them."""
    groups: list[dict[str, Any]] = [{"params": list(network.heads.parameters()), "lr": recipe.head_rate}]
    depth = len(network.encoder.layers)
    for number, layer in enumerate(network.encoder.layers):
        rate = recipe.encoder_rate * recipe.layer_decay ** (depth - 1 - number)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    low = recipe.encoder_rate * recipe.layer_decay**depth
    encoder = network.encoder
    groups.append({"params": [encoder.positions, *encoder.norm.parameters()], "lr": low})
    groups.append({"params": [encoder.features], "lr": recipe.encoder_rate * 2})
    return groups


def fit(
    network: Network,
    examples: Sequence[Example],
    marks: tuple[int, int, int],
    recipe: Recipe,
    report: Callable[[int, Network, dict[str, float]], None],
    *,
    passes: Passes | None = None,
) -> Network:
    """Train `network` in place; returns the average of its weights. `report` is called after each epoch with it.

    With `passes` each finished epoch is kept there, and one that an interrupted training kept is not done again.
    """
    shuffle = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    read = [e for e in examples if len(e.ids) <= WINDOW]
    network.encoder.words.requires_grad_(False)
    steps = recipe.epochs * -(-len(read) // recipe.batch)
    slope = Slope(steps, recipe.warm_up, recipe.least, recipe.longest, recipe.weight_decay)
    descent = Descent(parameter_groups(network, recipe), slope)
    average = copy.deepcopy(network).eval()
    course = Course(network, average, descent, shuffle)
    done = course.take_up(passes) if passes else 0
    step = done * -(-len(read) // recipe.batch)
    for epoch in range(done, recipe.epochs):
        network.train()
        sums: dict[str, float] = {}
        began = time.monotonic()
        for drawn in batches(read, recipe.batch, shuffle):
            batch = [_forget(example, recipe.forgotten) for example in drawn]
            projected = network.heads.project(*encode_batch(network, batch, marks, recipe.hidden_words))
            total = torch.zeros(())
            for example, rows in zip(batch, projected, strict=True):
                parts = losses(network.heads, example, rows)
                for name, value in parts.items():
                    sums[name] = sums.get(name, 0.0) + float(value.detach()) / len(read)
                total = total + torch.stack(list(parts.values())).sum() / len(batch)
            descent.step(total)
            step += 1
            _move(average, network, min(recipe.average, step / (step + 10)))
        sums["papers"] = float(len(read))
        sums["seconds"] = time.monotonic() - began
        if passes:
            course.keep(passes, epoch + 1)
        report(epoch, average, sums)
    return average


def _forget(example: Example, share: float) -> Example:
    """The paper as it would be if `share` of its names had never been seen in annotation."""
    features = example.group_features.clone()
    unknown = torch.rand(len(features)) < share
    features[unknown, _KNOWN_NAMES:_FREQUENCY] = 0
    return replace(example, group_features=features)


@torch.no_grad()
def _move(average: Network, network: Network, keep: float) -> None:
    """Exponential moving average of all weights."""
    for old, new in zip(average.parameters(), network.parameters(), strict=True):
        if new.requires_grad:
            old.lerp_(new, 1 - keep)
