"""The fitted scorers say what they learned, also from annotation that lacks a class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kg.extract.claim_model import ClaimModel, read_model
from kg.extract.claims import find_claims
from kg.extract.scorers import load_linear, sigmoid, softmax
from kg.extract.trees import load_trees
from kg.train import claims
from kg.train.claims import gold_context
from kg.train.scorers import crossfit, fit_linear, fit_trees

NAMED = [["a"], ["b"], ["c", "d"], ["c"]] * 6
LABELS = [0, 1, 3, 3] * 6


def prefixed(arrays: dict[str, Any]) -> dict[str, Any]:
    return {f"m.{key}": value for key, value in arrays.items()}


def probabilities(named: list[list[str]], labels: list[int], asked: list[str]) -> list[float]:
    return softmax(load_linear(prefixed(fit_linear(named, labels, 1.0, 4)), "m").scores(asked))


def test_each_class_has_its_column_also_one_that_no_label_has() -> None:
    a, c = probabilities(NAMED, LABELS, ["a"]), probabilities(NAMED, LABELS, ["c"])
    assert a.index(max(a)) == 0
    assert c.index(max(c)) == 3
    assert max(a[2], c[2]) < 1e-6


@pytest.mark.parametrize("labels", [[0, 2, 2, 0] * 6, [1] * 24])
def test_two_classes_or_one_of_four(labels: list[int]) -> None:
    found = probabilities(NAMED, labels, ["b"])
    assert found.index(max(found)) == labels[1]
    assert sum(p for i, p in enumerate(found) if i not in labels) < 1e-6


@pytest.mark.parametrize(("labels", "expected"), [([0] * 24, 0.0), ([1] * 24, 1.0)])
def test_yes_or_no_learned_from_one_answer(labels: list[int], expected: float) -> None:
    linear = load_linear(prefixed(fit_linear(NAMED, labels, 1.0)), "m")
    trees = load_trees(prefixed(fit_trees(np.zeros((24, 3), np.float32), np.array(labels, np.int8))), "m")
    assert sigmoid(linear.scores(["a"])[0]) == pytest.approx(expected, abs=1e-6)
    assert sigmoid(trees.scores(np.zeros((1, 3), np.float32)).item()) == pytest.approx(expected, abs=1e-6)


def test_trees_say_what_they_were_taught() -> None:
    rows = np.arange(80, dtype=np.float32)[:, None]
    trees = load_trees(prefixed(fit_trees(rows, (rows[:, 0] > 40).astype(np.int8))), "m")
    low, high = trees.scores(np.array([[10], [70]], np.float32))[:, 0]
    assert low < 0 < high


def test_ensembles_side_by_side_score_as_each_alone() -> None:
    dice = np.random.default_rng(3)
    rows = dice.normal(size=(300, 4)).astype(np.float32)
    labels = [(rows[:, k] + rows[:, k + 1] ** 2 > 0.5).astype(np.int8) for k in range(3)]
    arrays: dict[str, Any] = {"none.left": 0}
    for k, own in enumerate(labels):
        arrays |= {f"t{k}.{key}": value for key, value in fit_trees(rows, own).items()}
    arrays |= {f"t3.{key}": value for key, value in fit_trees(rows, np.zeros(300, np.int8)).items()}
    together = load_trees(arrays, "t0", "t1", "t2", "t3").scores(rows)
    for k in range(4):
        alone = load_trees(arrays, f"t{k}").scores(rows)
        assert np.array_equal(alone[:, 0], together[:, k])
        assert np.array_equal(alone[:7], load_trees(arrays, f"t{k}").scores(rows[:7]))
    assert all(((together[:, k] > 0) == (own > 0)).mean() > 0.9 for k, own in enumerate(labels))


def test_a_fold_is_scored_by_a_model_that_did_not_see_it() -> None:
    named = [[f"only{i // 5}"] if i % 5 == 0 else ["x"] for i in range(40)]
    labels = [int(i % 5 == 0) for i in range(40)]
    scores = crossfit(named, labels, [i % 5 for i in range(40)], 1.0)[:, 0]
    assert scores.shape == (40,)
    assert len({float(s) for s in scores[::5]}) == 1  # their words were unknown to the model that scored them


def written(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A made-up paper and its annotation: of two phrases in like places one is the baseline, which its words tell."""
    own, value = f"Alpha{number}Net", 2.5 + number % 7
    rivals = ["existing systems", "previous systems"]
    first, second = rivals if number % 2 else rivals[::-1]
    abstract = f"We propose {own} for sorting. {own} is simpler than {first} and than {second} by {value}% in accuracy."
    claim = {
        "text": f"by {value}% in accuracy", "number": f"{value}%", "kind": "gain", "value": value, "unit": "%",
        "method": own, "baseline": rivals[0], "dataset": None, "metric": "accuracy", "qualifier": None,
    }  # fmt: skip
    gold = {
        "methods": [{"name": own, "as": [], "role": "proposed"}],
        "datasets": [], "metrics": [{"name": "accuracy", "as": []}], "tasks": [], "claims": [claim],
    }  # fmt: skip
    return {"id": str(number), "title": "", "abstract": abstract}, {"id": str(number), **gold}


@pytest.fixture(scope="module")
def taught() -> ClaimModel:
    pairs = [written(number) for number in range(160)]
    return read_model(claims.train({p["id"]: p for p, _ in pairs}, [gold for _, gold in pairs]))


@pytest.mark.parametrize("number", [190, 191])
def test_words_tell_the_baseline_where_places_do_not(taught: ClaimModel, number: int) -> None:
    paper, gold = written(number)
    context = gold_context(paper, gold)
    found = find_claims(
        context.text, context.title_end, context.sentences, context.quantities, context.entities, model=taught
    )
    assert [(c.value, c.baseline) for c in found] == [(gold["claims"][0]["value"], "existing systems")]
