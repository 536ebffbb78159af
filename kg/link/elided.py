"""Elided names in the graph: what was found as 'CIFAR-10/100' is CIFAR-10 and CIFAR-100 there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from kg.elided import spelled_out
from kg.records import Dataset, Extraction, Method, TripleEvidence

Parts = Mapping[str, tuple[str, ...]]
"""The names that each elided name stands for."""

_Kind = TypeVar("_Kind", Method, Dataset)


def without_elided(extraction: Extraction) -> Extraction:
    """The extraction with each elided method and dataset replaced by the names that it stands for.

    They have its role, its mentions and its triples; a claim about the whole is one about the first, as the annotation
    has it where one number is said of several.
    """
    methods, datasets = _parts(extraction.methods), _parts(extraction.datasets)
    if not methods and not datasets:
        return extraction
    triples: dict[tuple[str, str], TripleEvidence | None] = {}
    evidence = extraction.triple_evidence or (None,) * len(extraction.triples)
    for (method, dataset), words in zip(extraction.triples, evidence, strict=True):
        for one in methods.get(method, (method,)):
            for other in datasets.get(dataset, (dataset,)):
                triples.setdefault((one, other), words)
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
    """`entities` with the parts of the elided ones in their place, unless the paper names a part by itself."""
    named = {entity.name for entity in entities}
    found: dict[str, _Kind] = {}
    for entity in entities:
        if entity.name not in parts:
            found[entity.name] = entity
            continue
        for part in parts[entity.name]:
            if part not in named:
                found.setdefault(part, entity.model_copy(update={"name": part}))
    return tuple(found.values())
