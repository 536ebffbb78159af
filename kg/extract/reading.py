"""What the model thinks of a text: candidates, numbers and pairs with probabilities, before anything is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.document import Span
from kg.records import EntityKind


@dataclass(frozen=True)
class EntityCandidate:
    """Something that may be an entity, with every place that names it, sorted and free of overlap."""

    kind: EntityKind
    name: str
    mentions: list[Span]
    confidence: float
    role: str | None
    role_probabilities: dict[str, float]


@dataclass(frozen=True)
class PhraseCandidate:
    """A baseline that is no name: 'the previous state of the art'."""

    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class AttributeReading:
    """Which entities a number may go with, best first, each with a probability; `none` is that of going with none.

    `phrases` is filled for the baseline only: (index of a phrase, probability).
    """

    entities: list[tuple[int, float]]
    none: float
    phrases: list[tuple[int, float]] = field(default_factory=list)


@dataclass(frozen=True)
class NumberReading:
    """What the model thinks of one quantity: a claim or not, of which kind, and about what.

    `attributes` is empty where a claim is so unlikely that the model was not asked what it is about.
    """

    start: int
    end: int
    claim: float
    kinds: dict[str, float]
    attributes: dict[str, AttributeReading]


@dataclass(frozen=True)
class Reading:
    """The candidates of a text that passed the screen, down to a low floor.

    `thresholds` says from where on a kind of entity, and 'triple', is kept.
    `triples` holds (index of a method, index of a dataset, probability).
    """

    entities: list[EntityCandidate]
    phrases: list[PhraseCandidate]
    numbers: list[NumberReading]
    triples: list[tuple[int, int, float]]
    thresholds: dict[str, float]
