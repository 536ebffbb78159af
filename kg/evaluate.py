"""Scoring extractions against annotated papers.

Annotation and extraction are JSON Lines, one paper a line, with `id`, `methods`, `datasets`, `metrics`, `tasks`,
`triples` and `claims`. An entity names its surface forms in `as` (annotation) or `mentions` (extraction).

- Entities match when one surface form of each is equal after folding case, punctuation, a plural s and a trailing
  generic noun ("dataset", "model" …); each matches at most one. Precision, recall and F1 are over all papers.
- Roles: accuracy over the matched methods and datasets.
- Triples: pairs compared through the matched entities.
- Claims match when value (0.5 % tolerance) and unit are equal; kind and the attributes that the annotation gives are
  accuracies over the matched claims; `full_f1` counts claims whose kind, dataset and metric are right as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Annotation = Mapping[str, Any]
ENTITY_FIELDS = ("methods", "datasets", "metrics", "tasks")
ATTRIBUTES = {"method": "methods", "baseline": "methods", "dataset": "datasets", "metric": "metrics"}

_GENERIC_TAIL = re.compile(
    r"\s+(?:datasets?|benchmarks?|corpus|corpora|models?|algorithms?|methods?|frameworks?|tasks?|scores?|metrics?"
    r"|challenges?|families|family|networks?|architectures?|problems?)$"
)
_UNITS = {
    **dict.fromkeys(["percent", "percentage points", "points", "point", "pp", "%"], "%"),
    **dict.fromkeys(["times", "×", "fold", "x", ""], "x"),
    **dict.fromkeys(["seconds", "second", "sec"], "s"),
    **dict.fromkeys(["minutes", "minute"], "min"),
    **dict.fromkeys(["hours", "hour"], "h"),
    **dict.fromkeys(["days", "day"], "d"),
    **dict.fromkeys(["usd", "dollars"], "$"),
    **dict.fromkeys(["parameters", "params", "parameter"], "param"),
    **dict.fromkeys(["sample", "samples", "example", "examples"], "sample"),
}


def fold(name: str) -> str:
    """The comparable core of a name: case, punctuation, generic tail and plural s removed, Greek letters spelled."""
    text = "".join(_spell_greek(character) for character in name.casefold().strip()).casefold()
    for _ in range(2):
        text = _GENERIC_TAIL.sub("", text)
    text = re.sub(r"[^\w%+@.]+", "", text).strip(".")
    return text[:-1] if len(text) > 4 and text.endswith("s") and not text.endswith("ss") else text


def _spell_greek(character: str) -> str:
    label = unicodedata.name(character, "")
    return label.split()[-1] if "GREEK SMALL LETTER" in label else character


def surface_forms(entity: Annotation) -> frozenset[str]:
    """Every folded form in which an entity stands."""
    others = [*(entity.get("as") or ()), *(entity.get("mentions") or ())]
    names = [entity["name"], *(other if isinstance(other, str) else other["text"] for other in others)]
    return frozenset(folded for folded in map(fold, names) if folded)


def fold_unit(unit: str | None) -> str:
    """Units that mean the same are one: '%' and points, a bare number and a factor; of a phrase its last word."""
    text = (unit or "").casefold().strip()
    if text in _UNITS:
        return _UNITS[text]
    last = text.split()[-1]
    if len(last) > 3 and last.endswith("s"):
        last = last[:-1]
    return _UNITS.get(last, last)


def same_number(gold: Annotation, other: Annotation) -> bool:
    """Whether two claims state the same value in the same unit."""
    a, b = gold["value"], other.get("value")
    if a is None or b is None or abs(a - b) > 0.005 * max(abs(a), abs(b), 1e-9):
        return False
    return fold_unit(gold.get("unit")) == fold_unit(other.get("unit"))


@dataclass(frozen=True)
class Counts:
    """True positives, annotated and predicted items of one field."""

    hits: int
    gold: int
    predicted: int

    @property
    def precision(self) -> float:
        """Share of the predicted that is right."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotated that was found."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class Score:
    """Figures of a whole set: `counts` a field, `accuracies` such as 'methods role' or 'claims kind'."""

    papers: int = 0
    counts: dict[str, Counts] = field(default_factory=dict)
    accuracies: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, float]:
        """Every figure by a flat name, rounded to four digits, in a fixed order."""
        figures = {f"{name} f1": counts.f1 for name, counts in self.counts.items()}
        return {name: round(value, 4) for name, value in {**figures, **self.accuracies}.items()}


def score(gold: Mapping[str, Annotation], predicted: Mapping[str, Annotation]) -> Score:
    """Score `predicted` against `gold`, both by paper id; a paper that is not predicted counts as empty."""
    tally: Counter[str] = Counter()
    for paper_id, annotation in gold.items():
        _score_paper(annotation, predicted.get(paper_id, {}), tally)
    result = Score(papers=len(gold))
    for name in (*ENTITY_FIELDS, "triples", "claims"):
        result.counts[name] = Counts(tally[f"{name} hit"], tally[f"{name} gold"], tally[f"{name} predicted"])
    for name in ("methods", "datasets"):
        result.accuracies[f"{name} role"] = _ratio(tally, f"{name} role")
    result.accuracies["claims kind"] = tally["claims kind right"] / max(1, tally["claims hit"])
    for name in ATTRIBUTES:
        result.accuracies[f"claims {name}"] = _ratio(tally, f"claims {name}")
    full = Counts(tally["claims full"], tally["claims gold"], tally["claims predicted"])
    result.counts["claims full"] = full
    return result


def _ratio(tally: Counter[str], name: str) -> float:
    return tally[f"{name} right"] / max(1, tally[name])


def _score_paper(gold: Annotation, predicted: Annotation, tally: Counter[str]) -> None:
    matched: dict[str, list[tuple[int, int]]] = {}
    for name in ENTITY_FIELDS:
        ours, theirs = gold.get(name) or [], predicted.get(name) or []
        matched[name] = match_entities(ours, theirs)
        tally[f"{name} hit"] += len(matched[name])
        tally[f"{name} gold"] += len(ours)
        tally[f"{name} predicted"] += len(theirs)
        for i, j in matched[name]:
            if "role" in ours[i]:
                tally[f"{name} role"] += 1
                tally[f"{name} role right"] += ours[i]["role"] == theirs[j].get("role")
    _score_triples(gold, predicted, matched, tally)
    _score_claims(gold, predicted, tally)


def match_entities(gold: Sequence[Annotation], predicted: Sequence[Annotation]) -> list[tuple[int, int]]:
    """Pairs (position in gold, position in predicted), each position at most once."""
    forms = [surface_forms(entity) for entity in predicted]
    taken: set[int] = set()
    pairs = []
    for i, entity in enumerate(gold):
        own = surface_forms(entity)
        found = next((j for j, other in enumerate(forms) if j not in taken and own & other), None)
        if found is not None:
            taken.add(found)
            pairs.append((i, found))
    return pairs


def _score_triples(
    gold: Annotation, predicted: Annotation, matched: Mapping[str, list[tuple[int, int]]], tally: Counter[str]
) -> None:
    def gold_index(name: str, entities: str) -> int | None:
        return next((i for i, e in enumerate(gold.get(entities) or []) if fold(name) in surface_forms(e)), None)

    def through_match(name: str, entities: str) -> int | None:
        theirs = predicted.get(entities) or []
        return next((i for i, j in matched[entities] if fold(name) in surface_forms(theirs[j])), None)

    wanted = {(gold_index(m, "methods"), gold_index(d, "datasets")) for m, d in gold.get("triples") or []}
    said = {
        (through_match(t[0], "methods"), through_match(t[1], "datasets"), fold(t[0]), fold(t[1]))
        for t in predicted.get("triples") or []
    }
    hits = {t[:2] for t in said if None not in t[:2]} & wanted
    tally["triples hit"] += len(hits)
    tally["triples gold"] += len(wanted)
    tally["triples predicted"] += len(hits) + sum(t[:2] not in hits for t in said)


def _score_claims(gold: Annotation, predicted: Annotation, tally: Counter[str]) -> None:
    ours, theirs = gold.get("claims") or [], predicted.get("claims") or []
    tally["claims gold"] += len(ours)
    tally["claims predicted"] += len(theirs)
    taken: set[int] = set()
    for claim in ours:
        candidates = [j for j, other in enumerate(theirs) if j not in taken and same_number(claim, other)]
        if not candidates:
            continue
        best = max(candidates, key=lambda j: (_agreement(claim, theirs[j]), -j))
        taken.add(best)
        tally["claims hit"] += 1
        full = claim["kind"] == theirs[best].get("kind")
        tally["claims kind right"] += full
        for attribute, entities in ATTRIBUTES.items():
            if claim.get(attribute):
                right = _same_entity(claim[attribute], theirs[best].get(attribute), gold, predicted, entities)
                tally[f"claims {attribute}"] += 1
                tally[f"claims {attribute} right"] += right
                full = full and (right or attribute not in {"dataset", "metric"})
        tally["claims full"] += full


def _agreement(gold: Annotation, other: Annotation) -> int:
    names = ("method", "dataset", "metric", "baseline", "kind")
    return sum(bool(gold.get(n)) and bool(other.get(n)) and fold(gold[n]) == fold(other[n]) for n in names)


def _same_entity(name: str, other: str | None, gold: Annotation, predicted: Annotation, entities: str) -> bool:
    if not other:
        return False
    return bool(_known_forms(name, gold.get(entities) or []) & _known_forms(other, predicted.get(entities) or []))


def _known_forms(name: str, entities: Iterable[Annotation]) -> set[str]:
    forms = {fold(name)}
    for entity in entities:
        own = surface_forms(entity)
        if fold(name) in own:
            forms |= own
    return forms
