"""A smaller encoder made of a larger one: fewer layers, fewer heads of attention, fewer inner units.

Heads and units are chosen by how badly the rest can stand in for them, and the rest is refitted to do so: the optimal
brain surgeon (Hassibi & Stork, 1993) on whole structures, as ZipLM has it (Kurtić et al., 2023).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from kg.errors import InputError
from kg.train.network import Encoder, Layer, Sizes

Array = npt.NDArray[np.float64]
Text = tuple[Tensor, Tensor]
"""Word pieces with the encoder's marks [1, n], and their features [1, n, k]."""

_READ_AGAIN = 60
"""Texts on which is tried what a head fewer in a layer does, some 15,000 word pieces."""


def kept_layers(encoder: Encoder, numbers: Sequence[int]) -> Encoder:
    """`encoder` with only the layers of these numbers, counted from 1; InputError for a number that it has not.

    What a shallower encoder loses, further pre-training gives back for the most part (Sajjad et al., 2023).
    """
    depth = len(encoder.layers)
    if not numbers or sorted(set(numbers)) != list(numbers) or not 1 <= numbers[0] <= numbers[-1] <= depth:
        raise InputError(f"layers are rising numbers from 1 to {depth}, such as 1,2,{depth}")
    state = {n: v for n, v in encoder.state_dict().items() if not n.startswith("layers.")}
    kept = Encoder(replace(encoder.sizes, heads=tuple(encoder.sizes.heads[number - 1] for number in numbers)))
    for at, number in enumerate(numbers):
        state |= {f"layers.{at}.{n}": v for n, v in encoder.layers[number - 1].state_dict().items()}
    kept.load_state_dict(state)
    return kept


def check_narrower(sizes: Sizes, heads: int | None, inner: int | None) -> None:
    """InputError when `narrowed` cannot keep so many heads in all and inner units of each layer of an encoder."""
    every = sum(sizes.heads)
    heads, inner = every if heads is None else heads, sizes.inner if inner is None else inner
    if not (sizes.layers <= heads <= every and 1 <= inner <= sizes.inner):
        raise InputError(
            f"{sizes.layers} layers have {every} heads in all and {sizes.inner} inner units each: keep at least one of "
            "each in every layer"
        )


def narrowed(encoder: Encoder, heads: int | None, inner: int | None, texts: Sequence[Text]) -> Encoder:
    """An encoder with those `heads`, in all, and `inner` units of each layer that matter most for `texts`; None: all.

    Some 100,000 word pieces are enough; all is on the CPU.
    """
    moments = _moments(encoder, texts)
    sizes = encoder.sizes
    shared = sizes.heads if heads is None else _shared_out(encoder, heads, moments, texts[:_READ_AGAIN])
    sizes = replace(sizes, heads=shared, inner=sizes.inner if inner is None else inner)
    state = encoder.state_dict()
    for at, count in enumerate(sizes.heads):
        for parts, name, kept_of_it, size in (
            (("query", "key", "value"), f"layers.{at}.out", count, sizes.head),
            (("up",), f"layers.{at}.down", sizes.inner, 1),
        ):
            weight, bias = f"{name}.weight", f"{name}.bias"
            kept, state[weight], state[bias] = _refitted(moments[name], state[weight], state[bias], kept_of_it, size)
            for part in parts:
                for value in ("weight", "bias"):
                    state[f"layers.{at}.{part}.{value}"] = state[f"layers.{at}.{part}.{value}"][kept]
    smaller = Encoder(sizes)
    smaller.load_state_dict(state)
    return smaller


def _shared_out(encoder: Encoder, count: int, moments: Mapping[str, Array], texts: Sequence[Text]) -> tuple[int, ...]:
    """How many heads each layer keeps of `count` in all.

    One after the other goes, each time from the layer where that changes the encoder's vectors of `texts` least.
    """
    encoder = copy.deepcopy(encoder).eval()
    wanted = _vectors(encoder, texts)

    @cache
    def missed(at: int, kept: int) -> float:
        trial = copy.deepcopy(encoder)
        out = cast(Layer, trial.layers[at]).out
        before = out.weight.detach(), out.bias.detach()
        columns, weight, bias = _refitted(moments[f"layers.{at}.out"], *before, kept, encoder.sizes.head)
        with torch.no_grad():
            out.weight.zero_()[:, columns] = weight
            out.bias.copy_(bias)
        return float((_vectors(trial, texts) - wanted).square().mean())

    heads = list(encoder.sizes.heads)
    while sum(heads) > count:
        more = [missed(at, n - 1) - missed(at, n) if n > 1 else math.inf for at, n in enumerate(heads)]
        heads[more.index(min(more))] -= 1
    return tuple(heads)


@torch.no_grad()
def _vectors(encoder: Encoder, texts: Iterable[Text]) -> Tensor:
    """The vectors of all pieces, [pieces, width]."""
    return torch.cat([encoder(ids, features, [ids.shape[1]])[0] for ids, features in texts])


@torch.no_grad()
def _moments(encoder: Encoder, texts: Iterable[Text]) -> dict[str, Array]:
    """Sums of products of what goes into the output of attention and of the inner units, with a one at the end."""
    sums: dict[str, Array] = {}

    def watch(name: str, module: nn.Module) -> None:
        def add(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            rows = given[0].flatten(0, 1)
            rows = torch.cat([rows, rows.new_ones(len(rows), 1)], 1)
            sums[name] = sums.get(name, 0.0) + (rows.T @ rows).double().numpy()

        hooks.append(module.register_forward_pre_hook(add))

    hooks: list[torch.utils.hooks.RemovableHandle] = []
    for name, module in encoder.named_modules():
        if name.startswith("layers.") and name.endswith((".out", ".down")):
            watch(name, module)
    learning = encoder.training
    encoder.eval()
    try:
        for ids, features in texts:
            encoder(ids, features, [ids.shape[1]])
    finally:
        encoder.train(learning)
        for hook in hooks:
            hook.remove()
    return sums


def _refitted(moments: Array, weight: Tensor, bias: Tensor, count: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Columns of `weight` [out, in] to keep, `count` groups of `size` neighbours; weight and bias refitted to them.

    `moments` [in + 1, in + 1] are of what `weight` is multiplied with. One group after the other goes, each time the
    one without which the product changes least when all others are refitted.
    """
    ridge = 1e-4 * np.trace(moments) / len(moments)
    inverse = np.linalg.inv(moments + ridge * np.eye(len(moments)))
    rows = np.concatenate([weight.double().numpy().T, bias.double().numpy()[None]])
    groups = np.arange(weight.shape[1]).reshape(-1, size)
    while len(groups) > count:
        blocks = np.linalg.inv(inverse[groups[:, :, None], groups[:, None, :]])
        costs = np.einsum("gio,gij,gjo->g", rows[groups], blocks, rows[groups], optimize=True)
        least = int(np.argmin(costs))
        out = groups[least]
        step = inverse[:, out] @ blocks[least]
        rows -= step @ rows[out]
        inverse -= step @ inverse[out]
        groups = np.delete(groups, least, axis=0)
    kept = groups.ravel()
    refitted = torch.from_numpy(rows[kept].T).float().contiguous(), torch.from_numpy(rows[-1]).float()
    return torch.from_numpy(kept), *refitted
