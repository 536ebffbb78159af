"""Learned scorers that need numpy only: a sparse linear model and boosted trees, read from one .npz file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def sigmoid(x: float) -> float:
    """The logistic function, safe at both ends."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities from scores."""
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


@dataclass(frozen=True)
class Linear:
    """A linear model over named features, a column of weights for each class."""

    index: Mapping[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Iterable[str]) -> list[float]:
        """A score for each class; the rows are added in their own order, so that of the features does not matter."""
        rows = sorted({self.index[f] for f in features if f in self.index})
        total = self.weights[rows].astype(np.float64).sum(axis=0) + self.bias
        return [float(score) for score in total]


@dataclass(frozen=True)
class Trees:
    """Ensembles of boosted binary trees over the same rows: the node arrays of all trees one after another.

    `roots` is where each tree starts, `depth` the most steps from a root to a leaf; leaves point at themselves.
    `counts` has the number of trees of each ensemble, `biases` what each adds.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]
    depth: int
    counts: tuple[int, ...]
    biases: tuple[float, ...]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score by each ensemble for each row: [rows, ensembles]. All rows walk all trees in step."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        first = np.arange(len(rows))[:, None] * rows.shape[1]
        flat = np.ascontiguousarray(rows).ravel()
        for _ in range(self.depth):
            go_left = flat.take(first + self.feature.take(at)) <= self.threshold.take(at)
            at = np.where(go_left, self.left.take(at), self.right.take(at))
        leaves = self.value.take(at).tolist()
        result = np.empty((len(rows), len(self.counts)))
        for number, row in enumerate(leaves):
            start = 0
            for ensemble, (count, bias) in enumerate(zip(self.counts, self.biases, strict=True)):
                result[number, ensemble] = math.fsum([bias, *row[start : start + count]])
                start += count
        return result


def load_linear(arrays: Mapping[str, Any], name: str) -> Linear:
    """The linear model stored under `name` by `kg.train.claims`."""
    return Linear(feature_index(arrays[f"{name}.features"]), arrays[f"{name}.weights"], arrays[f"{name}.bias"])


def feature_index(stored: object) -> dict[str, int]:
    """The place of each feature in a linear model from their names as its file keeps them, a line each."""
    names = str(stored)
    return {name: at for at, name in enumerate(names.split("\n"))} if names else {}


def load_trees(arrays: Mapping[str, Any], *names: str) -> Trees:
    """The ensembles stored under `names` by `kg.train.scorers`, side by side."""
    parts: dict[str, list[NDArray[Any]]] = {part: [] for part in ("feature", "threshold", "left", "right", "value")}
    roots, size = [], 0
    for name in names:
        for part, found in parts.items():
            array = arrays[f"{name}.{part}"]
            found.append(array.astype(np.int64) + size if part in ("left", "right") else array)
        roots.append(arrays[f"{name}.roots"].astype(np.int64) + size)
        size += len(parts["value"][-1])
    joined = {part: np.concatenate(found) for part, found in parts.items()}
    start = np.concatenate(roots)
    return Trees(
        feature=joined["feature"].astype(np.int64),
        threshold=joined["threshold"],
        left=joined["left"],
        right=joined["right"],
        value=joined["value"].astype(np.float64),
        roots=start,
        depth=_depth(joined["left"], joined["right"], start),
        counts=tuple(len(r) for r in roots),
        biases=tuple(float(arrays[f"{name}.bias"]) for name in names),
    )


def _depth(left: NDArray[np.int64], right: NDArray[np.int64], roots: NDArray[np.int64]) -> int:
    """Steps from a root to the farthest leaf."""
    level, depth = roots, 0
    while True:
        below = np.concatenate([left[level], right[level]])
        level = np.unique(below[left[below] != below])
        inner = level.size > 0
        if not inner and np.array_equal(left[roots], roots):
            return 0
        depth += 1
        if not inner:
            return depth
