"""The vocabulary of the graph: labels, relationship types and typed properties.

This is the only source of identifiers for Cypher, GraphML and every other export. Every node and every relationship
carries a `kind` property that repeats its label or type, because `labels()` and `type()` differ between engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

PropertyType = Literal["string", "int", "float", "bool", "strings"]


class Label(StrEnum):
    """Labels of nodes."""

    PAPER = "Paper"
    METHOD = "Method"
    DATASET = "Dataset"
    METRIC = "Metric"
    TASK = "Task"
    CLAIM = "Claim"


class Rel(StrEnum):
    """Types of relationships."""

    PROPOSES = "PROPOSES"
    USES = "USES"
    COMPARES_WITH = "COMPARES_WITH"
    MENTIONS = "MENTIONS"
    INTRODUCES = "INTRODUCES"
    EVALUATES_ON = "EVALUATES_ON"
    TRAINS_ON = "TRAINS_ON"
    MEASURES = "MEASURES"
    ADDRESSES = "ADDRESSES"
    EVALUATED_ON = "EVALUATED_ON"
    CLAIMS = "CLAIMS"
    OF = "OF"
    OVER = "OVER"
    ON = "ON"
    IN = "IN"
    VARIANT_OF = "VARIANT_OF"


_ENTITY: dict[str, PropertyType] = {
    "id": "string",
    "kind": "string",
    "name": "string",
    "aliases": "strings",
    "papers": "int",
}

NODE_PROPERTIES: dict[Label, dict[str, PropertyType]] = {
    Label.PAPER: {
        "id": "string",
        "kind": "string",
        "title": "string",
        "year": "int",
        "date": "string",
        "url": "string",
        "venue": "string",
        "authors": "strings",
        "sources": "strings",
    },
    Label.METHOD: _ENTITY,
    Label.DATASET: _ENTITY,
    Label.METRIC: _ENTITY,
    Label.TASK: _ENTITY,
    Label.CLAIM: {
        "id": "string",
        "kind": "string",
        "claim_kind": "string",
        "value": "float",
        "value_max": "float",
        "unit": "string",
        "baseline_value": "float",
        "baseline": "string",
        "qualifier": "string",
        "direction": "string",
        "relative": "bool",
        "flags": "strings",
        "number": "string",
        "text": "string",
        "sentence": "string",
        "start": "int",
        "end": "int",
        "confidence": "float",
    },
}
"""Properties of each label with their types; `id` and `kind` are always there, all others only when known."""

EDGE_PROPERTIES: dict[str, PropertyType] = {
    "id": "string",
    "kind": "string",
    "paper_id": "string",
    "sentence": "string",
    "start": "int",
    "end": "int",
    "confidence": "float",
    "extractor": "string",
}
"""Properties of every relationship; VARIANT_OF, which comes from names and not from text, has only `id` and `kind`."""


@dataclass(frozen=True)
class Pattern:
    """One kind of relationship: from which label, of which type, to which label."""

    source: Label
    type: Rel
    target: Label


PATTERNS: tuple[Pattern, ...] = (
    Pattern(Label.PAPER, Rel.PROPOSES, Label.METHOD),
    Pattern(Label.PAPER, Rel.USES, Label.METHOD),
    Pattern(Label.PAPER, Rel.COMPARES_WITH, Label.METHOD),
    Pattern(Label.PAPER, Rel.MENTIONS, Label.METHOD),
    Pattern(Label.PAPER, Rel.MENTIONS, Label.DATASET),
    Pattern(Label.PAPER, Rel.INTRODUCES, Label.DATASET),
    Pattern(Label.PAPER, Rel.EVALUATES_ON, Label.DATASET),
    Pattern(Label.PAPER, Rel.TRAINS_ON, Label.DATASET),
    Pattern(Label.PAPER, Rel.MEASURES, Label.METRIC),
    Pattern(Label.PAPER, Rel.ADDRESSES, Label.TASK),
    Pattern(Label.PAPER, Rel.CLAIMS, Label.CLAIM),
    Pattern(Label.METHOD, Rel.EVALUATED_ON, Label.DATASET),
    Pattern(Label.CLAIM, Rel.OF, Label.METHOD),
    Pattern(Label.CLAIM, Rel.OVER, Label.METHOD),
    Pattern(Label.CLAIM, Rel.ON, Label.DATASET),
    Pattern(Label.CLAIM, Rel.IN, Label.METRIC),
    Pattern(Label.METHOD, Rel.VARIANT_OF, Label.METHOD),
    Pattern(Label.DATASET, Rel.VARIANT_OF, Label.DATASET),
    Pattern(Label.METRIC, Rel.VARIANT_OF, Label.METRIC),
    Pattern(Label.TASK, Rel.VARIANT_OF, Label.TASK),
)
"""Every relationship that may stand in a graph, in the order in which loaders write them."""


def rel_types() -> tuple[Rel, ...]:
    """The types that occur in `PATTERNS`, each once, in their order."""
    return tuple(dict.fromkeys(pattern.type for pattern in PATTERNS))
