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
    """Boosted binary trees: node arrays of all trees one after another, and where each tree starts."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]
    bias: float

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score for each row. Leaves point at themselves, so all rows walk all trees in step."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        which = np.arange(len(rows))[:, None]
        while True:
            go_left = rows[which, self.feature[at]] <= self.threshold[at]
            following = np.where(go_left, self.left[at], self.right[at])
            if np.array_equal(following, at):
                break
            at = following
        leaves = self.value[at].astype(np.float64)
        return np.array([math.fsum([self.bias, *row]) for row in leaves])


def load_linear(arrays: Mapping[str, Any], name: str) -> Linear:
    """The linear model stored under `name` by `kg.train.claims`."""
    features = str(arrays[f"{name}.features"]).split("\n")
    return Linear({f: i for i, f in enumerate(features)}, arrays[f"{name}.weights"], arrays[f"{name}.bias"])


def load_trees(arrays: Mapping[str, Any], name: str) -> Trees:
    """The trees stored under `name` by `kg.train.claims`."""
    parts = {part: arrays[f"{name}.{part}"] for part in ("feature", "threshold", "left", "right", "value", "roots")}
    return Trees(**parts, bias=float(arrays[f"{name}.bias"]))
