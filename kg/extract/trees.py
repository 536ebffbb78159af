"""Boosted trees that need numpy only, read from one .npz file.

All trees are asked at once (QuickScorer: Lucchese et al., 2015): each question that a row answers with 'no' takes the
leaves below its 'yes' away, and of the leaves that a tree has left the first is the one that a walk would come to.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_LEAVES = 64
_ALL = np.uint64(2**_MOST_LEAVES - 1)
_PARTS = ("feature", "threshold", "left", "right", "value")
_BLOCK = 256
"""Rows that are asked together, so that memory does not grow with their number."""


@dataclass(frozen=True)
class Trees:
    """Ensembles of boosted binary trees over the same rows.

    Each question asks whether a `feature` is at most a `threshold`, and has the `leaves` that a 'no' leaves, a bit
    each. `first_question` and `first_value` are where those of each tree begin, `values` those of the leaves from left
    to right. `counts` has the number of trees of each ensemble, `biases` what each adds.
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    leaves: NDArray[np.uint64]
    first_question: NDArray[np.int64]
    values: NDArray[np.float64]
    first_value: NDArray[np.int64]
    counts: tuple[int, ...]
    biases: tuple[float, ...]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score by each ensemble for each row: [rows, ensembles]."""
        result = np.empty((len(rows), len(self.counts)))
        for begin in range(0, len(rows), _BLOCK):
            for number, row in enumerate(self._values(rows[begin : begin + _BLOCK]).tolist(), start=begin):
                start = 0
                for ensemble, (count, bias) in enumerate(zip(self.counts, self.biases, strict=True)):
                    result[number, ensemble] = math.fsum([bias, *row[start : start + count]])
                    start += count
        return result

    def _values(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The value of the leaf that each row comes to in each tree: [rows, trees]."""
        left = np.where(rows.take(self.feature, axis=1) <= self.threshold, _ALL, self.leaves)
        left = np.bitwise_and.reduceat(left, self.first_question, axis=1)
        lowest = left & (~left + np.uint64(1))
        return self.values.take(self.first_value + np.frexp(lowest.astype(np.float64))[1] - 1)


def load_trees(arrays: Mapping[str, Any], *names: str) -> Trees:
    """The ensembles stored under `names` by `kg.train.scorers`, side by side."""
    questions: list[tuple[int, float, int]] = []
    values: list[float] = []
    first_question, first_value, counts = [], [], []
    for name in names:
        nodes = _Nodes(*(arrays[f"{name}.{part}"].tolist() for part in _PARTS))
        roots = arrays[f"{name}.roots"].tolist()
        counts.append(len(roots))
        for root in roots:
            first_question.append(len(questions))
            first_value.append(len(values))
            asked, found = nodes.tree(root)
            questions += asked
            values += found
    return Trees(
        feature=np.array([feature for feature, _, _ in questions], np.int64),
        threshold=np.array([threshold for _, threshold, _ in questions], np.float32),
        leaves=np.array([leaves for _, _, leaves in questions], np.uint64),
        first_question=np.array(first_question, np.int64),
        values=np.array(values, np.float64),
        first_value=np.array(first_value, np.int64),
        counts=tuple(counts),
        biases=tuple(float(arrays[f"{name}.bias"]) for name in names),
    )


@dataclass(frozen=True)
class _Nodes:
    """The nodes of trees as they are stored: leaves point at themselves."""

    feature: Sequence[int]
    threshold: Sequence[float]
    left: Sequence[int]
    right: Sequence[int]
    value: Sequence[float]

    def tree(self, root: int) -> tuple[list[tuple[int, float, int]], list[float]]:
        """The questions of one tree (feature, threshold, leaves that a 'no' leaves) and the values of its leaves."""
        questions: list[tuple[int, float, int]] = []
        values: list[float] = []

        def walk(node: int) -> None:
            if self.left[node] == node:
                values.append(self.value[node])
                return
            first = len(values)
            walk(self.left[node])
            below = (1 << len(values)) - (1 << first)
            questions.append((self.feature[node], self.threshold[node], int(_ALL) & ~below))
            walk(self.right[node])

        walk(root)
        if len(values) > _MOST_LEAVES:
            raise ValueError(f"a tree has {len(values)} leaves; {_MOST_LEAVES} are the most that are read")
        # a tree without questions gets one whose answer takes nothing away
        return questions or [(0, math.inf, int(_ALL))], values
