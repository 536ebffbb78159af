"""The heads of the model in numpy: from the encoder's vectors to the scores of groups, entities, numbers and pairs.

`kg.train.network` computes the same with torch; `tests/train/test_training.py` holds the two together. Weights are a
flat dictionary of arrays; a linear map `name` is `name.weight` [in, out] and `name.bias`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kg.extract.candidates import LONGEST

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Weights = Mapping[str, Floats]

TYPES = ("method", "dataset", "metric", "task", "phrase")
"""What a group can be; 'phrase' is a baseline that is no name ('the previous state of the art')."""

KINDS = ("none", "speedup", "gain", "score", "reduction", "cost", "scale")
METHOD_ROLES = ("proposed", "used", "compared", "mentioned")
DATASET_ROLES = ("introduced", "evaluated", "training", "mentioned")
RELATIONS = ("method", "baseline", "dataset", "metric", "triple", "same")

PARTS = ("first", "last", "mean", "before", "after")


def linear(weights: Weights, name: str, rows: Floats) -> Floats:
    """`rows` through the linear map `name`."""
    return np.asarray(rows @ weights[f"{name}.weight"] + weights[f"{name}.bias"], np.float32)


def relu(rows: Floats) -> Floats:
    """Rectified."""
    return np.maximum(rows, np.float32(0))


def softmax(rows: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(rows - rows.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def sigmoid(rows: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(rows, -30, 30))), np.float32)


def span_vectors(weights: Weights, name: str, projected: Floats, first: Ints, last: Ints, *, length: Ints) -> Floats:
    """One row a span of word pieces `first` to `last` (inclusive); `length` is its tokens.

    `projected` holds the pieces' vectors already multiplied by `name.weight`, which is part of the encoder's graph.
    """
    pieces, size = len(projected), projected.shape[1] // len(PARTS)
    by_part = projected.reshape(-1, size)  # a row for each piece and part, so that only what is asked for is copied

    def part(which: str, at: Ints) -> Floats:
        """The rows of one part; of a piece before the first or after the last it is zero."""
        there = (at >= 0) & (at < pieces)
        found = by_part.take(np.where(there, at, 0) * len(PARTS) + PARTS.index(which), 0)
        found[~there] = 0
        return found

    rows = _means(by_part[PARTS.index("mean") :: len(PARTS)], first, last)
    rows += part("first", first) + part("before", first - 1)
    rows += part("last", last) + part("after", last + 1)
    rows += (weights[f"{name}.width"] + weights[f"{name}.bias"]).take(np.minimum(length, LONGEST), 0)
    return relu(rows)


def _means(rows: Floats, first: Ints, last: Ints) -> Floats:
    """The mean of rows `first` to `last` (inclusive), for each pair of these: by running sums when they are many."""
    counts = last - first + 1
    ends = np.cumsum(counts)
    if len(ends) and ends[-1] < len(rows):
        starts = ends - counts
        means = np.add.reduceat(rows.take(np.arange(ends[-1]) + np.repeat(first - starts, counts), 0), starts)
    else:
        summed = np.concatenate([np.zeros((1, rows.shape[1]), np.float32), np.cumsum(rows, axis=0, dtype=np.float32)])
        means = summed.take(last + 1, 0)
        means -= summed.take(first, 0)
    means /= counts[:, None].astype(np.float32)
    return means


def pooled(rows: Floats, edges: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """Mean and maximum of runs of `counts` consecutive rows that begin at `edges`.

    Most runs are a single row, which is both: only the others are computed.
    """
    mean = rows[edges]
    top = mean.copy()
    several = counts > 1
    if several.any():
        inner = rows[np.repeat(several, counts)]
        starts = np.cumsum(counts[several]) - counts[several]
        mean[several] = np.add.reduceat(inner, starts) / counts[several, None].astype(np.float32)
        top[several] = np.maximum.reduceat(inner, starts)
    return mean, top


def group_scores(weights: Weights, mean: Floats, top: Floats, features: Floats, whole: Floats) -> Floats:
    """A logit for each group and type. `whole` is the encoder's vector of the text."""
    inner = mean @ (weights["group.mean"] + weights["group.top"]) + features @ weights["group.features"]
    several = np.flatnonzero((top != mean).any(axis=1))
    inner[several] += (top[several] - mean[several]) @ weights["group.top"]
    inner += whole @ weights["group.whole"] + weights["group.bias"]
    return linear(weights, "types", relu(inner))


def entity_vectors(
    weights: Weights, mean: Floats, top: Floats, features: Floats, whole: Floats, *, kind: Floats
) -> Floats:
    """One row an entity; `kind` is its type as a row of ones and zeros."""
    inner = mean @ weights["entity.mean"] + top @ weights["entity.top"] + features @ weights["entity.features"]
    inner += whole @ weights["entity.whole"] + kind @ weights["entity.kind"] + weights["entity.bias"]
    return relu(inner)


def pair_scores(weights: Weights, relation: str, left: Floats, right: Floats, features: Floats) -> Floats:
    """A logit for each pair: rows of `left` against rows of `right`, `features` [left, right, columns]."""
    inner = (left @ weights[f"{relation}.left"])[:, None, :] + (right @ weights[f"{relation}.right"])[None, :, :]
    product = (left @ weights[f"{relation}.source"])[:, None, :] * (right @ weights[f"{relation}.target"])[None, :, :]
    inner = relu(inner + features @ weights[f"{relation}.features"] + weights[f"{relation}.bias"] + product)
    return np.asarray(inner @ weights[f"{relation}.out"], np.float32)


def one_hot(indices: Sequence[int], size: int) -> Floats:
    """Rows of zeros with a one."""
    return np.eye(size, dtype=np.float32)[np.asarray(indices, np.int64)].reshape(-1, size)
