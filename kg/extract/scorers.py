"""A learned scorer that needs numpy only: a sparse linear model over named features, read from one .npz file."""

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
        find = self.index.get
        rows = sorted({row for f in features if (row := find(f)) is not None})
        total = self.weights[rows].astype(np.float64).sum(axis=0) + self.bias
        return [float(score) for score in total]


def load_linear(arrays: Mapping[str, Any], name: str) -> Linear:
    """The linear model stored under `name` by `kg.train.claims`."""
    return Linear(feature_index(arrays[f"{name}.features"]), arrays[f"{name}.weights"], arrays[f"{name}.bias"])


def feature_index(stored: object) -> dict[str, int]:
    """The place of each feature in a linear model from their names as its file keeps them, a line each."""
    names = str(stored)
    return {name: at for at, name in enumerate(names.split("\n"))} if names else {}
