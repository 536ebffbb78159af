"""Elided names in the graph: what was found as 'CIFAR-10/100' is CIFAR-10 and CIFAR-100 there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, get_args

from kg.extract.elided import spelled_out
from kg.records import Dataset, DatasetRole, Extraction, Method, MethodRole, TripleEvidence

Parts = Mapping[str, tuple[str, ...]]
"""The names that each elided name stands for."""

_Kind = TypeVar("_Kind", Method, Dataset)

_STRENGTH = (*get_args(MethodRole), *get_args(DatasetRole))
"""Roles from the strongest of each kind to the weakest."""


def without_elided(extraction: Extraction) -> Extraction:
    """The extraction with each elided method and dataset replaced by the names that it stands for.

    They have its role, its mentions and its triples, each triple with its surest evidence. A claim about the whole is
    one about the first, as the annotation has it where one number is said of several.
    """
    methods, datasets = _parts(extraction.methods), _parts(extraction.datasets)
    if not methods and not datasets:
        return extraction
    evidence = extraction.triple_evidence
    if len(evidence) not in (0, len(extraction.triples)):
        return extraction  # for the graph to refuse
    triples: dict[tuple[str, str], TripleEvidence | None] = {}
    for at, (method, dataset) in enumerate(extraction.triples):
        words = evidence[at] if evidence else None
        for one in methods.get(method, (method,)):
            for other in datasets.get(dataset, (dataset,)):
                known = triples.get((one, other))
                surer = known is None or words is None or words.confidence > known.confidence
                triples[one, other] = words if surer else known
    claims = tuple(
        claim.model_copy(
            update={
                "method": _first(claim.method, methods),
                "baseline": _first(claim.baseline, methods),
                "dataset": _first(claim.dataset, datasets),
            }
        )
        for claim in extraction.claims
    )
    return extraction.model_copy(
        update={
            "methods": _apart(extraction.methods, methods),
            "datasets": _apart(extraction.datasets, datasets),
            "triples": tuple(triples),
            "triple_evidence": tuple(words for words in triples.values() if words is not None),
            "claims": claims,
        }
    )


def _parts(entities: Sequence[Method] | Sequence[Dataset]) -> Parts:
    return {entity.name: parts for entity in entities if (parts := spelled_out(entity.name))}


def _first(name: str | None, parts: Parts) -> str | None:
    return name if name is None or name not in parts else parts[name][0]


def _apart(entities: Sequence[_Kind], parts: Parts) -> tuple[_Kind, ...]:
    """`entities` with the parts of the elided ones in their place, joined with what the paper says of a part itself."""
    found: dict[str, _Kind] = {}
    for entity in entities:
        for name in parts.get(entity.name, (entity.name,)):
            one = entity.model_copy(update={"name": name})
            found[name] = _both(found[name], one) if name in found else one
    return tuple(found.values())


def _both(first: _Kind, second: _Kind) -> _Kind:
    """One entity with the mentions of both, the surer's confidence and the stronger role."""
    mentions = sorted({m.start: m for m in (*second.mentions, *first.mentions)}.values(), key=lambda m: m.start)
    stronger = min((first, second), key=lambda entity: _STRENGTH.index(entity.role))
    return stronger.model_copy(
        update={"mentions": tuple(mentions), "confidence": max(first.confidence, second.confidence)}
    )
