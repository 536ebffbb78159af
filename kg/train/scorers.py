"""Fit the scorers of `kg.extract.scorers`: linear models over named features, and boosted trees.

Deterministic for one version of scikit-learn; the weights are plain arrays that numpy reads at run time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.scorers import feature_index

FOLDS = 5
"""Parts of the papers; what a second stage learns from is scored by models that had not seen the part."""
SEED = 7
_MIN_COUNT = 3
_NEVER = -20.0
"""The score of what no annotated paper has."""


def _matrix(named: Sequence[Sequence[str]], index: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    cells = sorted({(row, index[f]) for row, fs in enumerate(named) for f in fs if f in index})
    if not cells:
        return csr_matrix((len(named), len(index)))
    at = np.array(cells)
    return csr_matrix((np.ones(len(cells)), (at[:, 0], at[:, 1])), shape=(len(named), len(index)))


def fit_linear(
    named: Sequence[Sequence[str]], labels: Sequence[int], strength: float, classes: int = 1
) -> dict[str, Any]:
    """A logistic regression over the features that occur at least three times, as arrays.

    One column of weights says yes or no; for more `classes` a column each, also for one that no label has.
    """
    from sklearn.linear_model import LogisticRegression

    counts = Counter(f for fs in named for f in set(fs))
    kept = sorted(f for f, n in counts.items() if n >= _MIN_COUNT)
    index = {f: i for i, f in enumerate(kept)}
    present = sorted(set(labels))
    weights = np.zeros((len(kept), classes), np.float32)
    bias = np.full(classes, _NEVER if classes > 1 or present in ([], [0]) else -_NEVER, np.float32)
    if len(present) > 1:
        model = LogisticRegression(C=strength, max_iter=2000, random_state=SEED)
        model.fit(_matrix(named, index), np.array(labels))
        coefficients, intercept = model.coef_, model.intercept_
        if classes > 1 and len(present) == 2:
            coefficients, intercept = (np.concatenate([-x, x]) / 2 for x in (coefficients, intercept))
        columns = present if classes > 1 else [0]
        weights[:, columns], bias[columns] = coefficients.T, intercept
    elif classes > 1:
        bias[present] = 0
    return {"features": np.array("\n".join(kept)), "weights": weights, "bias": bias}


def linear_scores(model: dict[str, Any], named: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Scores of a fitted linear model, a row for each list of features."""
    return np.asarray(
        _matrix(named, feature_index(model["features"])) @ model["weights"].astype(np.float64) + model["bias"]
    )


def crossfit(
    named: Sequence[Sequence[str]], labels: Sequence[int], folds: Sequence[int], strength: float, classes: int = 1
) -> NDArray[np.float64]:
    """Scores of each row by a model that was fitted without the row's fold."""
    result: NDArray[np.float64] | None = None
    for fold in range(FOLDS):
        train = [i for i, f in enumerate(folds) if f != fold]
        test = [i for i, f in enumerate(folds) if f == fold]
        if not test:
            continue
        model = fit_linear([named[i] for i in train], [labels[i] for i in train], strength, classes)
        scores = linear_scores(model, [named[i] for i in test])
        if result is None:
            result = np.zeros((len(named), scores.shape[1]))
        result[test] = scores
    return np.zeros((len(named), classes)) if result is None else result


@dataclass(frozen=True)
class Growth:
    """How trees are grown."""

    rounds: int = 140
    rate: float = 0.07
    leaves: int = 12
    least: int = 15


GENTLE = Growth(rounds=200, rate=0.04, leaves=8, least=40)
"""For few columns that already are opinions."""


def fit_trees(matrix: NDArray[np.float32], labels: NDArray[np.int8], growth: Growth = Growth()) -> dict[str, Any]:
    """Boosted trees as flat node arrays."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=growth.rounds, learning_rate=growth.rate, max_leaf_nodes=growth.leaves,
        min_samples_leaf=growth.least, l2_regularization=2.0, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    if len(set(labels.tolist())) < 2:
        return _one_leaf(-_NEVER if labels.any() else _NEVER)
    model.fit(matrix, labels)
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots, size = [], 0
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes)) + size
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16))
        parts["threshold"].append(np.where(leaf, 0, nodes["num_threshold"]).astype(np.float32))
        parts["left"].append(np.where(leaf, own, nodes["left"] + size).astype(np.int32))
        parts["right"].append(np.where(leaf, own, nodes["right"] + size).astype(np.int32))
        parts["value"].append(np.where(leaf, nodes["value"], 0).astype(np.float32))
        roots.append(size)
        size += len(nodes)
    arrays: dict[str, Any] = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    arrays["roots"] = np.array(roots, dtype=np.int32)
    arrays["bias"] = np.array(float(np.ravel(model._baseline_prediction)[0]))
    return arrays


def _one_leaf(score: float) -> dict[str, Any]:
    """Trees that give every row the same score."""
    arrays: dict[str, Any] = {name: np.zeros(1, np.int32) for name in ("left", "right", "roots")}
    arrays |= {"feature": np.zeros(1, np.int16), "threshold": np.zeros(1, np.float32), "value": np.zeros(1, np.float32)}
    return arrays | {"bias": np.array(score)}
