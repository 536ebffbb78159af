"""Rows of numbers for the second stage of the claim scorer: first scores, neighbours in a list, cues, the metric."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.extract.attributes import Subject
from kg.extract.claim_context import Context
from kg.extract.claim_cues import dense_row
from kg.extract.measures import MeasureClass, direction_of, measure_class
from kg.extract.quantities import Quantity

_MEASURES: tuple[MeasureClass, ...] = ("quality", "error", "time", "rate", "memory", "compute", "size", "other")


def claim_rows(
    context: Context,
    quantities: Sequence[Quantity],
    claim_scores: Sequence[float],
    kind_scores: Sequence[Sequence[float]],
) -> NDArray[np.float32]:
    """A row for each quantity: is it a claim?"""
    result = []
    for i, q in enumerate(quantities):
        mates = [j for j, other in enumerate(quantities) if _mates(context, q, other)]
        own = context.sentence(q.start)
        others = [claim_scores[j] for j, o in enumerate(quantities) if j != i and context.sentence(o.start) == own]
        result.append(
            [
                claim_scores[i],
                _mean([claim_scores[j] for j in mates]),
                max(others, default=-9.0),
                min(others, default=9.0),
                *kind_scores[i],
                *dense_row(context, q),
            ]
        )
    return np.array(result, dtype=np.float32)


def kind_rows(context: Context, subjects: Sequence[Subject], metrics: Sequence[str | None]) -> NDArray[np.float32]:
    """A row for each claim: of which kind? `metrics` are the metrics found for them."""
    result = []
    for subject, metric in zip(subjects, metrics, strict=True):
        q = subject.quantity
        mates = [s for s in subjects if _mates(context, q, s.quantity)]
        measured = measure_class(metric) if metric else None
        result.append(
            [
                *subject.kinds,
                *(_mean([mate.kinds[k] for mate in mates]) for k in range(len(subject.kinds))),
                *(float(measured == name) for name in _MEASURES),
                float({"higher": 1, "lower": -1}.get(direction_of(metric) or "", 0) if metric else 0),
                float(metric is not None),
                *dense_row(context, q),
            ]
        )
    return np.array(result, dtype=np.float32)


def _mates(context: Context, q: Quantity, other: Quantity) -> bool:
    """Whether two quantities stand in one list, or have one form in one sentence."""
    if q.series is not None and q.series == other.series:
        return True
    return q.form == other.form and context.sentence(q.start) == context.sentence(other.start)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
