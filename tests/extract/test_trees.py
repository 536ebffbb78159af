"""Boosted trees asked all at once say what a walk through each of them says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.trees import load_trees

COLUMNS = 3


def grown(dice: np.random.Generator, leaves: int) -> dict[str, Any]:
    """One tree of random shape, as `kg.train.scorers` keeps them; its thresholds are met exactly now and then."""
    left, right, feature, threshold, value = [0], [0], [0], [0.0], [float(dice.normal())]
    for _ in range(leaves - 1):
        node = int(dice.choice([n for n in range(len(left)) if left[n] == n]))
        for children in (left, right):
            children[node] = len(left)
            for column, new in ((left, len(left)), (right, len(right)), (feature, 0), (threshold, 0.0)):
                if len(column) == len(value):
                    column.append(new)
            value.append(float(dice.normal()))
        feature[node], threshold[node] = int(dice.integers(COLUMNS)), float(dice.integers(-3, 4))
    arrays = {"left": np.array(left), "right": np.array(right), "roots": np.zeros(1, np.int32)}
    arrays |= {"feature": np.array(feature), "threshold": np.array(threshold, np.float32)}
    return arrays | {"value": np.array(value, np.float32)}


def walked(tree: dict[str, Any], row: np.ndarray) -> float:
    node = 0
    while tree["left"][node] != node:
        yes = row[tree["feature"][node]] <= tree["threshold"][node]
        node = tree["left"][node] if yes else tree["right"][node]
    return float(tree["value"][node])


def ensemble(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """The trees one after another in the same arrays."""
    sizes = np.cumsum([0, *(len(tree["left"]) for tree in trees)])
    moved = [
        {**tree, **{part: tree[part] + start for part in ("left", "right", "roots")}}
        for tree, start in zip(trees, sizes, strict=False)
    ]
    parts = ("left", "right", "roots", "feature", "threshold", "value")
    return {part: np.concatenate([tree[part] for tree in moved]) for part in parts} | {"bias": np.array(0.25)}


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.lists(st.integers(1, 64), min_size=1, max_size=4), min_size=1, max_size=3),
    st.integers(0, 300),
)
def test_scores_are_those_of_a_walk(seed: int, sizes: list[list[int]], count: int) -> None:
    dice = np.random.default_rng(seed)
    ensembles = [[grown(dice, leaves) for leaves in own] for own in sizes]
    rows = dice.integers(-4, 5, (count, COLUMNS)).astype(np.float32)
    rows[dice.random(rows.shape) < 0.05] = np.nan
    stored = {f"t{n}.{part}": array for n, own in enumerate(ensembles) for part, array in ensemble(own).items()}
    scores = load_trees(stored, *(f"t{n}" for n in range(len(ensembles)))).scores(rows)
    assert scores.tolist() == [
        [math.fsum([0.25, *(walked(tree, row) for tree in own)]) for own in ensembles] for row in rows
    ]


def test_a_tree_too_large_to_be_read_is_refused() -> None:
    tree = grown(np.random.default_rng(0), 65)
    with pytest.raises(ValueError, match="65 leaves"):
        load_trees({f"t.{part}": array for part, array in tree.items()}, "t")
