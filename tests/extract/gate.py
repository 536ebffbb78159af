"""The floors below which the extractor must not fall: `python tests/extract/gate.py [--allow-regression REASON]`.

Scores the shipped model on the annotated examples and, where it is present, on the development set, and pins what it
reaches, less a small allowance for machines that round otherwise. A floor goes down only with a reason, which is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from kg.cli.develop import read_annotated, read_annotations
from kg.evaluate import score
from kg.extract.extractor import Extractor
from kg.records import Extraction

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ROOT / "tests" / "data" / "floors.json"
ALLOWANCE = 0.01
"""Eight-bit arithmetic differs between kinds of processors, so a few borderline names may change sides."""


def sets() -> dict[str, tuple[Path, Path]]:
    """Papers and annotation by name of the set, those that are present."""
    shared = Path(os.environ.get("KG_SHARED", ROOT.parent / "shared")) / "gold"
    found = {
        "examples": (ROOT / "examples" / "abstracts.jsonl", ROOT / "tests" / "data" / "examples_gold.jsonl"),
        "dev": (shared / "papers.jsonl", shared / "dev.jsonl"),
    }
    return {name: paths for name, paths in found.items() if all(path.is_file() for path in paths)}


def measure(papers: Path, gold: Path) -> dict[str, float]:
    """Every figure of the shipped model on one set."""
    annotations = read_annotations(gold)
    extractor = Extractor()
    extractions = extractor.extract_all(read_annotated(papers, annotations))
    return score(annotations, {e.id: e.model_dump() for e in extractions if isinstance(e, Extraction)}).as_dict()


def digest(gold: Path) -> str:
    """SHA-256 of an annotation: floors hold for these very lines."""
    return hashlib.sha256(gold.read_bytes()).hexdigest()


def update(floors: dict[str, Any], reason: str | None) -> list[str]:
    """Put the present figures into `floors`; returns what would go down without a reason."""
    lowered = []
    for name, (papers, gold) in sets().items():
        old = floors.get(name, {})
        figures = {key: round(value - ALLOWANCE, 4) for key, value in measure(papers, gold).items()}
        if old.get("annotation") == digest(gold):
            lowered += [f"{name}: {key}" for key, value in figures.items() if value < old["floors"].get(key, 0)]
        floors[name] = {"annotation": digest(gold), "floors": figures, "reasons": old.get("reasons", [])}
        if reason:
            floors[name]["reasons"].append(reason)
    return lowered


def main() -> None:
    """Raise the floors to what the shipped model reaches now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allow-regression", metavar="REASON")
    reason = parser.parse_args().allow_regression
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}
    lowered = update(floors, reason)
    if lowered and not reason:
        raise SystemExit("would go down: " + ", ".join(lowered) + "; give --allow-regression a reason")
    FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
