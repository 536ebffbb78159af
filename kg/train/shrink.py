"""A smaller encoder made of a larger one: fewer layers, fewer heads of attention, fewer inner units.

Heads and units are chosen by how badly the rest can stand in for them, and the rest is refitted to do so: the optimal
brain surgeon (Hassibi & Stork, 1993) on whole structures, as ZipLM has it (Kurtić et al., 2023).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from kg.errors import InputError
from kg.train.network import Encoder, Sizes

Array = npt.NDArray[np.float64]
Text = tuple[Tensor, Tensor]
"""Word pieces with the encoder's marks [1, n], and their features [1, n, k]."""


def kept_layers(encoder: Encoder, numbers: Sequence[int]) -> Encoder:
    """`encoder` with only the layers of these numbers, counted from 1; InputError for a number that it has not.

    What a shallower encoder loses, further pre-training gives back for the most part (Sajjad et al., 2023).
    """
    depth = len(encoder.layers)
    if not numbers or sorted(set(numbers)) != list(numbers) or not 1 <= numbers[0] <= numbers[-1] <= depth:
        raise InputError(f"layers are rising numbers from 1 to {depth}, such as 1,2,{depth}")
    state = {n: v for n, v in encoder.state_dict().items() if not n.startswith("layers.")}
    kept = Encoder(replace(encoder.sizes, layers=len(numbers)))
    for at, number in enumerate(numbers):
        state |= {f"layers.{at}.{n}": v for n, v in encoder.layers[number - 1].state_dict().items()}
    kept.load_state_dict(state)
    return kept


def narrower(sizes: Sizes, heads: int | None, inner: int | None) -> Sizes:
    """`sizes` with so many heads and inner units of each layer, None: all; InputError when there are not so many."""
    smaller = replace(
        sizes, heads=sizes.heads if heads is None else heads, inner=sizes.inner if inner is None else inner
    )
    if not (1 <= smaller.heads <= sizes.heads and 1 <= smaller.inner <= sizes.inner):
        raise InputError(f"each layer has {sizes.heads} heads and {sizes.inner} inner units: keep 1 to as many")
    return smaller


def narrowed(encoder: Encoder, sizes: Sizes, texts: Iterable[Text]) -> Encoder:
    """An encoder of the `sizes` that `narrower` gives: the heads and units of `encoder` that matter most for `texts`.

    Some 100,000 word pieces are enough; all is on the CPU.
    """
    moments = _moments(encoder, texts)
    state = encoder.state_dict()
    for at in range(sizes.layers):
        for parts, name, count, size in (
            (("query", "key", "value"), f"layers.{at}.out", sizes.heads, sizes.head),
            (("up",), f"layers.{at}.down", sizes.inner, 1),
        ):
            weight, bias = f"{name}.weight", f"{name}.bias"
            kept, state[weight], state[bias] = _refitted(moments[name], state[weight], state[bias], count, size)
            for part in parts:
                for value in ("weight", "bias"):
                    state[f"layers.{at}.{part}.{value}"] = state[f"layers.{at}.{part}.{value}"][kept]
    smaller = Encoder(sizes)
    smaller.load_state_dict(state)
    return smaller


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
