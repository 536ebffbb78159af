"""Probabilities that mean what they say, and the thresholds that are best on papers kept out of training.

A raw score becomes a probability by Platt's scaling (a slope and a shift, fitted by Newton's method); its quality is
told by the expected calibration error over ten bins.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.evaluate import Counts, match_entities, score
from kg.extract.entities import FoundEntity, choose_entities
from kg.extract.reading import Reading
from kg.extract.triples import choose_triples
from kg.records import ENTITY_KINDS

if TYPE_CHECKING:
    from kg.train.data import Example

Floats = npt.NDArray[np.float64]
Json = Mapping[str, Any]

NEUTRAL: dict[str, Any] = {
    "thresholds": {"method": 0.4, "dataset": 0.4, "metric": 0.4, "task": 0.4, "phrase": 0.3, "triple": 0.4},
    "calibration": {name: [1.0, 0.0] for name in ("method", "dataset", "metric", "task", "phrase", "triple", "kind")},
    "screen": -50.0,
    "floor": 0.05,
    "most": 60,
    "join_floor": 0.15,
    "join": 0.4,
    "join_mean": 0.2,
}
"""Settings of a model whose scores have not been calibrated."""

_SCREENS = (-4.0, -5.0, -6.0, -7.0, -8.0, -9.0, -10.0)
_GRID = np.round(np.arange(0.2, 0.72, 0.02), 2)
_AS_GOOD = 0.004
_NEARLY_AS_GOOD = 0.01
"""How far below the best F1 a threshold may be that is taken because precision and recall of entities are nearest."""


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability diagram: candidates between two confidences, their mean, the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def platt(scores: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift so that sigmoid(slope * score + shift) is the chance of being right; held near 1 and 0."""
    if len(scores) < 20 or right.all() or not right.any():
        return 1.0, 0.0
    rows = np.stack([scores, np.ones_like(scores)], axis=1)
    neutral, prior = np.array([1.0, 0.0]), np.diag([1.0, 0.1])
    weights = neutral

    def loss(w: Floats) -> float:
        drift = w - neutral
        return float(np.logaddexp(0, np.where(right, -1, 1) * (rows @ w)).sum() + drift @ prior @ drift / 2)

    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (chance - right) + prior @ (weights - neutral)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + prior
        step, size = np.linalg.solve(curve, gradient), 1.0
        while size > 1e-4 and loss(weights - size * step) > loss(weights):
            size /= 2
        weights = weights - size * step
        if np.abs(step).max() < 1e-8:
            break
    return round(float(weights[0]), 4), round(float(weights[1]), 4)


def reliability(confidence: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> list[Bin]:
    """The bars of a reliability diagram; empty ones are left out."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for i in range(bins):
        inside = place == i
        if inside.any():
            found.append(
                Bin(
                    i / bins,
                    (i + 1) / bins,
                    int(inside.sum()),
                    float(confidence[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of confidence and truth, weighted by the bins' counts."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / total if total else 0.0


def as_annotation(example: Example, reading: Reading, thresholds: Mapping[str, float] | None = None) -> dict[str, Any]:
    """The entities and triples of a reading in the form of annotation, so that `kg.evaluate` can score them."""
    if thresholds is not None:
        reading = dataclasses.replace(reading, thresholds={**reading.thresholds, **thresholds})
    chosen = choose_entities(reading)
    row: dict[str, Any] = {"id": example.id, **{f"{kind}s": [] for kind in ENTITY_KINDS}, "claims": []}
    for entity in chosen:
        row[f"{entity.kind}s"].append(_entity_row(example, entity, reading))
    document = example.document
    triples = choose_triples(reading, chosen, text=document.text, sentences=document.sentences)
    row["triples"] = [[t.method, t.dataset] for t in triples]
    return row


def _entity_row(example: Example, entity: FoundEntity, reading: Reading) -> dict[str, Any]:
    return {
        "name": entity.name,
        "role": reading.entities[entity.candidate].role,
        "confidence": entity.confidence,
        "mentions": [example.document.text[start:end] for start, end in entity.mentions],
    }


def entity_outcomes(
    examples: Sequence[Example], readings: Sequence[Reading], gold: Mapping[str, Json], kind: str
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Confidence of every candidate of a kind, and whether it is in the annotation; surer ones are matched first."""
    confidence: list[float] = []
    right: list[bool] = []
    for example, reading in zip(examples, readings, strict=True):
        row = as_annotation(example, reading, dict.fromkeys(ENTITY_KINDS, 0.0))
        found = sorted(row[f"{kind}s"], key=lambda e: -e["confidence"])
        hits = {theirs for _, theirs in match_entities(gold[example.id].get(f"{kind}s", []), found)}
        confidence += [e["confidence"] for e in found]
        right += [i in hits for i in range(len(found))]
    return np.array(confidence), np.array(right, bool)


def triple_outcomes(
    examples: Sequence[Example], readings: Sequence[Reading], gold: Mapping[str, Json]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Confidence of every pair of kept entities, and whether the annotation has it."""
    confidence: list[float] = []
    right: list[bool] = []
    for example, reading in zip(examples, readings, strict=True):
        kept = {e.candidate: e.name for e in choose_entities(reading)}
        row = as_annotation(example, reading)
        for method, dataset, chance in reading.triples:
            if method in kept and dataset in kept:
                one = {**row, "triples": [[kept[method], kept[dataset]]]}
                confidence.append(chance)
                right.append(score({example.id: gold[example.id]}, {example.id: one}).counts["triples"].hits > 0)
    return np.array(confidence), np.array(right, bool)


def log_odds(confidence: Floats) -> Floats:
    """Scores from probabilities."""
    bounded = np.clip(confidence, 0.002, 0.998)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


def best_threshold(quality: Callable[[float], float], *, imbalance: Callable[[float], float] | None = None) -> float:
    """A threshold of those whose quality, averaged over neighbours, is nearly the best.

    Quality is flat near its top, and where exactly it is highest is luck of the papers at hand. So one is taken that is
    as good and otherwise likeable: the one of least `imbalance` (precision against recall), averaged likewise, because
    balance carries over to other papers; without that, and where nothing is found at all, the middle of those around
    the best.
    """
    smooth = _smoothed(quality)
    nearly = np.flatnonzero(smooth >= smooth.max() - _NEARLY_AS_GOOD)
    if imbalance is not None and smooth.max() > 0:
        apart = _smoothed(imbalance)[nearly]
        level = nearly[apart <= apart.min() + 1e-9]
        return float(_GRID[level[len(level) // 2]])
    first = last = int(np.argmax(smooth))
    good = smooth >= smooth[first] - _AS_GOOD
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    return float(_GRID[(first + last) // 2])


def _smoothed(measure: Callable[[float], float]) -> npt.NDArray[np.float64]:
    """The measure at each threshold of the grid, averaged over five neighbours."""
    values = np.array([measure(float(t)) for t in _GRID], np.float64)
    return np.asarray(np.convolve(np.pad(values, 2, mode="edge"), np.ones(5) / 5, mode="valid"))


def calibrate(
    read: Callable[[Mapping[str, Any]], Sequence[Reading]], examples: Sequence[Example], gold: Mapping[str, Json]
) -> dict[str, Any]:
    """The settings under which the model is best on `examples`. `read` reads them all under given settings."""
    settings: dict[str, Any] = {**NEUTRAL, "calibration": dict(NEUTRAL["calibration"])}
    readings = read(settings)
    for kind in ENTITY_KINDS:
        confidence, right = entity_outcomes(examples, readings, gold, kind)
        settings["calibration"][kind] = list(platt(log_odds(confidence), right))
    readings = read(settings)
    thresholds = dict(NEUTRAL["thresholds"])
    gold = {e.id: gold[e.id] for e in examples}

    def counts(field: str, name: str, threshold: float) -> Counts:
        chosen = {**thresholds, name: threshold}
        rows = {e.id: as_annotation(e, r, chosen) for e, r in zip(examples, readings, strict=True)}
        return score(gold, rows).counts[field]

    def balanced(kind: str) -> float:
        found = {t: counts(f"{kind}s", kind, t) for t in map(float, _GRID)}
        return best_threshold(lambda t: found[t].f1, imbalance=lambda t: abs(found[t].precision - found[t].recall))

    for kind in ENTITY_KINDS:
        thresholds[kind] = balanced(kind)
    settings["thresholds"] = thresholds
    confidence, right = triple_outcomes(examples, read(settings), gold)
    settings["calibration"]["triple"] = list(platt(log_odds(confidence), right))
    readings = read(settings)
    thresholds["triple"] = best_threshold(lambda t: counts("triples", "triple", t).f1)
    settings["screen"] = _screen(read, settings, examples, gold)
    return settings


def _screen(
    read: Callable[[Mapping[str, Any]], Sequence[Reading]],
    settings: Mapping[str, Any],
    examples: Sequence[Example],
    gold: Mapping[str, Json],
) -> float:
    """The highest floor of the screen with which no annotated entity or triple that was found is lost."""

    def found(floor: float) -> int:
        readings = read({**settings, "screen": floor})
        rows = {e.id: as_annotation(e, r) for e, r in zip(examples, readings, strict=True)}
        return sum(counts.hits for counts in score(gold, rows).counts.values())

    everything = found(settings["screen"])
    return next((floor for floor in _SCREENS if found(floor) >= everything), float(settings["screen"]))
