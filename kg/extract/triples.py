"""Method-dataset pairs: which of the model's pairs are kept, and the words that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.entities import FoundEntity
from kg.extract.model import Reading


@dataclass(frozen=True)
class FoundTriple:
    """A method, a dataset that it was evaluated on, and the span of text that says it."""

    method: str
    dataset: str
    start: int
    end: int
    confidence: float

    @property
    def place(self) -> tuple[object, ...]:
        """What triples are sorted by: the span that says them, then the names."""
        return self.start, self.end, self.method, self.dataset


def choose_triples(
    reading: Reading,
    entities: Sequence[FoundEntity],
    sentences: Sequence[tuple[int, int]],
    min_confidence: float | None = None,
) -> list[FoundTriple]:
    """The pairs of kept entities at or above `min_confidence` (None: the model's threshold), sorted by their span."""
    threshold = reading.thresholds["triple"] if min_confidence is None else min_confidence
    kept = {entity.candidate: entity for entity in entities}
    found = []
    for method_at, dataset_at, confidence in reading.triples:
        method, dataset = kept.get(method_at), kept.get(dataset_at)
        if method is None or dataset is None or confidence < threshold:
            continue
        start, end = evidence(method.mentions, dataset.mentions, sentences)
        found.append(FoundTriple(method.name, dataset.name, start, end, confidence))
    return sorted(found, key=lambda triple: triple.place)


def evidence(
    first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """The shortest span within one sentence that holds a mention of each; else the last mention of `second`.

    The last one, because results stand at the end of an abstract.
    """
    together = []
    for left, right in sentences:
        together += [
            (min(a[0], b[0]), max(a[1], b[1]))
            for a in first
            if left <= a[0] and a[1] <= right
            for b in second
            if left <= b[0] and b[1] <= right
        ]
    if together:
        return min(together, key=lambda span: (span[1] - span[0], span))
    return second[-1]
