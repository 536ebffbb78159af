"""The shipped model keeps its figures; see gate.py for how the floors are raised."""

from __future__ import annotations

import json
from pathlib import Path

from gate import FLOORS, digest, measure, sets


def check(name: str) -> None:
    papers, gold = sets()[name]
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))[name]
    assert pinned["annotation"] == digest(gold), "the annotation changed: run tests/extract/gate.py"
    figures = measure(papers, gold)
    below = {key: (value, pinned["floors"][key]) for key, value in figures.items() if value < pinned["floors"][key]}
    assert not below, f"(figure, floor): {below}"


def test_the_annotated_examples() -> None:
    check("examples")


def test_the_development_set(shared: Path) -> None:
    assert shared.is_dir()
    check("dev")
