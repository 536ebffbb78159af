"""Method-dataset pairs: which of the model's pairs are kept, and the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.extract.entities import FoundEntity
from kg.extract.model import Reading
from kg.records import Claim

Pair = tuple[int, int]
"""Candidates of a method and of a dataset."""


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


_CLAIMED = 0.5
"""Confidence of a pair that only a claim says: of 35 such pairs of the dev papers and the examples 18 are right."""

_AND = re.compile(r"(?:, and|,| and| or| &|,? as well as)(?: the)? ")
"""Between neighbours of an enumeration."""


def choose_triples(
    reading: Reading,
    entities: Sequence[FoundEntity],
    *,
    text: str,
    sentences: Sequence[tuple[int, int]],
    claims: Sequence[Claim] = (),
    min_confidence: float | None = None,
) -> list[FoundTriple]:
    """The pairs of kept entities at or above `min_confidence` (None: the model's threshold), sorted by their span.

    Two things complete the model's judgement. A claimed number of a method on a dataset says that the one was
    evaluated on the other (714 of 730 times in the experts' annotation). And what is said of one dataset is said of
    its neighbour in an enumeration (744 of 760 times); what a number of another paper's method says is not, because
    each may have its own ("A and B reach 95% and 93% on C and D").
    """
    threshold = reading.thresholds["triple"] if min_confidence is None else min_confidence
    kept = {entity.candidate: entity for entity in entities}
    sure = {
        (method, dataset): confidence
        for method, dataset, confidence in reading.triples
        if confidence >= threshold and method in kept and dataset in kept
    }
    lists = _enumerations(text, entities)
    sure = _with_neighbours(sure, lists)
    if min_confidence is None or min_confidence <= _CLAIMED:
        said = dict.fromkeys(_claimed(claims, entities), _CLAIMED)
        of_this_paper = {pair: c for pair, c in said.items() if kept[pair[0]].role == "proposed"}
        sure = _with_neighbours(of_this_paper, lists) | said | sure
    found = []
    for (method_at, dataset_at), confidence in sure.items():
        method, dataset = kept[method_at], kept[dataset_at]
        start, end = evidence(method.mentions, dataset.mentions, sentences)
        found.append(FoundTriple(method.name, dataset.name, start, end, confidence))
    return sorted(found, key=lambda triple: triple.place)


def _claimed(claims: Iterable[Claim], entities: Sequence[FoundEntity]) -> list[Pair]:
    """The candidates of method and dataset of each claim; on what a method learned, nothing was measured."""
    at = {(entity.kind, entity.name): entity.candidate for entity in entities if entity.role != "training"}
    pairs = ((at.get(("method", claim.method or "")), at.get(("dataset", claim.dataset or ""))) for claim in claims)
    return [(method, dataset) for method, dataset in pairs if method is not None and dataset is not None]


def _with_neighbours(sure: Mapping[Pair, float], lists: Sequence[Sequence[int]]) -> dict[Pair, float]:
    """`sure` and the same with all datasets of the list in which one stands, as sure as the surest of them."""
    every = dict(sure)
    for one in lists:
        best: dict[int, float] = {}
        for (method, dataset), confidence in sure.items():
            if dataset in one:
                best[method] = max(best.get(method, 0.0), confidence)
        for method, confidence in best.items():
            for dataset in one:
                if (method, dataset) not in sure:
                    every[method, dataset] = max(every.get((method, dataset), 0.0), confidence)
    return every


def _enumerations(text: str, entities: Sequence[FoundEntity]) -> list[list[int]]:
    """The candidates of datasets of one role that are enumerated, 'A, B and C'."""
    datasets = [entity for entity in entities if entity.kind == "dataset"]
    places = sorted(((*span, n) for n, entity in enumerate(datasets) for span in entity.mentions))
    lists: list[list[int]] = []
    before: tuple[int, FoundEntity] | None = None
    for start, end, number in places:
        entity = datasets[number]
        if before is not None and before[1].role == entity.role and _AND.fullmatch(text, before[0], start):
            lists[-1].append(entity.candidate)
        else:
            lists.append([entity.candidate])
        before = end, entity
    return [one for one in lists if len(one) > 1]


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
