"""The tables of the model card: `python tests/extract/card.py papers.jsonl dev.jsonl train.jsonl --corpus FILE`.

Extracts the annotated papers with the shipped model and prints, as Markdown, its figures, those for names that stand in
the training annotation and for names that do not, F1 by venue, and how far confidence can be believed.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.cli.develop import read_annotated, read_annotations
from kg.evaluate import ENTITY_FIELDS, Score, match_entities, same_number, score, surface_forms
from kg.extract.extractor import Extractor
from kg.extract.settings import Settings
from kg.records import Extraction
from kg.train.calibrate import Bin, calibration_error, reliability
from kg.train.offsets import with_papers
from kg.train.papers import read_json_lines

Rows = Mapping[str, Mapping[str, Any]]

VENUES = {
    "AAAI, IJCAI, IROS and others": "aaai|ijcai|icra|iros|colm",
    "ACL, NAACL, COLING": "acl|naacl|coling",
    "CVPR, ICCV, ECCV, WACV": "cvpr|iccv|eccv|wacv",
    "ICML, NeurIPS, ICLR, AISTATS": "icml|nips|iclr|aistats",
    "arXiv, first collection": r"[0-9a-f]+",
    "arXiv, second collection": r"arxiv-\w+",
}
"""Venues by how the id of a paper goes on after its number."""
ROOT = Path(__file__).resolve().parent.parent.parent


def extracted(papers: Path, gold: Rows, min_confidence: float | None) -> dict[str, dict[str, Any]]:
    """What the shipped model finds in the annotated papers."""
    extractor = Extractor(Settings(min_confidence=min_confidence))
    found = extractor.extract_all(read_annotated(papers, gold))
    return {e.id: e.model_dump() for e in found if isinstance(e, Extraction)}


def figures(result: Score) -> Iterable[str]:
    """The main table."""
    yield "| | precision | recall | F1 | other |\n|---|---|---|---|---|"
    accuracy = result.accuracies
    for name, counts in result.counts.items():
        if name == "claims full":
            continue
        other = f"role {_short(accuracy[f'{name} role'])}" if f"{name} role" in accuracy else ""
        if name == "claims":
            told = [f"{key.split()[1]} {_short(value)}" for key, value in accuracy.items() if key.startswith("claims")]
            other = ", ".join([*told, f"full F1 {_short(result.counts['claims full'].f1)}"])
        yield f"| {name} | {_short(counts.precision)} | {_short(counts.recall)} | {_short(counts.f1)} | {other} |"


def by_novelty(gold: Rows, found: Rows, known: Mapping[str, set[str]]) -> Iterable[str]:
    """Recall and precision of names that training annotation has and of those that it has not."""
    yield "| | known: annotated | recall | precision | new: annotated | recall | precision |"
    yield "|---|---|---|---|---|---|---|"
    for field in ENTITY_FIELDS:
        cells = []
        for wanted in (True, False):
            hits = annotated = right = said = 0
            for paper, annotation in gold.items():
                ours, theirs = annotation.get(field) or [], found[paper].get(field) or []
                of = [bool(surface_forms(e) & known[field]) == wanted for e in ours]
                made = [bool(surface_forms(e) & known[field]) == wanted for e in theirs]
                pairs = match_entities(ours, theirs)
                hits, annotated = hits + sum(of[i] for i, _ in pairs), annotated + sum(of)
                right, said = right + sum(made[j] for _, j in pairs), said + sum(made)
            cells += [str(annotated), _short(hits / max(1, annotated)), _short(right / max(1, said))]
        yield f"| {field} | " + " | ".join(cells) + " |"


def by_venue(gold: Rows, found: Rows) -> Iterable[str]:
    """F1 by venue."""
    yield "| venue | papers | methods | datasets | metrics | tasks | triples | claims | method roles |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for venue, pattern in VENUES.items():
        part = {i: row for i, row in gold.items() if re.fullmatch(rf"\w+?-(?:{pattern})", i)}
        result = score(part, found)
        cells = [_short(result.counts[name].f1) for name in (*ENTITY_FIELDS, "triples", "claims")]
        yield f"| {venue} | {len(part)} | " + " | ".join([*cells, _short(result.accuracies["methods role"])]) + " |"


def outcomes(gold: Rows, found: Rows, everything: Rows, field: str) -> tuple[list[float], list[bool]]:
    """Confidence of each extracted entity or triple, and whether the annotation has it."""
    confidence, right = [], []
    for paper, annotation in gold.items():
        if field == "triples":
            kept = [{e["name"] for e in found[paper][name]} for name in ("methods", "datasets")]
            rows = zip(everything[paper]["triples"], everything[paper]["triple_evidence"], strict=True)
            for pair, evidence in rows:
                if pair[0] in kept[0] and pair[1] in kept[1]:
                    one = {**found[paper], "triples": [pair]}
                    confidence.append(evidence["confidence"])
                    right.append(score({paper: annotation}, {paper: one}).counts["triples"].hits > 0)
            continue
        if field == "claims":
            open_ones = list(annotation["claims"])
            for claim in sorted(everything[paper]["claims"], key=lambda c: -c["confidence"]):
                hit = next((c for c in open_ones if same_number(c, claim)), None)
                confidence.append(claim["confidence"])
                right.append(hit is not None)
                if hit is not None:
                    open_ones.remove(hit)
            continue
        theirs = sorted(everything[paper][field], key=lambda e: -e["confidence"])
        hits = {j for _, j in match_entities(annotation.get(field) or [], theirs)}
        confidence += [e["confidence"] for e in theirs]
        right += [j in hits for j in range(len(theirs))]
    return confidence, right


def diagram(gold: Rows, found: Rows, everything: Rows) -> Iterable[str]:
    """Expected calibration errors, and the reliability of all entity candidates together."""
    values: dict[str, tuple[list[float], list[bool]]] = {
        field: outcomes(gold, found, everything, field) for field in (*ENTITY_FIELDS, "triples", "claims")
    }
    together = [[value for field in ENTITY_FIELDS for value in values[field][side]] for side in (0, 1)]
    errors = {name: calibration_error(bins_of(*value)) for name, value in values.items()}
    bins = bins_of(together[0], together[1])
    yield ", ".join(f"{name} {_short(error)}" for name, error in errors.items())
    yield f"all entity candidates together {_short(calibration_error(bins))}\n"
    yield "| confidence | candidates | mean confidence | right | |\n|---|---|---|---|---|"
    for b in bins:
        shares = f"{b.confidence:.2f} | {b.right:.2f}".replace("0.", ".")
        yield f"| {b.low:.1f}–{b.high:.1f} | {b.count} | {shares} | {'█' * round(b.right * 20)} |"


def bins_of(confidence: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Ten bins."""
    return reliability(np.array(confidence), np.array(right, bool))


def confusions(gold: Rows, found: Rows) -> Iterable[str]:
    """What the methods of each role are called."""
    called: dict[str, dict[str, int]] = {}
    for paper, annotation in gold.items():
        theirs = found[paper]["methods"]
        for i, j in match_entities(annotation["methods"], theirs):
            row = called.setdefault(annotation["methods"][i]["role"], {})
            row[theirs[j]["role"]] = row.get(theirs[j]["role"], 0) + 1
    for role, row in sorted(called.items()):
        yield f"{role}: {sum(row.values())}, of which " + ", ".join(f"{n} {r}" for r, n in sorted(row.items()))


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    options = parser.parse_args()
    gold = read_annotations(options.dev)
    more = ROOT / "kg" / "train" / "annotated.jsonl.xz"
    places = with_papers(more, read_json_lines(more), options.corpus)
    taught = [*read_json_lines(options.train), *(annotation for _, annotation in places)]
    known = {
        field: {form for row in taught for e in row.get(field) or [] for form in surface_forms(e)}
        for field in ENTITY_FIELDS
    }
    found = extracted(options.papers, gold, None)
    everything = extracted(options.papers, gold, 0.0)
    if absent := gold.keys() - found.keys():
        raise SystemExit(f"no extraction of {', '.join(sorted(absent))}")
    parts: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: figures(score(gold, found)),
        lambda: by_novelty(gold, found, known),
        lambda: by_venue(gold, found),
        lambda: confusions(gold, found),
        lambda: diagram(gold, found, everything),
    )
    for part in parts:
        print("\n".join(part()), end="\n\n")


if __name__ == "__main__":
    main()
