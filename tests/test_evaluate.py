"""Scoring agrees with the annotators' own script and behaves at the edges."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from kg.evaluate import fold, fold_unit, same_number, score


def _read(path: Path) -> dict[str, Any]:
    return {d["id"]: d for d in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def _damaged(gold: dict[str, Any], seed: int) -> dict[str, Any]:
    """The annotation with items dropped, moved and renamed at random, as an extractor would."""
    rng = random.Random(seed)
    papers = json.loads(json.dumps(gold))
    for paper in papers.values():
        for name in ("methods", "datasets", "metrics", "tasks", "triples", "claims"):
            paper[name] = [item for item in paper[name] if rng.random() > 0.3]
            rng.shuffle(paper[name])
        for method in paper["methods"]:
            method["role"] = rng.choice(["proposed", "used", method["role"]])
        for claim in paper["claims"]:
            claim["metric"] = rng.choice([claim["metric"], None])
            claim["value"] *= rng.choice([1, 1, 1.001, 2])
        if paper["methods"]:
            paper["methods"].append({"name": "something else", "as": [], "role": "used"})
    return papers


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_reference_script(shared: Path, seed: int) -> None:
    spec = importlib.util.spec_from_file_location("reference", shared / "gold" / "score.py")
    assert spec is not None and spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    gold = _read(shared / "gold" / "dev.jsonl")
    predicted = _damaged(gold, seed)
    expected, _ = reference.score(gold, predicted)
    ours = score(gold, predicted)
    for name in ("methods", "datasets", "metrics", "tasks", "triples", "claims"):
        assert ours.counts[name].gold == expected[name]["gold"]
        assert ours.counts[name].predicted == expected[name]["predicted"]
        assert round(ours.counts[name].f1, 4) == expected[name]["f1"]
    assert round(ours.accuracies["methods role"], 4) == expected["methods"]["role_accuracy"]
    for name in ("kind", "method", "baseline", "dataset", "metric"):
        assert round(ours.accuracies[f"claims {name}"], 4) == expected["claims"][f"{name}_accuracy"]
    assert round(ours.counts["claims full"].f1, 4) == expected["claims"]["full_f1"]


def test_perfect_and_empty_predictions() -> None:
    gold = {
        "p": {
            "id": "p",
            "methods": [{"name": "FastNet", "as": [], "role": "proposed"}],
            "datasets": [{"name": "CIFAR-10", "as": ["CIFAR10"], "role": "evaluated"}],
            "metrics": [],
            "tasks": [],
            "triples": [["FastNet", "CIFAR-10"]],
            "claims": [{"kind": "speedup", "value": 3, "unit": "x", "method": "FastNet"}],
        }
    }
    perfect, empty = score(gold, gold), score(gold, {})
    assert perfect.counts["methods"].f1 == perfect.counts["triples"].f1 == perfect.counts["claims full"].f1 == 1
    assert perfect.accuracies["datasets role"] == 1
    assert empty.counts["methods"].f1 == empty.counts["claims"].recall == 0


def test_folding_joins_spelling_and_keeps_versions_apart() -> None:
    assert fold("CIFAR-10 dataset") == fold("cifar10") != fold("CIFAR-100")
    assert fold("β-VAE models") == fold("beta-VAE")
    assert fold_unit("points") == fold_unit("%") != fold_unit("x") == fold_unit(None)
    assert fold_unit("labelled examples") == fold_unit("samples")
    assert same_number({"value": 100.0, "unit": "x"}, {"value": 100.4, "unit": "times"})
    assert not same_number({"value": 100.0, "unit": "x"}, {"value": None, "unit": "x"})
